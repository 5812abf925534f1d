package ledger

import (
	"errors"
	"fmt"
)

// A watch checks what one run costs. It compares each question with what was listed in
// the bookmark that the run began from.
type watch struct {
	t      *trial
	o      Options
	verify bool // nothing is read for the sake of what lies beside it

	l      *ledger // as it came in; nil where a run has to change it first
	closed []Span  // what nobody looks at again

	off       Span   // counted last, did not hold, and is too much for a page
	spans     []Span // asked of the Reader
	questions int    // about the bounds
	most      int    // rows of the largest unit
	err       error  // the first excess
}

// watches reads the bookmark that a run with o is about to begin from.
func (t *trial) watches(o Options) *watch {
	v := &watch{t: t, o: o}
	l, err := decode(t.mark.Ledger)
	from := FloorTo(o.From, Second)
	if err != nil || l.filter != fingerprint(o.Filter) || l.to != t.mark.Since || l.to > o.Now+Skew {
		return v
	}
	v.most = l.largest()
	lookback, kept := FloorTo(t.set.Lookback, Second), l.to
	if lookback > l.lookback {
		kept -= lookback
	}
	v.closed = []Span{{max(l.from, from), min(l.floor(), kept)}}
	for i, u := range l.units {
		if u.kind == closed {
			v.closed = append(v.closed, Span{max(u.from, from), min(l.end(i), kept)})
		}
	}
	if l.from == from && lookback <= l.lookback {
		v.l = l
	}
	return v
}

func (v *watch) excess(format string, args ...any) {
	if v.err == nil {
		v.err = fmt.Errorf(format, args...)
	}
}

// reads checks that a span to be read is not closed and not behind the run's end.
func (v *watch) reads(s Span) {
	if v.off.Width() > 0 {
		v.excess("%v does not hold, and is read without asking where", v.off)
	}
	for _, c := range v.closed {
		if max(s.From, c.From) < min(s.To, c.To) {
			v.excess("%v is read, %v is closed", s, c)
		}
	}
	if v.o.To != 0 && v.o.To < v.o.Now-Skew && s.To > v.o.To {
		v.excess("%v is read, the end is %s", s, stamp(v.o.To))
	}
	if n := len(v.spans); v.l != nil && !v.verify && n > 0 && v.spans[n-1].To <= s.From && !v.again() {
		v.bridges(v.spans[n-1].To, s.From)
	}
	v.spans = append(v.spans, s)
}

// again reports whether the plan is done, and spans are read for the second time.
func (v *watch) again() bool {
	for i := 1; i < len(v.spans); i++ {
		if v.spans[i].From < v.spans[i-1].To {
			return true
		}
	}
	return v.l != nil && len(v.spans) > 0 && v.spans[len(v.spans)-1].To > v.l.to
}

// bridges checks that to read the time between two spans would have cost more.
func (v *watch) bridges(from, to int64) {
	rows := 0
	for i, u := range v.l.units {
		if u.from < from || u.from >= to {
			continue
		}
		if u.kind == closed || v.l.end(i) > to {
			return
		}
		rows += u.rows
	}
	if rows <= v.o.Page/4 {
		v.excess("%d rows between %s and %s cost a request more", rows, stamp(from), stamp(to))
	}
}

// cuts checks that a proposal fits a page where rows are known, and is not too wide
// where nothing is known.
func (v *watch) cuts(s Span, last Density) {
	if v.l == nil || v.again() && v.spans[len(v.spans)-1].To <= v.l.to {
		return
	}
	page, rows := v.o.Page, 0
	if last.Page > 0 {
		page = min(page, last.Page)
	}
	for i := max(0, v.l.at(s.From)); i < len(v.l.units) && v.l.end(i) <= s.To; i++ {
		if u := v.l.units[i]; u.kind == listed && u.from >= s.From {
			rows += u.rows
		}
	}
	if s.Width() > Second && float64(rows) > float64(page)*fillKnown {
		v.excess("%v is to be read at once, of %d rows", s, rows)
	}
	if unknown := s.To - max(s.From, v.l.to); last.Over > 0 && unknown > max(Second, maxGrowth*last.Over) {
		v.excess("%v is to be read at once, after %s", s, hours(last.Over))
	}
}

// counts checks that a count keeps to the window, and that there is a reason if it does
// not hold.
func (v *watch) counts(s Span, n int, got Verdict, unchanged bool) {
	if v.l == nil {
		return
	}
	if n > max(v.o.Window, v.most)+2*v.most {
		v.excess("%d rows of %v are counted at once", n, s)
	}
	v.off = Span{}
	if got != Exactly && v.halves(s) {
		v.off = s
	}
	if got != Exactly && unchanged {
		v.excess("%v was counted, and does not hold %d rows, though nothing happened", s, n)
	}
}

// halves reports whether another count is worth it after one of s did not hold: s has
// several units, and they are too much for a page.
func (v *watch) halves(s Span) bool {
	n, rows := 0, 0
	for i, u := range v.l.units {
		if b := v.l.bounds; b.Start == Unknown || b.End == Unknown || u.from < s.From || v.l.end(i) > s.To {
			continue
		} else if b.Start == Exclusive && u.from == s.From {
			continue // the one before, whose first instant is not seen
		}
		n, rows = n+1, rows+u.rows
	}
	return n > 1 && float64(rows) > float64(v.o.Page)*fillKnown
}

// unchanged reports whether each unit of s, and each of its ends, holds as
// many rows as listed. An end that is not listed is nothing to count by.
func (v *watch) unchanged(s Span) bool {
	if w := v.t.w; v.l == nil || w.stale() > 0 && !w.quiet || w.strays > 0 {
		return false
	}
	for i, u := range v.l.units {
		if u.from == s.To && u.kind == listed && v.t.w.count(Span{u.from, u.from + 1}) != u.first {
			return false
		}
		if u.from < s.From || v.l.end(i) > s.To {
			continue
		}
		if u.kind != listed || v.t.w.count(v.l.span(i)) != u.rows || v.t.w.count(Span{u.from, u.from + 1}) != u.first {
			return false
		}
	}
	return true
}

// done is what the run cost too much, once it ended well.
func (v *watch) done() error {
	if v.questions > maxBoundQuestions {
		v.excess("the bounds were asked %d times", v.questions)
	}
	return v.err
}

// even checks that the units which were joined were the smallest ones: of n listed
// units and one more, two neighbours hold no more than twice their share.
func (v *watch) even(l *ledger) error {
	rows, share := v.l.rows(0, len(v.l.units)), (v.o.Units+1)/2
	for i, u := range l.units {
		was := v.l.at(u.from)
		joined := was < 0 || was == len(v.l.units) || v.l.span(was) != l.span(i)
		if joined && u.rows > max(rows/share, v.o.Page) {
			return fmt.Errorf("%d units of %d rows became %d, and %v holds %d", len(v.l.units), rows, len(l.units), l.span(i), u.rows)
		}
	}
	return nil
}

var errBelieved = errors.New("a reader that broke its word was believed")
