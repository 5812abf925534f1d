package tap

import (
	"context"
	"errors"
	"net"
)

// errorLine is the ERROR that tells err, of a stream unless its name is "". An
// error whose text is on stdout already gives nothing.
func (c *airbyteCommand) errorLine(err error, stream string) []byte {
	if c.told[err.Error()] {
		return nil
	}
	c.told[err.Error()] = true
	body := appendMember([]byte("{"), "message", encode(c.failure(err)))
	body = appendMember(body, "internal_message", encode(c.secrets.hideLone(err.Error())))
	body = appendMember(body, "failure_type", encode(failureType(err)))
	if stream != "" {
		body = appendMember(body, "stream_descriptor", encode(streamDescriptor{stream}))
	}
	return appendTrace(nil, "ERROR", "error", append(body, '}'))
}

// failure words err for the person who looks at the platform: one line, with
// what to do.
func (c *airbyteCommand) failure(err error) string {
	return oneLine(c.secrets.hideLone(withHint(err, Hint(err))))
}

// failureType tells whom an error concerns: the user (config_error), nobody,
// since it may pass (transient_error), or the maintainers (system_error).
func failureType(err error) string {
	switch code := ExitCode(err); {
	case code == ExitConfig || code == ExitAuth:
		return "config_error"
	case passes(err):
		return "transient_error"
	}
	return "system_error"
}

// passes reports whether err may be gone at the next attempt.
func passes(err error) bool {
	var known *Error
	var network net.Error
	return errors.As(err, &known) || errors.As(err, &network) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
