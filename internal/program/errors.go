package program

import (
	"context"
	"errors"
	"syscall"
)

// Exit codes of every program. ExitCodes says what they mean.
const (
	ExitOK     = 0
	ExitRetry  = 1
	ExitConfig = 2
	ExitAuth   = 3
	ExitData   = 4
)

// ExitCodes is the one table of exit codes, for taps and targets. The help and
// the documents have it too; a test holds them equal.
var ExitCodes = []struct {
	Code  int
	Means string
}{
	{ExitOK, "done"},
	{ExitRetry, "try again later: the API did not answer in time, or the output broke"},
	{ExitConfig, "fix the config, the catalog, the state or the arguments"},
	{ExitAuth, "fix the key, or the account's access"},
	{ExitData, "look at the data: `verify` found rows that are missing, gone or changed, or a target too many rows that its API rejects"},
}

// An Error carries the exit code it deserves and advice for the person who
// reads it. Its text is Err's; Hint is printed behind it.
type Error struct {
	Code int
	Hint string
	Err  error
}

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// ExitCode reports the code that a run which ended with err exits with. Of
// several joined errors the one that needs a person wins.
func ExitCode(err error) int {
	if err == nil {
		return ExitOK
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		code := ExitRetry
		for _, e := range joined.Unwrap() {
			if c := ExitCode(e); rank(c) > rank(code) {
				code = c
			}
		}
		return code
	}
	if e, ok := err.(*Error); ok {
		return e.Code
	}
	if inner := errors.Unwrap(err); inner != nil {
		return ExitCode(inner)
	}
	return ExitRetry
}

// rank orders exit codes by how much they need a person: a rejected key first.
func rank(code int) int {
	return map[int]int{ExitRetry: 1, ExitData: 2, ExitConfig: 3, ExitAuth: 4}[code]
}

// Hint returns the first advice found in err, or "".
func Hint(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Hint != "" {
		return e.Hint
	}
	if errors.Is(err, syscall.ENOSPC) {
		return "free some space where the output goes, then run again with the last STATE"
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "the API did not answer in time; run again later"
	}
	return ""
}
