package rows

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// An answer walks one body along the path to its rows. Members count only where
// the path leads by, not those of the same name inside other values.
type answer struct {
	body    body
	layout  layout
	emitter emitter
	page    *Page
	decoder *Decoder
	form    Envelope

	program *program // what the rows are written by; nil: they are only checked
	meta    []Meta   // of the program
	second  bool     // the body is read for the second time, meta is its own
	other   bool     // the columns listed behind the rows are others

	onPath                int // how many members of the path were found
	rowsSeen, columnsSeen bool
	found                 int // rows
}

// walk reads the body to its end. The program is used if rows come before the
// list of columns. If the list then proves to be another one, other is set: the
// rows were written by the wrong program.
func (a *answer) walk() error {
	a.onPath, a.rowsSeen, a.columnsSeen, a.other, a.found = 0, false, false, false, 0
	i, err := a.next(0)
	if err != nil {
		return err
	}
	if len(a.form.Rows) == 0 {
		i, err = a.data(i)
	} else {
		i, err = a.object(i, 0)
	}
	if err != nil {
		return err
	}
	switch i, err = a.next(i); {
	case err == nil:
		return a.syntax(i, "something follows the answer")
	case !isTruncated(err):
		return err
	}
	return a.judge()
}

// object reads the object at i, to which depth members of the path have led, and
// returns the position behind it.
func (a *answer) object(i, depth int) (int, error) {
	if a.body.buf[i] != '{' {
		return 0, a.syntax(i, "no object")
	}
	i, err := a.next(i + 1)
	if err == nil && a.body.buf[i] == '}' {
		return i + 1, nil
	}
	for ; err == nil; i, err = a.next(i + 1) {
		if i, err = a.member(i, depth); err != nil {
			return 0, err
		}
		if a.body.buf[i] == '}' {
			return i + 1, nil
		}
		if a.body.buf[i] != ',' {
			return 0, a.syntax(i, "no comma between members")
		}
	}
	return 0, err
}

// next is the position of the next byte that is no blank.
func (a *answer) next(i int) (int, error) {
	for {
		if i = skipBlanks(a.body.buf, i); i < a.body.end {
			return i, nil
		}
		if err := a.more(i); err != nil {
			return 0, err
		}
		i = 0
	}
}

// more reads on, and lets go of what is before keep: keep is at 0 then.
func (a *answer) more(keep int) error {
	err := a.body.more(keep)
	if err == io.EOF {
		return &EnvelopeError{Truncated, "the answer is not closed", a.body.base + int64(a.body.end)}
	}
	return err
}

func (a *answer) syntax(i int, text string) error {
	return &EnvelopeError{Syntax, text, a.body.base + int64(i)}
}

func isTruncated(err error) bool {
	var e *EnvelopeError
	return errors.As(err, &e) && e.Kind == Truncated
}

// value reads the value at i as a whole. Positions before the call may move.
func (a *answer) value(i int) (v extent, err error) {
	for {
		end, c := scanValue(a.body.buf, i, maxDepth)
		// A number may go on behind what is in memory.
		if c != 0 && end < a.body.end {
			return extent{i, end, c}, nil
		}
		if c == 0 && end < a.body.end {
			return v, a.syntax(end, "no value")
		}
		if err := a.more(i); err != nil {
			return v, err
		}
		i = 0
	}
}

// member reads a member and returns the position of what follows it.
func (a *answer) member(i, depth int) (int, error) {
	name, i, err := a.key(i)
	if err != nil {
		return 0, err
	}
	last := depth == len(a.form.Rows)-1
	switch {
	case name == a.form.Rows[depth] && a.onPath > depth:
		return 0, a.syntax(i, name+" for the second time")
	case name == a.form.Rows[depth]:
		a.onPath++
		if last {
			i, err = a.data(i)
		} else {
			i, err = a.object(i, depth+1)
		}
		if err != nil {
			return 0, err
		}
		return a.next(i)
	}
	v, err := a.value(i)
	if err != nil {
		return 0, err
	}
	if slices.Contains(a.form.Keep, name) {
		if a.page.Beside == nil {
			a.page.Beside = map[string]string{}
		}
		a.page.Beside[name] = string(a.body.buf[v.start:v.end])
	}
	if depth == 0 && v.class&isNull == 0 && (name == "exception" || name == "error") {
		text := a.emitter.decoded(a.body.buf, v)
		return 0, &EnvelopeError{Exception, string(text), a.body.base + int64(v.start)}
	}
	if last {
		if err := a.take(name, v); err != nil {
			return 0, err
		}
	}
	return a.next(v.end)
}

// key reads a member's name and returns the position of its value.
func (a *answer) key(i int) (string, int, error) {
	if a.body.buf[i] != '"' {
		return "", 0, a.syntax(i, "no key")
	}
	key, err := a.value(i)
	if err != nil {
		return "", 0, err
	}
	name := string(a.emitter.decoded(a.body.buf, key))
	if i, err = a.next(key.end); err != nil {
		return "", 0, err
	}
	if a.body.buf[i] != ':' {
		return "", 0, a.syntax(i, "no colon after a key")
	}
	i, err = a.next(i + 1)
	return name, i, err
}

// take uses the value of a member beside the rows.
func (a *answer) take(name string, v extent) error {
	switch {
	case name == "":
	case name == a.form.Columns:
		return a.columns(v)
	case v.class&isNull != 0:
	case name == a.form.Count:
		n, err := strconv.Atoi(string(a.emitter.decoded(a.body.buf, v)))
		if err != nil || n < 0 {
			return a.syntax(v.start, name+" is no count")
		}
		a.page.Count = n
	case name == a.form.before:
		if n, err := strconv.ParseInt(string(a.emitter.decoded(a.body.buf, v)), 10, 64); err == nil && n >= 0 {
			a.page.Before = n
		}
	}
	return nil
}

// columns reads the list of columns. If it comes before the rows, the body need
// not be held any more: the rows are written by the right program.
func (a *answer) columns(v extent) error {
	if a.columnsSeen {
		return a.syntax(v.start, a.form.Columns+" for the second time")
	}
	a.columnsSeen = true
	if v.class&isNull == 0 && (v.class&isNested == 0 || !parseMeta(a.body.buf[v.start:], a.form.Type, &a.page.Meta)) {
		return a.syntax(v.start, a.form.Columns+" is no list of names and types")
	}
	if !a.rowsSeen {
		a.body.release()
	}
	return nil
}

// judge says whether the answer, read to its end, is whole, and notes whether its
// rows were written by the right program.
func (a *answer) judge() error {
	switch {
	case !a.rowsSeen:
		return a.syntax(a.body.end, "no "+a.form.name())
	case a.page.Count >= 0 && a.page.Count != a.found:
		text := fmt.Sprintf("%s says %d, but there are %d", a.form.Count, a.page.Count, a.found)
		return &EnvelopeError{CountMismatch, text, a.body.base + int64(a.body.end)}
	}
	a.other = a.program == nil || !sameMeta(a.meta, a.page.Meta)
	return nil
}
