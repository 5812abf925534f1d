package ledger

import (
	"fmt"
	"math"
)

// A Standing is how a unit stands against what the API holds now.
type Standing string

// The standings of a unit, and what they mean.
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

// A Comparison is what an Audit says about one unit.
type Comparison struct {
	Span     Span
	Rows     int // as listed
	Found    int // as read; -1: a count holds, or nobody looked
	Standing Standing

	// After says that the time lies behind the bookmark, which lists nothing
	// of it.
	After bool
}

// An Audit compares what a bookmark lists with what the API holds, unit by unit,
// oldest first, and changes nothing. A span that holds its number is done with one
// count. Any other is halved until it fits a request, which is then read and
// compared unit by unit. A deep audit reads everything, and so also finds rows
// that changed or took the place of others. Then it reads what came after the
// bookmark, but no more than about a page. The last Comparison is the time behind
// that, which was not read.
//
// When the bookmark was written, sessions were under way. A unit is New, which is
// no difference, where this explains it: the added rows may all be of the last
// hour before the bookmark, or the changed ones of the last Options.Overlap. The
// next run reads that time in any case.
//
// The caller drives an Audit as it drives a Run.
type Audit struct {
	plan    *plan
	planned bool // spans are known
	spans   []Span
	reading reading

	seen []sight // of each unit, as far as it was read
	home []int   // of tally, whose memory is used again
	came came
}

// StartAudit prepares the audit of b. Of o it uses Now, To, Overlap, Filter, Page,
// Window, Border, CanCount and CanAsk. Where the API cannot count, every audit is
// deep. A bookmark whose ledger cannot be read, or was written under another
// filter, is an error.
func StartAudit(b Bookmark, o Options, deep bool) (*Audit, error) {
	opt := o.withDefaults()
	l, err := decode(b.Ledger)
	if err != nil {
		return nil, fmt.Errorf("verify bookmark of %s: %w", stamp(b.Since), err)
	}
	if l.filter != fingerprint(opt.Filter) {
		return nil, fmt.Errorf("verify bookmark of %s: written under another filter than %q", stamp(b.Since), opt.Filter)
	}
	p := newPlan(l, opt)
	if deep || !opt.CanCount {
		p.mark(0, len(l.units))
	} else {
		p.strays()
		p.blind()
		p.check()
	}
	return &Audit{plan: p, seen: make([]sight, len(l.units)), came: came{rest: Span{l.to, opt.end()}}}, nil
}

// Next is what the audit wants next, as Run.Next. It wants Nothing when it is
// done. Comparisons has the result then.
func (a *Audit) Next() (Step, error) {
	if step, ok := a.plan.question(); ok {
		return step, nil
	}
	if !a.planned {
		a.planned, a.spans = true, a.plan.known()
	}
	if err := a.reading.ended(); err != nil {
		return Step{}, err
	}
	var s Span
	switch {
	case len(a.spans) > 0:
		s, a.spans = a.spans[0], a.spans[1:]
	case !a.came.begun && a.came.rest.Width() > 0:
		s, a.came.begun = a.came.rest, true
	default:
		return Step{}, nil
	}
	a.reading.open(s)
	return Step{Want: Read, Span: s, Cut: a.plan.l.chart(s, a.plan.opt.Page).cut}, nil
}

// Counted answers a Step that wants Count.
func (a *Audit) Counted(v Verdict) { a.plan.counted(v) }

// Told answers a Step that wants AskBounds. What is still Unknown stays so.
func (a *Audit) Told(b Bounds) { a.plan.told(b) }

// Enter takes the next stretch of the span that Next gave last. If it wants no
// more of that span, the caller goes on with Next.
func (a *Audit) Enter(s Stretch) (more bool, err error) {
	if err := a.reading.enter(s); err != nil || s.Part {
		return err == nil, err
	}
	if !a.came.begun {
		a.weigh(s)
		return true, nil
	}
	if more = a.came.enter(a.plan, s); !more {
		a.reading.span.To = s.Span.To
	}
	return more, nil
}

// Comparisons is the result of an audit that wants Nothing any more.
func (a *Audit) Comparisons() []Comparison {
	out := a.plan.findings(a.seen)
	out = append(out, a.came.found...)
	if a.came.rest.Width() > 0 {
		out = append(out, Comparison{Span: a.came.rest, Found: -1, Standing: New, After: true})
	}
	return out
}

// A sight is what was seen of a unit.
type sight struct {
	unit
	arriving int // rows that may have come while the bookmark was written
	moving   int // rows whose values may have moved since
}

// known is the time of the listed units that are marked.
func (p *plan) known() []Span {
	for i, u := range p.l.units {
		p.read[i] = p.read[i] && u.kind == listed
	}
	return p.marked(p.l.to)
}

// findings compares the units. One that was not read is taken to be the same.
func (p *plan) findings(seen []sight) []Comparison {
	var out []Comparison
	for i, u := range p.l.units {
		f := Comparison{Span: p.l.span(i), Rows: u.rows, Found: -1, Standing: Same}
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
	return out
}

// weigh adds up what the API holds of the units in s.
func (a *Audit) weigh(s Stretch) {
	l, moving := a.plan.l, a.plan.l.to-a.plan.opt.Overlap.Microseconds()
	pieces := l.pieces(s.Span, func(int64) int64 { return math.MaxInt64 })
	a.home = tally(pieces, s, a.home)
	for _, part := range pieces {
		u := &a.seen[part.owner]
		u.rows += part.rows
		u.sum = (u.sum + part.sum) & sumBits
	}
	if s.Total != nil { // bookmarks lie on whole seconds, and so do its ends
		u, rows := &a.seen[pieces[0].owner], s.Total.Rows-s.Total.Strays
		if s.Span.From >= l.to-arriving {
			u.arriving += rows
		}
		if s.Span.From >= moving {
			u.moving += rows
		}
	}
	for i, row := range s.Rows {
		if s.stray(i) {
			continue
		}
		u := &a.seen[pieces[a.home[i]].owner]
		if row.At >= l.to-arriving {
			u.arriving++
		}
		if row.At >= moving {
			u.moving++
		}
	}
}

// standing is how what was seen of u now stands against it.
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
