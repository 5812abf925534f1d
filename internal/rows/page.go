package rows

import (
	"math"
	"time"
)

// A Meta is one entry of the answer's list of columns: a name and a type, as
// the API names them.
type Meta struct{ Name, Type string }

// A Row is one row, ready to be written.
type Row struct {
	// JSON is one JSON object on one line, without a line break at its end. It
	// points into the Page's buffers: it is good until the next Decode into that
	// Page, or until Release.
	JSON []byte

	// At is the moment of the clock column in microseconds since 1970, UTC, if
	// HasAt. There is none without a clock column, or if its value is null,
	// missing or no moment.
	At    int64
	HasAt bool

	// Twice says that the clock's text stands for two moments, in the hour that a
	// zone repeats in autumn. At is the first of them.
	Twice bool

	// Sum is a hash of JSON, in which the numbers of Float columns count with 12
	// significant digits. Without such a column it is the 64-bit XXH3 of JSON.
	// Else it is the XXH3 of this text: for each Float value, the XXH3 of what
	// stands before it, little endian, and the value, rounded; then the XXH3 of
	// what is left. The same row has the same sum in every page and layout, as
	// long as the plan keeps its order.
	Sum uint64
}

// An Edit says that a value was not written as the API sent it.
type Edit struct {
	Row    int    // index into Page.Rows
	Column string // name in the plan
	Nulled bool   // true: null took its place; false: it was repaired

	// Misfit says why there is a null: the value is not of the form that the
	// column wants, or a Needed column has none. Other nulls stand for what no
	// loader could take: an impossible moment, an integer beyond 64 bits.
	Misfit bool
}

// A Page is one answer, decoded. The zero Page is ready for use. Everything it
// holds is reused by the next Decode into it, so its fields must be copied or
// written before that. A Page serves one goroutine at a time.
type Page struct {
	// Meta is the answer's list of columns, nil if it had none.
	Meta []Meta

	// Rows are the rows in the order of the answer.
	Rows []Row

	// Edits lists the values of Rows that could not be passed on as they came, in
	// the order of the rows, and within a row in that of the plan.
	Edits []Edit

	// Unknown counts the members of rows that the plan does not name. It is
	// nil if there were none.
	Unknown map[string]int

	// Count is the answer's own count of its rows, which Decode has checked
	// against the rows it found, or -1 if it had none.
	Count int

	// Before is "rows_before_limit_at_least", or -1 if the answer had none.
	// It is a hint, not a count.
	Before int64

	// Beside holds the JSON text of the members that Envelope.Keep names, as
	// they came; nil if there were none.
	Beside map[string]string

	// Bytes is how much of the body was read, after any decompression.
	Bytes int64

	// Waited is how long Decode waited for Blocks and did not read.
	Waited time.Duration

	// Blocks is where the memory for Rows comes from, and where it goes to when
	// the next Decode begins. Set it before the first one. nil: the page has its
	// own.
	Blocks *Blocks

	work *answer
}

// Release gives back the memory of Rows[:n], which must not be looked at again. n
// may be more than there are.
func (p *Page) Release(n int) {
	if p.work == nil {
		return
	}
	all := n >= len(p.Rows)
	if all {
		n = math.MaxInt // and what a broken answer has left
	}
	a := &p.work.emitter.arena
	if a.release(n); all && a.outgrown {
		clear(p.Rows) // so that memory that is not used again can go
	}
}

// reset empties p and keeps its buffers.
func (p *Page) reset() {
	p.Meta, p.Rows, p.Edits = nil, p.Rows[:0], p.Edits[:0]
	p.Unknown, p.Beside, p.Count, p.Before, p.Bytes, p.Waited = nil, nil, -1, -1, 0, 0
}
