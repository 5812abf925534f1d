package ledger

import (
	"context"
	"fmt"
	"math"
)

// A Standing is how a unit stands against what the API holds now.
type Standing string

// The standings of a unit. More and fewer are also what a live account shows
// for rows that came or went since the last run.
const (
	Same    Standing = "same"
	Grown   Standing = "more"
	Shrunk  Standing = "fewer"
	Changed Standing = "changed" // as many rows, but not the same ones
	Pending Standing = "unread"  // not read yet, or in pieces; the next run does
)

// A Finding is what Verify found out about one unit.
type Finding struct {
	Span     Span
	Rows     int // as listed
	Found    int // as read, or -1 if counting told that it is the same
	Standing Standing
}

// Verify compares what b lists with what the API holds, unit by unit, oldest
// first, and changes nothing. A span that holds its number is done with one
// count; any other is halved until it fits a request, which then tells unit by
// unit. With deep everything is read, which also finds rows that changed or
// took the place of others. Of o it uses Filter, Page, Window, Read, Count and
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
	return p.findings(ctx)
}

// findings reads what is marked and takes the rest to be the same.
func (p *plan) findings(ctx context.Context) ([]Finding, error) {
	seen := make([]unit, len(p.l.units))
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
			f.Standing = Pending
		case p.read[i]:
			f.Found, f.Standing = seen[i].rows, u.standing(seen[i])
		}
		out = append(out, f)
	}
	return out, nil
}

// weigh adds up what the API holds of the units in s.
func (p *plan) weigh(ctx context.Context, s Span, seen []unit) error {
	whole := func(int64) int64 { return math.MaxInt64 }
	for st, err := range stretches(ctx, p.opt.Read, s, p.l.chart(s, p.opt.Page).cut) {
		if err != nil {
			return err
		}
		pieces := p.l.pieces(st.Span, whole)
		tally(pieces, st, nil)
		for _, part := range pieces {
			u := &seen[part.owner]
			u.rows += part.rows
			u.sum = (u.sum + part.sum) & sumBits
		}
	}
	return nil
}

// standing tells how what was seen of u now stands against it.
func (u *unit) standing(now unit) Standing {
	switch {
	case now.rows > u.rows:
		return Grown
	case now.rows < u.rows:
		return Shrunk
	case now.sum != u.sum:
		return Changed
	}
	return Same
}
