package ledger

import "fmt"

// A Want says what a Run or an Audit needs from the API before it can go on.
type Want uint8

const (
	// Nothing: it is done.
	Nothing Want = iota

	// Read Step.Span, in stretches, and call Enter with each.
	Read

	// Count the rows of Step.Span, compare their number with Step.Rows, and call
	// Counted. Step.Span is the start and end parameter as they stand: which rows
	// on the two ends belong to it is the API's choice, see Bounds.
	Count

	// AskBounds how the API reads its start and end parameters, with rows that lie
	// exactly at Step.At, and call Told.
	AskBounds
)

// A Step is what Next wants to be done.
type Step struct {
	Want Want
	Span Span  // to read, or to count
	Cut  Cut   // where the stretches of Span should end
	Rows int   // how many rows Span holds if nothing changed
	At   int64 // an instant on which rows lie
}

// A Verdict compares what the API holds with a number of rows.
type Verdict int8

// The answers to Count.
const (
	Fewer   Verdict = -1
	Exactly Verdict = 0
	More    Verdict = 1
)

// A reading is a span that is being read. It holds the caller to its word: a
// gap or a missing end would pass for time without rows.
type reading struct {
	span Span
	at   int64 // read up to here
}

// open begins to read s.
func (r *reading) open(s Span) { *r = reading{s, s.From} }

// enter takes the next stretch, which must adjoin the one before.
func (r *reading) enter(s Stretch) error {
	if s.Span.From != r.at || s.Span.To <= r.at || s.Span.To > r.span.To || s.Span.To%Second != 0 {
		return fmt.Errorf("read %v: got %v after %s", r.span, s.Span, stamp(r.at))
	}
	if !s.Part {
		r.at = s.Span.To
	}
	return nil
}

// ended is an error if the span was not read to its end.
func (r *reading) ended() error {
	if r.at < r.span.To {
		return fmt.Errorf("read %v: ended at %s", r.span, stamp(r.at))
	}
	return nil
}
