package rows

import (
	"bytes"
	"errors"
	"strings"
)

// longException is how much of the server's text is kept.
const longException = 2000

// explain looks behind the place where an answer turned out to be broken. When a
// query fails after its first rows were sent, ClickHouse may break off the JSON
// and write why in plain text: "Code: 241. DB::Exception: …", see the
// documentation of its HTTP interface. Other errors are returned as they are.
func (a *answer) explain(err error) error {
	var e *EnvelopeError
	if !errors.As(err, &e) || e.Kind != Syntax && e.Kind != Truncated {
		return err
	}
	w := &a.body
	if e.Kind == Syntax {
		w.move(min(int(e.Offset-w.base), w.end))
		_ = w.fill() // what there is will do
	}
	text := exceptionText(w.buf[:w.end])
	if text == "" {
		return err
	}
	return &EnvelopeError{Kind: Exception, Text: text, Offset: e.Offset}
}

// exceptionText finds a line that ClickHouse wrote as an exception, or "".
func exceptionText(b []byte) string {
	mark := bytes.Index(b, []byte("DB::Exception"))
	if mark < 0 {
		return ""
	}
	start := bytes.LastIndex(b[:mark], []byte("Code: "))
	if start < 0 {
		return ""
	}
	line, _, _ := bytes.Cut(b[start:min(len(b), start+longException)], []byte("\n"))
	return strings.TrimSpace(strings.ToValidUTF8(string(line), replacement))
}
