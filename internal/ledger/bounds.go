package ledger

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
