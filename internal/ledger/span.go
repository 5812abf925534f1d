package ledger

import "time"

// Instants and widths are microseconds, instants since 1970 UTC. Borders of
// spans lie on whole seconds, the finest that an API can be asked for.
const (
	Second int64 = 1_000_000
	Hour         = 3600 * Second
	Day          = 24 * Hour
)

// A Span is the time from From up to, not including, To.
type Span struct{ From, To int64 }

// Always is all of time.
var Always = Span{-1 << 62, 1 << 62}

// Width is the length of s. A span that ends before it starts has none.
func (s Span) Width() int64 { return max(0, s.To-s.From) }

// Holds reports whether at lies in s.
func (s Span) Holds(at int64) bool { return s.From <= at && at < s.To }

// String writes s in UTC, for a person.
func (s Span) String() string {
	return "[" + stamp(s.From) + ", " + stamp(s.To) + ")"
}

func stamp(at int64) string {
	return time.UnixMicro(at).UTC().Format("2006-01-02T15:04:05.999999Z")
}

// nextHour is the first full hour after at.
func nextHour(at int64) int64 { return FloorTo(at, Hour) + Hour }

// FloorTo rounds an instant down to a multiple of width, also before 1970.
func FloorTo(at, width int64) int64 {
	rest := at % width
	if rest < 0 {
		rest += width
	}
	return at - rest
}
