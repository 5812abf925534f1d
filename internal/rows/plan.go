package rows

import (
	"errors"
	"fmt"
	"time"
)

// A Kind says what a column's values must be when they are written. Null stays null
// whatever the kind. A value that cannot be what is wanted becomes null and is
// listed in Page.Edits.
type Kind uint8

const (
	// Keep writes the value as sent, with nested values compacted to one line. In
	// strings, NULs and lone surrogates are repaired: NULs at the end are cut off,
	// since ClickHouse pads a FixedString with them, and the others become U+FFFD.
	Keep Kind = iota

	// Text wants a string: strings as Keep, numbers and booleans as a string
	// of their text, arrays and objects as a string of their compact JSON.
	Text

	// Time wants a moment. It takes "YYYY-MM-DD HH:MM:SS" with any number of
	// decimals, with a blank or a T in the middle, and with Z, a numeric offset or
	// nothing behind it. It also takes a date alone. It writes
	// "YYYY-MM-DDTHH:MM:SS.ffffffZ" in UTC with six decimals, more if more were
	// sent. Without an offset it is read in the column's Location. Moments that do
	// not exist, or lie outside the years 1 to 9999, become null.
	Time

	// Integer wants an integer of 64 bits, bare or quoted, also spelt 30.0 or 3e1,
	// and writes it bare. true is 1 and false is 0. The spellings of NaN and
	// infinity become null without being listed.
	Integer

	// Number wants a number, bare or quoted, and writes it bare with its digits as
	// sent. true is 1 and false is 0. The spellings of NaN and infinity become null
	// without being listed: they are ClickHouse's way to say that there is none.
	Number

	// Boolean wants true or false and also takes 0, 1, "0", "1", "true" and
	// "false".
	Boolean

	// JSON wants an array or an object and writes it compacted.
	JSON
)

// A Rule says what becomes of one column of the rows.
type Rule struct {
	Name string
	Kind Kind

	// Location is where a Time without offset is read; nil means UTC.
	Location *time.Location

	// Drop leaves the column out of the written rows. It is still read, as the
	// clock or as the source of a Derived column.
	Drop bool

	// Key marks a part of the primary key, which loaders cannot do without. Where
	// it is missing, null, empty or turned to null, "~" and 16 hex digits stand in
	// for it: the hash of the row with null in that place. Page.Edits lists it as
	// repaired.
	Key bool

	// Blank lets a Key be empty: then only null and what is missing count as no value.
	Blank bool

	// Padded marks a column of fixed width. A value of nothing but NULs is padding for
	// none: it is written as the empty text, and is no change.
	Padded bool

	// Needed marks a column that must not be null although nothing can stand in
	// for its value. Page.Edits lists a null in it as a misfit.
	Needed bool

	// Clock marks the one Time column whose moment is reported in Row.At.
	Clock bool

	// Float lets the column's numbers enter Row.Sum with 12 significant digits.
	// Behind those, ClickHouse's averages differ from read to read.
	Float bool

	// Rewrite, if set, decides what is written, and Kind does not count. It
	// appends to dst the JSON value to write for text, on one line, and returns
	// it. text is the decoded string, or the compact JSON of another value. Null
	// and missing values are written as null without a call. Rewrite must not
	// keep text, and may be called from several goroutines.
	Rewrite func(dst, text []byte) []byte
}

// A Derived is a column computed from another one.
type Derived struct {
	// Name is the new column, From one of Plan.Rules.
	Name, From string

	// Value appends the JSON value to write and returns it, under the same
	// terms as Rule.Rewrite. If From is null or missing, null is true and
	// text is empty.
	Value func(dst, text []byte, null bool) []byte
}

// A Plan says how rows are written: the columns of Rules in this order, whatever
// the order in which they came, then Derived, then Constant. A column that is
// missing from a row is written as null. Members that the plan does not name are
// left out and counted in Page.Unknown. A Plan must not be changed once a Decoder
// has it.
type Plan struct {
	Rules   []Rule
	Derived []Derived

	// Constant holds ready members that end each row: `"period":"day","n":1`.
	Constant []byte
}

// A PlanError is a plan that cannot be carried out: a mistake of its author, not
// of the API. The same plan fails every time.
type PlanError struct{ text string }

func (e *PlanError) Error() string { return e.text }

// check reports what makes p impossible to carry out, as a *PlanError.
func (p *Plan) check() error {
	if err := p.fault(); err != nil {
		return &PlanError{err.Error()}
	}
	return nil
}

func (p *Plan) fault() error {
	if p == nil {
		return errors.New("no plan")
	}
	seen, clock := map[string]bool{}, ""
	for _, c := range p.Rules {
		switch {
		case seen[c.Name]:
			return fmt.Errorf("plan names column %q twice", c.Name)
		case c.Kind > JSON:
			return fmt.Errorf("plan gives column %q the unknown kind %d", c.Name, c.Kind)
		case c.Clock && c.Kind != Time:
			return fmt.Errorf("plan makes column %q a clock, but its kind is not Time", c.Name)
		case c.Clock && clock != "":
			return fmt.Errorf("plan has two clocks, %q and %q", clock, c.Name)
		case c.Clock:
			clock = c.Name
		}
		seen[c.Name] = true
	}
	sources := len(p.Rules)
	for _, d := range p.Derived {
		switch {
		case d.Value == nil:
			return fmt.Errorf("plan derives column %q with no function", d.Name)
		case seen[d.Name] && !p.drops(d.Name):
			return fmt.Errorf("plan names column %q twice", d.Name)
		case p.index(d.From) < 0:
			return fmt.Errorf("plan derives column %q from %q, which is none of its %d columns", d.Name, d.From, sources)
		}
		seen[d.Name] = true
	}
	return nil
}

// index finds a column by name; -1 if there is none.
func (p *Plan) index(name string) int {
	for i := range p.Rules {
		if p.Rules[i].Name == name {
			return i
		}
	}
	return -1
}

// drops reports whether name is a column that is read but not written.
func (p *Plan) drops(name string) bool {
	i := p.index(name)
	return i >= 0 && p.Rules[i].Drop
}
