package rows

import "slices"

// An Envelope says where in an answer the rows are, and what around them is of
// use. The zero value is ClickHouse's FORMAT JSON:
//
//	{"meta": [{"name": "id", "type": "String"}], "data": [{"id": "a"}], "rows": 1}
//
// A member "exception" or "error" at the top that is not null means that the
// request failed. Only an answer that is its own rows has no such members.
type Envelope struct {
	// Rows are the members that lead to the rows, the outermost first:
	// {"results"}, {"data", "rows"}. Empty but not nil: the answer itself is the
	// rows. With nil it is ClickHouse's format, and all other fields are ignored.
	Rows []string

	// Single: what Rows leads to is one row, not an array of rows.
	Single bool

	// Columns is the member beside the rows that lists the columns, as objects
	// with a "name" and a type. Type is the key of that type, "type" if empty.
	// Without Columns the plan is asked for once, with nil.
	Columns, Type string

	// Arrays: a row is an array, its values in the order of Columns.
	Arrays bool

	// Count is the member beside the rows that says how many they are. An
	// answer that does not hold as many is refused. Empty: there is none.
	Count string

	// Keep are members beside the rows, or on the way to them, whose JSON text
	// Page.Beside holds: has_next, next_cursor.
	Keep []string

	// before is the member with a lower bound for the rows without the limit.
	before string
}

// clickHouse is what the zero value stands for.
var clickHouse = Envelope{
	Rows: []string{"data"}, Columns: "meta", Type: "type", Count: "rows", before: "rows_before_limit_at_least",
}

// settled is e with everything filled in.
func (e Envelope) settled() Envelope {
	if e.Rows == nil {
		return clickHouse
	}
	if e.Type == "" {
		e.Type = "type"
	}
	return e
}

// opening is the byte that a row begins with.
func (e *Envelope) opening() byte {
	if e.Arrays {
		return '['
	}
	return '{'
}

// name says in an error what the rows are called.
func (e *Envelope) name() string {
	if len(e.Rows) == 0 {
		return "the answer"
	}
	return e.Rows[len(e.Rows)-1]
}

// arrange says what rows look like: objects, or arrays whose values come in the
// order of meta.
func (l *layout) arrange(arrays bool, meta []Meta) {
	if !arrays {
		l.closing, l.places = '}', nil
		return
	}
	places := make([]int, len(meta))
	for i, m := range meta {
		if places[i] = l.program.column(m.Name); places[i] < 0 {
			places[i] = ^l.unknown.number([]byte(m.Name))
		}
	}
	if l.closing != ']' || !slices.Equal(places, l.places) {
		l.learn, l.sure, l.asLearned = true, false, false
	}
	l.closing, l.places = ']', places
}

// column returns the column of that name, or -1.
func (g *program) column(name string) int {
	padded := append([]byte(name), make([]byte, padding)...)
	return g.find(padded, 0, len(name))
}
