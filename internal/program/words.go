package program

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"unicode/utf8"

	"tap-reprise/internal/object"
)

// wordsLength is how many characters of a text from outside are shown.
const wordsLength = 300

// Words are a text that came from outside, made fit to be read by a person: no
// secret that the process ever held is in them, no character that a terminal
// obeys or that hides others, no line break; what is long is cut. Only
// Secrets.Words makes them. Whatever came over the network is Words before it
// may be part of an error, a log attribute or a message.
type Words struct{ text string }

// Words makes a text from outside fit to be read. On nil nothing is a secret.
func (s *Secrets) Words(raw string) Words { return s.Brief(raw, wordsLength) }

// Brief is as Words, with at most length characters. A text is to be cut here
// rather than before: half a secret is not recognised.
func (s *Secrets) Brief(raw string, length int) Words {
	return Words{cut(plain(s.hide(raw)), length)}
}

// WordsOf joins the Words of several texts by a comma.
func (s *Secrets) WordsOf(raw ...string) Words {
	return s.Words(strings.Join(raw, ", "))
}

// String returns the text.
func (w Words) String() string { return w.text }

// LogValue is the text.
func (w Words) LogValue() slog.Value { return slog.StringValue(w.text) }

// An outsideError is an error whose text holds what came from outside.
type outsideError struct {
	words Words
	err   error
}

func (e *outsideError) Error() string { return e.words.text }
func (e *outsideError) Unwrap() error { return e.err }

// Error returns err with a text that is fit to be read. errors.Is and errors.As
// see through it. It is for errors of libraries and decoders, which may quote
// what a server sent; nil stays nil.
func (s *Secrets) Error(err error) error {
	if err == nil {
		return nil
	}
	return &outsideError{s.Words(err.Error()), err}
}

// plain writes text on one line, without what would not be seen.
func plain(text string) string { return strings.Join(strings.Fields(visible(text)), " ") }

// visible shows by its code what a terminal would obey, what turns or hides its
// neighbours, and what is no UTF-8.
func visible(text string) string {
	if !strings.ContainsFunc(text, object.Unseen) && utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	for i, size := 0, 0; i < len(text); i += size {
		var r rune
		r, size = utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case object.Unseen(r):
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// cut shortens what a person would not read to its end.
func cut(text string, length int) string {
	if utf8.RuneCountInString(text) <= length {
		return text
	}
	return string([]rune(text)[:length]) + "…"
}
