package ledger

// An Edge says whether rows exactly on a parameter's instant are answered.
type Edge uint8

// What is known of an edge.
const (
	Unknown Edge = iota
	Inclusive
	Exclusive
)

// Bounds says how the API reads its start and end parameters, where its vendor
// leaves that open. A run asks when a count first depends on it, and keeps the
// answer in the bookmark.
type Bounds struct{ Start, End Edge }

// maxBoundQuestions is how often one run asks at most. Every question is a
// request, and may be in vain: the row that it is about may leave meanwhile.
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

// expect is the span to ask for so that every instant of the units [i, j) is in
// it, and how many rows it holds if nothing changed. A start that may be exclusive
// is moved one unit back, since nobody would count the rows on the border between
// two spans otherwise. It is not ok if rows lie on an end and nobody knows how
// that end is read.
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
