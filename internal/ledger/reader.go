package ledger

import (
	"context"
	"fmt"
	"iter"
)

// A Row is what the ledger has to know of a row.
type Row struct {
	// At is the row's server clock, if HasAt.
	At    int64
	HasAt bool

	// Sum is a hash of the row as it would be written: equal for equal rows,
	// now and in later runs.
	Sum uint64
}

// A Stretch is everything that the API held in Span at one moment, or a part of
// that.
type Stretch struct {
	Span Span

	// Part tells that more of the same Span follows, which lies in one unit: a
	// second, say, of which not all rows fit into memory. Rows are written
	// where what the unit holds is not known to be written, and count for
	// nothing; the last stretch of Span has no Rows and the Total, and only
	// that one moves the bookmark.
	Part bool

	// Total, if not nil, is what the parts before it came to.
	Total *Total

	// Rows in any order; nobody looks at them after the next stretch is asked
	// for. A row whose clock is missing or lies outside Span is
	// a stray: the API answered it for Span, so it is counted here.
	Rows []Row

	// Shaky tells that Span could not be read twice the same. Rows is then
	// the union of what was seen; it is written, and Span is read again in
	// the next run.
	Shaky bool

	// Data is the reader's own, handed on untouched in Batch.Stretch.
	Data any
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
func (t *Total) Add(s Span, row Row) {
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

func (s Span) misses(row Row) bool { return !row.HasAt || !s.Holds(row.At) }

// A Reader reads s from the API. The stretches adjoin, start at s.From and end
// at s.To, oldest first, each cut on a whole second; an error ends the
// sequence. A stretch should end where cut proposes, or earlier if it would
// not be whole. The ledger asks for one span at a time.
type Reader func(ctx context.Context, s Span, cut Cut) iter.Seq2[Stretch, error]

// stretches holds read to its word: a gap or a missing end would be taken for
// time without rows.
func stretches(ctx context.Context, read Reader, span Span, cut Cut) iter.Seq2[Stretch, error] {
	return func(yield func(Stretch, error) bool) {
		at := span.From
		for s, err := range read(ctx, span, cut) {
			if err == nil && (s.Span.From != at || s.Span.To <= at || s.Span.To > span.To || s.Span.To%Second != 0) {
				err = fmt.Errorf("read %v: got %v after %s", span, s.Span, stamp(at))
			}
			if !yield(s, err) || err != nil {
				return
			}
			if !s.Part {
				at = s.Span.To
			}
		}
		if err := ctx.Err(); err != nil {
			yield(Stretch{}, fmt.Errorf("read %v: %w", span, err))
		} else if at < span.To {
			yield(Stretch{}, fmt.Errorf("read %v: ended at %s", span, stamp(at)))
		}
	}
}

// A Cut proposes where the stretch that starts at rest.From should end so that
// it fits a page: after rest.From, at most rest.To, on a whole second. last
// tells how dense the last whole stretch of this reading was; its zero value
// means that there was none yet. A Cut may be called from any goroutine, also
// ahead of the stretch that was yielded last.
type Cut func(rest Span, last Density) int64

// A Density is a number of rows over a width of time.
type Density struct {
	Rows int
	Over int64

	// Page, if not 0, is how many rows a request answers, should that have
	// proved to be fewer than Options.Page.
	Page int
}

// A Verdict compares what the API holds with a number of rows.
type Verdict int8

// The answers of a Counter.
const (
	Fewer   Verdict = -1
	Exactly Verdict = 0
	More    Verdict = 1
)

// A Counter asks the API whether the span, taken as start and end parameters
// as they stand, holds fewer than, exactly, or more than n rows. Which rows on
// the two ends belong to the span is the API's choice: see Bounds.
type Counter func(ctx context.Context, s Span, n int) (Verdict, error)
