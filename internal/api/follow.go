package api

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// mostRedirects is how many redirects are followed.
const mostRedirects = 5

// A follower goes where redirects lead, as long as that is the same host.
type follower struct {
	client *Client
	http   *http.Client
}

func newFollower(c *Client, next http.RoundTripper) http.RoundTripper {
	f := &follower{client: c}
	f.http = &http.Client{Transport: next, CheckRedirect: f.sameHost}
	return f
}

// RoundTrip implements http.RoundTripper.
func (f *follower) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := f.http.Do(req)
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err // the outer text repeats the whole address
	}
	if fault, ok := wayFaultOf(err); ok {
		err = &wayError{fault, err}
	}
	return res, err
}

// A redirectError refuses to go where an answer sends a request.
type redirectError struct{ text string }

func (e *redirectError) Error() string { return e.text }

// sameHost refuses redirects that would carry a secret elsewhere, or leave a
// document behind.
func (f *follower) sameHost(req *http.Request, via []*http.Request) error {
	first := via[0]
	switch {
	case len(via) >= mostRedirects:
		return &redirectError{"more than five redirects"}
	case req.URL.Host != first.URL.Host || req.URL.Scheme != first.URL.Scheme:
		return &redirectError{fmt.Sprintf("redirect from %s://%s to %s://%s is refused",
			first.URL.Scheme, first.URL.Host, f.client.Words(req.URL.Scheme), f.client.Words(req.URL.Host))}
	case first.ContentLength > 0 && req.ContentLength == 0:
		return &redirectError{fmt.Sprintf("redirect of a %s without what it sends is refused", first.Method)}
	}
	return nil
}
