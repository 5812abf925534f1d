package rows

import (
	"errors"
	"fmt"
	"io"
	"strconv"
)

// An answer walks one body: an object with "data" and others, in any order.
// Only its own members count, not those of the same name inside values.
type answer struct {
	window  window
	layout  layout
	emitter emitter
	page    *Page
	decoder *Decoder

	program *program // what the rows are written by; nil: they are only checked
	meta    []Meta   // of the program
	seen    map[string]bool
	found   int // rows
}

// errOtherMeta tells that the rows were written by the wrong program.
var errOtherMeta = errors.New("meta after data is another one")

// walk reads the body to its end. The program is used if data comes first.
func (a *answer) walk() error {
	a.seen, a.found = map[string]bool{}, 0
	i, err := a.next(0)
	if err != nil {
		return err
	}
	if a.window.buf[i] != '{' {
		return a.syntax(i, "no object")
	}
	for i, err = a.next(i + 1); ; i, err = a.next(i + 1) {
		if err != nil {
			return err
		}
		if a.window.buf[i] == '}' && len(a.seen) == 0 {
			break
		}
		if i, err = a.member(i); err != nil {
			return err
		}
		if a.window.buf[i] == '}' {
			break
		}
		if a.window.buf[i] != ',' {
			return a.syntax(i, "no comma between members")
		}
	}
	switch i, err = a.next(i + 1); {
	case err == nil:
		return a.syntax(i, "something follows the answer")
	case !isTruncated(err):
		return err
	}
	return a.judge()
}

// next is the position of the next byte that is no blank.
func (a *answer) next(i int) (int, error) {
	for {
		if i = skipBlanks(a.window.buf, i); i < a.window.end {
			return i, nil
		}
		if err := a.more(i); err != nil {
			return 0, err
		}
		i = 0
	}
}

// more moves the window so that it begins at keep.
func (a *answer) more(keep int) error {
	err := a.window.more(keep)
	if err == io.EOF {
		return &EnvelopeError{Truncated, "the answer is not closed", a.window.base + int64(a.window.end)}
	}
	return err
}

func (a *answer) syntax(i int, text string) error {
	return &EnvelopeError{Syntax, text, a.window.base + int64(i)}
}

func isTruncated(err error) bool {
	var e *EnvelopeError
	return errors.As(err, &e) && e.Kind == Truncated
}

// value reads the value at i as a whole; it may move.
func (a *answer) value(i int) (v span, err error) {
	for {
		end, c := scanValue(a.window.buf, i, maxDepth)
		// A number may go on behind the window.
		if c != 0 && end < a.window.end {
			return span{i, end, c}, nil
		}
		if c == 0 && end < a.window.end {
			return v, a.syntax(end, "no value")
		}
		if err := a.more(i); err != nil {
			return v, err
		}
		i = 0
	}
}

// member reads a member and returns the position of what follows it.
func (a *answer) member(i int) (int, error) {
	if a.window.buf[i] != '"' {
		return 0, a.syntax(i, "no key")
	}
	key, err := a.value(i)
	if err != nil {
		return 0, err
	}
	name := string(a.emitter.decoded(a.window.buf, key))
	if i, err = a.next(key.end); err != nil {
		return 0, err
	}
	if a.window.buf[i] != ':' {
		return 0, a.syntax(i, "no colon after a key")
	}
	if i, err = a.next(i + 1); err != nil {
		return 0, err
	}
	if a.seen[name] && (name == "data" || name == "meta") {
		return 0, a.syntax(i, name+" for the second time")
	}
	a.seen[name] = true
	if name == "data" {
		if i, err = a.data(i); err != nil {
			return 0, err
		}
		return a.next(i)
	}
	v, err := a.value(i)
	if err != nil {
		return 0, err
	}
	if err := a.take(name, v); err != nil {
		return 0, err
	}
	return a.next(v.end)
}

// take uses the value of a member.
func (a *answer) take(name string, v span) error {
	text := a.emitter.decoded(a.window.buf, v)
	switch {
	case v.class&isNull != 0:
	case name == "exception" || name == "error":
		return &EnvelopeError{Exception, string(text), a.window.base + int64(v.start)}
	case name == "meta":
		if v.class&isNested == 0 || !parseMeta(a.window.buf[v.start:], &a.page.Meta) {
			return a.syntax(v.start, "meta is no list of names and types")
		}
	case name == "rows":
		n, err := strconv.Atoi(string(text))
		if err != nil || n < 0 {
			return a.syntax(v.start, "rows is no count")
		}
		a.page.Count = n
	case name == "rows_before_limit_at_least":
		if n, err := strconv.ParseInt(string(text), 10, 64); err == nil && n >= 0 {
			a.page.Before = n
		}
	}
	if name == "meta" && !a.seen["data"] {
		a.window.release()
	}
	return nil
}

// judge tells whether the answer, read to its end, is whole and was written
// by the right program.
func (a *answer) judge() error {
	switch {
	case !a.seen["data"]:
		return a.syntax(a.window.end, "no data")
	case a.page.Count >= 0 && a.page.Count != a.found:
		text := fmt.Sprintf("rows says %d, but there are %d", a.page.Count, a.found)
		return &EnvelopeError{CountMismatch, text, a.window.base + int64(a.window.end)}
	case a.program == nil || !sameMeta(a.meta, a.page.Meta):
		return errOtherMeta
	}
	return nil
}
