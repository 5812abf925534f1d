package reprise

import (
	"errors"
	"fmt"
	"time"

	"tap-reprise/internal/rows"
	"tap-reprise/tap"
)

// givenUp is the error of a request whose attempts are over: whose fault it is,
// and what to do.
func (c *client) givenUp(err error) error {
	var gone *vanishedError
	c.down.Store(!errors.As(err, &gone))
	code, hint := c.blame(err)
	return &tap.Error{Code: code, Err: err, Hint: hint}
}

func (c *client) blame(err error) (code int, hint string) {
	var way *networkError
	var elsewhere *redirectError
	var gone *vanishedError
	var api *apiError
	var envelope *rows.EnvelopeError
	host, page := strangePage(err)
	switch {
	case errors.As(err, &way) && way.lasts:
		return tap.ExitConfig, way.hint(way.host)
	case errors.As(err, &way):
		return tap.ExitRetry, "run again later; if it lasts: " + way.hint(way.host)
	case errors.As(err, &elsewhere):
		return tap.ExitConfig, "if you trust that address, set token_url or base_url to it; it may also be " + pageFault.hint(host)
	case page:
		return tap.ExitConfig, "this is " + pageFault.hint(host)
	case errors.As(err, new(*limitError)):
		return tap.ExitConfig, "set page_size to less; if this is the answer to POST token, check token_url"
	case errors.As(err, &envelope) && envelope.Kind == rows.TooDeep:
		return tap.ExitConfig, "deselect the stream, and ask your Reprise contact what this row is"
	case errors.As(err, &gone):
		return tap.ExitRetry, "run again: each run asks for the columns first, and leaves out what is not sent any more"
	case errors.As(err, &api) && max(api.pause.wait, api.pause.asked) > c.budget():
		return tap.ExitRetry, fmt.Sprintf("the API asks to wait %v, longer than retry_minutes; run again then, from the last state",
			max(api.pause.wait, api.pause.asked).Round(time.Second))
	}
	return tap.ExitRetry, "the API did not recover in time; run again later, from the last state"
}

// pageFault is a page that somebody other than the API answers with.
var pageFault = wayFault{true, "the page of a proxy or filter, or of a network that wants you to sign in, on the way to %s"}
