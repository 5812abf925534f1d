package reprise

import (
	"errors"
	"fmt"
	"time"

	"tap-reprise/internal/program"
	"tap-reprise/internal/rows"
)

// givenUp is the error of a request whose attempts are over: whose fault it is,
// and what to do.
func (c *client) givenUp(err error) error {
	var gone *vanishedError
	c.down.Store(!errors.As(err, &gone))
	code, hint := c.blame(err)
	return &program.Error{Code: code, Err: err, Hint: hint}
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
		return program.ExitConfig, way.hint(way.host)
	case errors.As(err, &way):
		return program.ExitRetry, "run again later; if it lasts: " + way.hint(way.host)
	case errors.As(err, &elsewhere):
		return program.ExitConfig, "if you trust that address, set token_url or base_url to it; it may also be " + pageFault.hint(host)
	case page:
		return program.ExitConfig, "this is " + pageFault.hint(host)
	case errors.As(err, new(*limitError)):
		return program.ExitConfig, "set page_size to less; if this is the answer to POST token, check token_url"
	case errors.As(err, &envelope) && envelope.Kind == rows.TooDeep:
		return program.ExitConfig, "deselect the stream, and ask your Reprise contact what this row is"
	case errors.As(err, &gone):
		return program.ExitRetry, "run again: each run asks for the columns first, and leaves out what is not sent any more"
	case errors.As(err, &api) && max(api.pause.wait, api.pause.asked) > c.budget():
		return program.ExitRetry, fmt.Sprintf("the API asks to wait %v, longer than retry_minutes; run again then, from the last state",
			max(api.pause.wait, api.pause.asked).Round(time.Second))
	}
	return program.ExitRetry, "the API did not recover in time; run again later, from the last state"
}

// pageFault is a page that somebody other than the API answers with.
var pageFault = wayFault{true, "the page of a proxy or filter, or of a network that wants you to sign in, on the way to %s"}
