package api

import "net/http"

// An authorize puts the key into requests. The call's own way comes first.
type authorize struct {
	usual func(*http.Request) error
	next  http.RoundTripper
}

func newAuthorize(c *Client, next http.RoundTripper) http.RoundTripper {
	return &authorize{c.config.Authorize, next}
}

// RoundTrip adds to a copy, so that nothing outside holds the key.
func (a *authorize) RoundTrip(req *http.Request) (*http.Response, error) {
	how := answerOf(req).call.Authorize
	if how == nil {
		how = a.usual
	}
	if how == nil {
		return a.next.RoundTrip(req)
	}
	req = req.Clone(req.Context())
	if err := how(req); err != nil {
		return nil, err
	}
	return a.next.RoundTrip(req)
}
