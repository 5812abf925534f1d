package ledger

// A Digest is what the ledger has to know of a row.
type Digest struct {
	// At is the row's server clock, if HasAt.
	At    int64
	HasAt bool

	// Sum is a hash of the row as it would be written: equal for equal rows,
	// now and in later runs.
	Sum uint64
}

// A Stretch is everything that the API held in Span at one moment, or a part of
// that. The stretches of a span adjoin: the first begins where the span does, the
// last ends there, and each ends on a whole second.
type Stretch struct {
	Span Span

	// Part says that more of the same Span follows, which lies in one unit: a
	// second, say, of which not all rows fit into memory. Rows are written
	// where what the unit holds is not known to be written, and count for
	// nothing. The last stretch of Span has no Rows and the Total, and only
	// that one moves the bookmark.
	Part bool

	// Total, if not nil, is what the parts before it came to.
	Total *Total

	// Rows in any order. The ledger does not keep them. A row whose clock is
	// missing or lies outside Span is a stray: the API answered it for Span, so
	// it is counted here.
	Rows []Digest

	// Shaky says that Span could not be read twice the same. Rows is then
	// the union of what was seen; it is written, and Span is read again in
	// the next run.
	Shaky bool
}

// A Total adds up the rows of a Span. A row that was handed on in two parts, to
// be on the safe side, is added once.
type Total struct {
	Rows   int
	First  int    // of them, exactly at the start of Span
	Strays int    // of them, without a clock or with one outside Span
	Sum    uint64 // of their sums
}

// Add enters a row of s.
func (t *Total) Add(s Span, row Digest) {
	t.Rows++
	t.Sum += row.Sum
	switch {
	case s.misses(row):
		t.Strays++
	case row.At == s.From:
		t.First++
	}
}

// count is how many rows s stands for.
func (s *Stretch) count() int {
	if s.Total != nil {
		return s.Total.Rows
	}
	return len(s.Rows)
}

// stray reports whether the i-th row's clock is missing or lies elsewhere.
func (s *Stretch) stray(i int) bool {
	return s.Span.misses(s.Rows[i])
}

func (s Span) misses(row Digest) bool { return !row.HasAt || !s.Holds(row.At) }
