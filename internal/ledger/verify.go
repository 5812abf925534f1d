package ledger

import (
	"context"
	"fmt"
	"math"
)

// A Standing is how a unit stands against what the API holds now.
type Standing string

// The standings of a unit.
const (
	Same    Standing = "same"
	New     Standing = "new"     // rows came, or moved, after the bookmark or while it was written
	Missing Standing = "missing" // more rows than were written; the next run finds them
	Lost    Standing = "fewer"   // rows left
	Changed Standing = "changed" // as many rows, but not the same ones
	Unread  Standing = "unread"  // not read yet, or in pieces; the next run does
)

// arriving is how long the rows of a session that is under way keep coming.
const arriving = Hour

// A Finding is what Verify found out about one unit.
type Finding struct {
	Span     Span
	Rows     int // as listed
	Found    int // as read, or -1 if counting told that it is the same, or nobody looked
	Standing Standing

	// After tells that the time lies behind the bookmark, which lists nothing
	// of it.
	After bool
}

// Verify compares what b lists with what the API holds, unit by unit, oldest
// first, and changes nothing. A span that holds its number is done with one
// count; any other is halved until it fits a request, which then tells unit by
// unit. With deep everything is read, which also finds rows that changed or
// took the place of others. Then follows what came since, of which no more
// than about a page is read: the last finding is the time that was not.
//
// When the bookmark was written, sessions were under way. So a unit is New, and
// no difference, if rows of the last hour before the bookmark can be all that
// was added, or rows of the last Options.Again what changed: the next run reads
// that time in any case.
//
// Of o it uses Now, To, Again, Filter, Page, Window, Border, Read, Count and
// Bounds; without Count everything is read. A bookmark whose ledger cannot be
// read, or was written under another filter, is an error.
func Verify(ctx context.Context, b Bookmark, o Options, deep bool) ([]Finding, error) {
	opt := o.withDefaults()
	l, err := decode(b.Ledger)
	if err != nil {
		return nil, fmt.Errorf("verify bookmark of %s: %w", stamp(b.Since), err)
	}
	if l.filter != fingerprint(opt.Filter) {
		return nil, fmt.Errorf("verify bookmark of %s: written under another filter than %q", stamp(b.Since), opt.Filter)
	}
	p := newPlan(l, opt)
	if deep || opt.Count == nil {
		p.mark(0, len(l.units))
	} else {
		p.strays()
		p.blind()
		if err := p.check(ctx); err != nil {
			return nil, err
		}
	}
	found, err := p.findings(ctx)
	if err != nil {
		return nil, err
	}
	came, err := p.since(ctx)
	return append(found, came...), err
}

// A sight is what was seen of a unit.
type sight struct {
	unit
	arriving int // rows that may have come while the bookmark was written
	moving   int // rows whose values may have moved since
}

// findings reads what is marked and takes the rest to be the same.
func (p *plan) findings(ctx context.Context) ([]Finding, error) {
	seen := make([]sight, len(p.l.units))
	for i, u := range p.l.units {
		p.read[i] = p.read[i] && u.kind == listed
	}
	for _, s := range p.marked(p.l.to) {
		if err := p.weigh(ctx, s, seen); err != nil {
			return nil, err
		}
	}
	var out []Finding
	for i, u := range p.l.units {
		f := Finding{Span: p.l.span(i), Rows: u.rows, Found: -1, Standing: Same}
		switch {
		case u.kind == closed:
			continue
		case u.kind == unread:
			f.Standing = Unread
		case p.read[i]:
			f.Found, f.Standing = seen[i].rows, u.standing(seen[i])
		}
		out = append(out, f)
	}
	return out, nil
}

// weigh adds up what the API holds of the units in s.
func (p *plan) weigh(ctx context.Context, s Span, seen []sight) error {
	whole := func(int64) int64 { return math.MaxInt64 }
	var home []int
	for st, err := range stretches(ctx, p.opt.Read, s, p.l.chart(s, p.opt.Page).cut) {
		if err != nil {
			return err
		}
		if st.Part {
			continue
		}
		pieces := p.l.pieces(st.Span, whole)
		home = tally(pieces, st, home)
		for _, part := range pieces {
			u := &seen[part.owner]
			u.rows += part.rows
			u.sum = (u.sum + part.sum) & sumBits
		}
		if st.Total != nil { // bookmarks lie on whole seconds, and so do its ends
			u, rows := &seen[pieces[0].owner], st.Total.Rows-st.Total.Strays
			if st.Span.From >= p.l.to-arriving {
				u.arriving += rows
			}
			if st.Span.From >= p.l.to-p.opt.Again.Microseconds() {
				u.moving += rows
			}
		}
		for i, row := range st.Rows {
			if st.stray(i) {
				continue
			}
			u := &seen[pieces[home[i]].owner]
			if row.At >= p.l.to-arriving {
				u.arriving++
			}
			if row.At >= p.l.to-p.opt.Again.Microseconds() {
				u.moving++
			}
		}
	}
	return nil
}

// standing tells how what was seen of u now stands against it.
func (u *unit) standing(now sight) Standing {
	switch {
	case now.rows > u.rows && now.rows-u.rows <= now.arriving:
		return New
	case now.rows > u.rows:
		return Missing
	case now.rows < u.rows:
		return Lost
	case now.sum == u.sum:
		return Same
	case now.moving > 0:
		return New
	}
	return Changed
}
