package emulator

import "time"

// RowsBefore says what rows_before_limit_at_least holds.
type RowsBefore int

const (
	Exact      RowsBefore = iota // the number of rows without limit and offset
	LowerBound                   // min(that, offset+limit): nothing is said beyond this page
	Absent                       // the key is missing
	Thrice                       // three times the number of rows, as with LIMIT BY
	Absurd                       // more rows than there can be
	Zero                         // always 0
)

// Layout is how the JSON is laid out.
type Layout int

const (
	Pretty  Layout = iota // tabs and line feeds, as ClickHouse's FORMAT JSON prints
	Compact               // one line, no blanks
	CRLF                  // Pretty with carriage returns
	Spaces                // one line with blanks around everything
)

// A Dialect is one reading of what the vendor's page leaves open. The zero
// value is the plainest: bounds [start, end), millisecond clocks, exact totals.
type Dialect struct {
	RowsBefore RowsBefore

	// StartExclusive and EndInclusive turn the two bounds round.
	StartExclusive, EndInclusive bool

	// SecondClock stores session clocks with second precision (DateTime), else
	// they have milliseconds (DateTime64(3)). create_at keeps its milliseconds.
	SecondClock bool

	// Zone, if set, is a time zone that DateTime types name and in which they
	// are printed, such as "UTC" or "America/New_York". Parameters stay UTC.
	// A zone that does not exist panics.
	Zone string

	Layout         Layout
	MetaLast       bool // data before meta, as in the page's example
	ShuffleColumns bool // columns in another order in every answer
	QuoteInt64     bool // 64-bit integers as strings, as before ClickHouse 25.8
	EscapeSlash    bool // "/" as "\/"

	// Extra columns end every row of every pipe; Missing ones are left out.
	Extra   []Column
	Missing []string

	// CapLimit, if positive, silently caps limit, also where none is given.
	CapLimit int

	// MaxRows, if positive, is how many matching rows a query may have before
	// it is answered 408, as one that runs too long.
	MaxRows int

	// MaxBody, if positive, is how many bytes an answer may have before it is
	// refused with MaxBodyStatus (default 413).
	MaxBody       int
	MaxBodyStatus int

	// Replicas answer in turn; each shows what had arrived so long ago.
	Replicas []time.Duration

	// CacheFor repeats an answer with an Age header, unless the request says
	// Cache-Control: no-cache and CacheStubborn is unset.
	CacheFor      time.Duration
	CacheStubborn bool

	NoDate     bool          // no Date header
	DateOffset time.Duration // added to the Date header

	// ShuffleTies gives tied rows another order in every answer where the
	// documented order leaves ties: replay_session_summary,
	// replay_change_feed and replay_metrics.
	ShuffleTies bool

	// TokenLife is how long tokens live; 0 is the documented 48 hours.
	TokenLife time.Duration
}

// A Column is a column that a Dialect adds to every row.
type Column struct {
	Name string
	Type string // as meta tells it
	JSON string // the literal in every row
}

// unit is the precision of session clocks in milliseconds.
func (d *Dialect) unit() int64 {
	if d.SecondClock {
		return 1000
	}
	return 1
}

// between turns the two bounds into clocks that lie in [lo, hi).
func (d *Dialect) between(start, end int64) (lo, hi int64) {
	if d.StartExclusive && start != earliest {
		start += d.unit()
	}
	if d.EndInclusive && end != never {
		end += d.unit()
	}
	return start, end
}

// after is the first clock that a cursor, exclusive, lets through.
func (d *Dialect) after(since int64) int64 {
	return floor(since, d.unit()) + d.unit()
}

// floor is the largest multiple of unit that is not above n.
func floor(n, unit int64) int64 {
	rest := n % unit
	if rest < 0 {
		rest += unit
	}
	return n - rest
}
