package api

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"time"
)

// A Call is one request and how to read its answer. It is not changed by being
// sent, and may be sent again.
type Call struct {
	Method string
	URL    string
	Header http.Header // beside those that every request has
	Body   []byte      // a JSON document; nil: none

	// Name is what errors call the request: method and endpoint, with what helps
	// to ask the same by hand, and without a secret. Endpoint is its name in
	// metrics. About, if not nil, has what else its line in a debug log says.
	Name     string
	Endpoint string
	About    func() []any

	// Class says which of Config.Paces hold for the call, beside those of all.
	Class string

	// Authorize is as Config.Authorize, for this call; nil: as Config has it.
	Authorize func(*http.Request) error

	// Good are the statuses of a good answer; none: 200.
	Good []int

	// Read takes a good answer. ctx ends when the API is too slow, too. An error
	// of it that is an *Error keeps its Kind; what carries a hint is returned as
	// it is; any other is Broken, or what broke the reading. nil: nothing is read.
	Read func(ctx context.Context, a *Answer) error

	// Within is how long all of the answer may take; 0: what Limits say.
	Within time.Duration

	// Most is how many bytes a good answer may have; 0: what Limits say.
	Most int64

	// Cheap: the answer costs the API next to nothing. While the API seems to
	// be down it is not waited for as long.
	Cheap bool

	// Undated: the Date of the answer does not set the clock. A Date at or after
	// Expires, if that is not zero, cannot be right.
	Undated bool
	Expires time.Time
}

// isGood reports whether a status is that of a good answer.
func (call *Call) isGood(status int) bool {
	if len(call.Good) == 0 {
		return status == http.StatusOK
	}
	return slices.Contains(call.Good, status)
}

type answerKey struct{}

// answerOf is the answer that a request of a Client is for.
func answerOf(req *http.Request) *Answer { return req.Context().Value(answerKey{}).(*Answer) }

// request makes the request of a call, all but its authorization.
func (c *Client) request(ctx context.Context, a *Answer) (*http.Request, error) {
	call := a.call
	ctx = context.WithValue(ctx, answerKey{}, a)
	req, err := http.NewRequestWithContext(ctx, call.Method, call.URL, bytes.NewReader(call.Body))
	if err != nil {
		return nil, err
	}
	if call.Body == nil {
		req.Body, req.GetBody = nil, nil
	} else {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("User-Agent", c.config.UserAgent)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Accept-Encoding", "gzip")
	req.Header.Set("Cache-Control", "no-cache")
	for name, values := range call.Header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	return req, nil
}
