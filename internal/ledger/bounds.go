package ledger

import "context"

// An Edge tells whether rows exactly on a parameter's instant are answered.
type Edge uint8

// What is known of an edge.
const (
	Unknown Edge = iota
	Inclusive
	Exclusive
)

// Bounds tells how the API reads its start and end parameters, which the
// vendor's page leaves open (Reprise Data API, section 4). It is asked once,
// when a count first depends on it, and kept in the bookmark.
type Bounds struct{ Start, End Edge }

// maxBoundQuestions limits how often one run asks in vain: every question is
// a request, and a row may leave before it can answer.
const maxBoundQuestions = 2

// A teller compares units with what the API counts.
type teller struct {
	l      *ledger
	count  Counter
	bounds func(ctx context.Context, at int64) (Bounds, error)

	counts    int // questions to count
	questions int // questions to bounds
}

// compare asks how the units [i, j) stand against the API. It is not ok when
// their number cannot be told from outside: then they have to be read. The
// unit before i must be listed unless the start is known to be inclusive, and
// the unit at j unless the end is known to be exclusive.
func (t *teller) compare(ctx context.Context, i, j int) (v Verdict, ok bool, err error) {
	if err := t.learn(ctx, i, j); err != nil {
		return 0, false, err
	}
	s, n, ok := t.l.expect(i, j)
	if !ok {
		return 0, false, nil
	}
	t.counts++
	v, err = t.count(ctx, s, n)
	return v, err == nil, err
}

// learn asks for the bounds if the number of [i, j) depends on them.
func (t *teller) learn(ctx context.Context, i, j int) error {
	b := &t.l.bounds
	if t.bounds == nil {
		return nil
	}
	at := []int64{}
	if b.Start == Unknown && t.l.units[i-1].first > 0 {
		at = append(at, t.l.units[i-1].from)
	}
	if b.End == Unknown && t.l.first(j) > 0 {
		at = append(at, t.l.units[j].from)
	}
	for _, a := range at {
		if b.Start != Unknown && b.End != Unknown || t.questions >= maxBoundQuestions {
			return nil
		}
		t.questions++
		got, err := t.bounds(ctx, a)
		if err != nil {
			return err
		}
		b.learn(got)
	}
	return nil
}

// learn fills in what was unknown.
func (b *Bounds) learn(got Bounds) {
	if b.Start == Unknown {
		b.Start = got.Start
	}
	if b.End == Unknown {
		b.End = got.End
	}
}

// expect tells which span to ask for so that every instant of the units [i, j)
// is in it, and how many rows it holds if nothing changed. A start that may be
// exclusive is moved one unit back, because nobody would count the rows on the
// border between two spans otherwise. It is not ok if rows lie on an end whose
// reading is unknown.
func (l *ledger) expect(i, j int) (s Span, n int, ok bool) {
	if l.bounds.Start != Inclusive {
		i--
	}
	s = Span{l.units[i].from, l.end(j - 1)}
	n = l.rows(i, j)
	switch head := l.units[i].first; l.bounds.Start {
	case Exclusive:
		n -= head
	case Unknown:
		if head > 0 {
			return s, 0, false
		}
	}
	switch tail := l.first(j); l.bounds.End {
	case Inclusive:
		n += tail
	case Unknown:
		if tail > 0 {
			return s, 0, false
		}
	}
	return s, n, true
}

// first counts the rows on the first instant of unit j, as far as known.
func (l *ledger) first(j int) int {
	if j >= len(l.units) {
		return 0
	}
	return l.units[j].first
}
