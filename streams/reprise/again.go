package reprise

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"tap-reprise/internal/program"
	"tap-reprise/internal/rows"
)

// A brokenError is an answer that cannot be used: cut, not JSON, an exception
// inside a 200, a wrong row count, or no answer at all.
type brokenError struct {
	what string
	err  error
}

func (e *brokenError) Error() string { return e.what + ": " + e.err.Error() }
func (e *brokenError) Unwrap() error { return e.err }

// A tooMuchError ends the attempts at a request that a smaller one can replace.
type tooMuchError struct{ err error }

func (e *tooMuchError) Error() string { return e.err.Error() }
func (e *tooMuchError) Unwrap() error { return e.err }

// again reports whether the same request may succeed later. What carries a hint
// is final: the attempts are over, or a person is needed.
func again(err error) bool {
	var smaller *tooMuchError
	var told *program.Error
	if errors.As(err, &smaller) || errors.As(err, &told) {
		return false
	}
	var api *apiError
	if errors.As(err, &api) {
		return api.page || api.status == http.StatusTooManyRequests || api.status >= 500 || tooMuch(err)
	}
	var broken *brokenError
	return errors.As(err, &broken)
}

// lasts reports whether waiting will hardly mend err: one more attempt shows. It
// comes soon.
func (c *client) lasts(err error) bool {
	var way *networkError
	if errors.As(err, &way) {
		return way.lasts
	}
	var envelope *rows.EnvelopeError
	if errors.As(err, new(*limitError)) || errors.As(err, &envelope) && envelope.Kind == rows.TooDeep {
		return true
	}
	// Where the API has answered before, a page may be one for maintenance.
	host, page := strangePage(err)
	return page && !c.heard(host)
}

// strangePage reports whether err is a page, or a way to one, that is not the
// API's, and which host it came from.
func strangePage(err error) (host string, ok bool) {
	var strange *strangeError
	var elsewhere *redirectError
	var api *apiError
	switch {
	case errors.As(err, &elsewhere):
		return elsewhere.host, true
	case errors.As(err, &strange):
		return strange.host, strange.page
	case errors.As(err, &api):
		return api.host, api.page
	}
	return "", false
}

// patience is how long a request that failed with err may go on failing. A page
// from elsewhere may be one for maintenance, and a column may lack in the answer
// of one server among several, but hardly for long; nor does it take long to see
// that a host is out of reach, where somebody waits for a check or a catalog.
func (c *client) patience(err error) time.Duration {
	_, page := strangePage(err)
	var gone *vanishedError
	var way *networkError
	unreached := errors.As(err, &way) && !c.heard(way.host)
	switch {
	case slow(err) && c.down.Load():
		return 0 // another request was tried long enough
	case unreached && c.env.Brief:
		return min(c.budget(), 5*time.Second)
	case unreached || page || errors.As(err, &gone):
		return min(c.budget(), time.Minute)
	}
	return c.budget()
}

// heard reports whether a host has given an answer of the API in this process.
func (c *client) heard(host string) bool {
	_, ok := c.hosts.Load(host)
	return ok
}

// tooMuch reports whether a smaller stretch may succeed where this request did
// not: the query took too long, or its answer is too large.
func tooMuch(err error) bool {
	var api *apiError
	if errors.As(err, &api) {
		return api.status == http.StatusRequestTimeout || api.status == http.StatusRequestEntityTooLarge ||
			(api.status == http.StatusBadRequest || api.status == http.StatusInternalServerError) && api.size
	}
	var envelope *rows.EnvelopeError
	if errors.As(err, &envelope) && envelope.Kind == rows.Exception {
		return speaksOfSize(envelope.Text)
	}
	var way *networkError
	var timeout net.Error
	return errors.As(err, new(*limitError)) || slow(err) ||
		errors.As(err, &timeout) && timeout.Timeout() && !errors.As(err, &way)
}

// slow reports whether err is an answer that did not come in time.
func slow(err error) bool { return errors.As(err, new(*slowError)) }

func speaksOfSize(text string) bool {
	text = strings.ToLower(text)
	for _, word := range []string{"timeout", "timed out", "time out", "memory", "too large", "too big", "max_result", "response size", "size limit"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}
