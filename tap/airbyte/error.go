package airbyte

import (
	"context"
	"errors"
	"net"

	"tap-reprise/internal/program"
)

// errorLine is the ERROR for err, of a stream unless its name is "". An
// error whose text is on stdout already gives nothing.
func (c *Command) errorLine(err error, stream string) []byte {
	if c.reported[err.Error()] {
		return nil
	}
	c.reported[err.Error()] = true
	e := &traceError{Message: c.failure(err), Internal: c.secrets.HideLone(err.Error()), Type: failureType(err)}
	if stream != "" {
		e.Stream = &streamDescriptor{stream}
	}
	return appendTrace(nil, trace{Type: "ERROR", Error: e})
}

// failure words err for the person who looks at the platform: one line, with
// what to do.
func (c *Command) failure(err error) string {
	return program.OneLine(c.secrets.HideLone(program.WithHint(err, program.Hint(err))))
}

// failureType says whom an error concerns: the user (config_error), nobody,
// since it may pass (transient_error), or the maintainers (system_error).
func failureType(err error) string {
	switch code := program.ExitCode(err); {
	case code == program.ExitConfig || code == program.ExitAuth:
		return "config_error"
	case passes(err):
		return "transient_error"
	}
	return "system_error"
}

// passes reports whether err may be gone at the next attempt.
func passes(err error) bool {
	var known *program.Error
	var network net.Error
	return errors.As(err, &known) || errors.As(err, &network) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
