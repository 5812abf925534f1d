package rows

import "fmt"

// An ErrorKind says what is wrong with an answer.
type ErrorKind uint8

const (
	// Truncated: the body ends inside the answer. Asking again may help.
	Truncated ErrorKind = iota + 1

	// Syntax: the body is no JSON, or not the object that the API documents,
	// or something follows it.
	Syntax

	// Exception: the server says that the query failed, in a member
	// "exception" or "error", perhaps after it had sent rows, or in plain
	// text where ClickHouse breaks off an answer to say so.
	Exception

	// CountMismatch: the answer does not hold as many rows as it says.
	CountMismatch

	// TooLarge: the body is longer than Decoder.Limit.
	TooLarge

	// TooDeep: a value nests deeper than 512 levels.
	TooDeep
)

// An EnvelopeError says that an answer is not whole. No row of it may be used.
type EnvelopeError struct {
	Kind ErrorKind

	// Text is the server's own words if Kind is Exception, else what is
	// wrong. Apart from an exception it holds nothing of the body.
	Text string

	// Offset is where in the body, in bytes, this was found.
	Offset int64
}

func (e *EnvelopeError) Error() string {
	switch e.Kind {
	case Truncated:
		return fmt.Sprintf("answer breaks off after %d bytes: %s", e.Offset, e.Text)
	case Exception:
		return "answer reports an error: " + e.Text
	case Syntax:
		return fmt.Sprintf("answer is broken at byte %d: %s", e.Offset, e.Text)
	}
	return "answer is not usable: " + e.Text
}
