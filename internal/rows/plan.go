package rows

import (
	"errors"
	"fmt"
	"time"
)

// A Kind says what a column's values must be when they are written. Null stays
// null whatever the kind, and a value that cannot be what is wanted becomes
// null and is counted in Page.Changes.
type Kind uint8

const (
	// Keep writes the value as sent. Nested values are compacted to one line;
	// in strings NUL and lone surrogates are repaired: NULs at the end are cut
	// off (ClickHouse pads a FixedString with them), the others become U+FFFD.
	Keep Kind = iota

	// Text wants a string: strings as Keep, numbers and booleans as a string
	// of their text, arrays and objects as a string of their compact JSON.
	Text

	// Time wants a moment. It takes "YYYY-MM-DD HH:MM:SS" with any number of
	// decimals, also with T between date and time and with Z or a numeric
	// offset behind, and a date alone. It writes "YYYY-MM-DDTHH:MM:SS.ffffffZ"
	// in UTC with six decimals, more if more were sent. Without an offset it
	// is read in the column's Location. Moments that do not exist or lie
	// outside the years 1 to 9999 become null.
	Time

	// Integer wants an integer of 64 bits, bare or quoted, and writes it bare, also
	// one that is spelt 30.0 or 3e1; true is 1 and false is 0. Others become null.
	// The spellings of NaN and infinity are null without being counted.
	Integer

	// Number wants a number, bare or quoted, and writes it bare with its
	// digits as sent; true is 1 and false is 0. The spellings of NaN and infinity become null without
	// being counted: for ClickHouse they are ways to say that there is none.
	Number

	// Boolean wants true or false and also takes 0, 1, "0", "1", "true" and
	// "false".
	Boolean

	// JSON wants an array or an object and writes it compacted.
	JSON
)

// A Column says what becomes of one column of the rows.
type Column struct {
	Name string
	Kind Kind

	// Location is where a Time without offset is read; nil means UTC.
	Location *time.Location

	// Drop leaves the column out of the written rows. It is still read: as
	// clock or as source of a Derived column.
	Drop bool

	// Key marks a part of the primary key. Loaders cannot do without, so
	// where it is missing, null, empty or turned to null, the text "~" and 16
	// hex digits is written, the hash of the row with null in that place, and
	// counted in Page.Changes as repaired.
	Key bool

	// Needed marks a column that must not be null although nothing can stand in
	// for its value. A null in it is counted in Page.Changes as a misfit.
	Needed bool

	// Clock marks the one Time column whose moment is reported in Row.At.
	Clock bool

	// Float lets the column's numbers enter Row.Sum with 12 significant
	// digits. ClickHouse's averages differ behind that from read to read.
	Float bool

	// Rewrite, if set, appends to dst the JSON value to write for text, on
	// one line, and returns it; Kind is then disregarded. Text is the decoded
	// string, or the compact JSON of a value that is none; null and missing
	// values are written as null without asking. Rewrite must not keep text,
	// and may be called from several goroutines.
	Rewrite func(dst, text []byte) []byte
}

// A Derived is a column computed from another one.
type Derived struct {
	// Name is the new column, From an entry of Plan.Columns.
	Name, From string

	// Value appends the JSON value to write and returns it, under the same
	// terms as Column.Rewrite. If From is null or missing, null is true and
	// text is empty.
	Value func(dst, text []byte, null bool) []byte
}

// A Plan says how rows are written: Columns in this order, whatever the order
// in which they came, then Derived, then Constant. A column that is missing
// from a row is written as null. Members that the plan does not name are left
// out and counted in Page.Unknown. A Plan must not be changed once a Decoder
// has it.
type Plan struct {
	Columns []Column
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
	for _, c := range p.Columns {
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
	sources := len(p.Columns)
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
	for i := range p.Columns {
		if p.Columns[i].Name == name {
			return i
		}
	}
	return -1
}

// drops reports whether name is a column that is read but not written.
func (p *Plan) drops(name string) bool {
	i := p.index(name)
	return i >= 0 && p.Columns[i].Drop
}
