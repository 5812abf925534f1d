package reprise

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
)

// A client speaks HTTP to the API: one token, a limited number of requests in
// flight, no secret outside the Authorization header.
type client struct {
	config *Config
	limits *limits
	env    tap.Env
	log    *slog.Logger
	counts *program.Metrics
	clock  *serverClock
	gate   *gate
	tokens *tokenStore
	http   *http.Client

	// closed are the pipes that refused a freshly issued token.
	closed sync.Map

	// down is set from a request that was given up until one succeeds.
	down atomic.Bool

	// hosts have given an answer of the API in this process.
	hosts sync.Map

	// doubted tells that a pause was warned of that the API cannot mean.
	doubted atomic.Bool

	// answered tells that a data endpoint has answered, and so set the clock.
	answered atomic.Bool
}

var errCached = errors.New("a cache answered for the API")

// newClient returns a client for the account in c. transport is nil except
// where the API is in this process.
func newClient(c *Config, env tap.Env, transport http.RoundTripper) *client {
	if transport == nil {
		transport = &http.Transport{
			Proxy:               proxyOf(env.Secrets),
			DialContext:         (&net.Dialer{Timeout: connectTimeout}).DialContext,
			TLSHandshakeTimeout: connectTimeout,
			MaxIdleConnsPerHost: c.Concurrency,
			IdleConnTimeout:     90 * time.Second,
			ReadBufferSize:      32 << 10, // larger reads pass it by
			DisableCompression:  true,
			OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, res *http.Response) error {
				if res.StatusCode == http.StatusOK {
					return nil
				}
				return &proxyRefusal{res.StatusCode, env.Secrets.Words(res.Status)}
			},
			// HTTP/1.1: one stream of bytes per connection costs less than
			// frames, and concurrency is small.
			TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{},
		}
	}
	k := &client{config: c, limits: &system, env: env, log: env.Log, counts: env.Metrics,
		clock: &serverClock{log: env.Log, limits: &system}, gate: newGate(max(1, c.Concurrency))}
	k.tokens = newTokenStore(k)
	k.http = &http.Client{Transport: transport, CheckRedirect: k.sameHost}
	return k
}

// A redirectError refuses to go where an answer sends a request.
type redirectError struct{ host, text string }

func (e *redirectError) Error() string { return e.text }

// sameHost refuses redirects that would carry a secret elsewhere.
func (c *client) sameHost(req *http.Request, via []*http.Request) error {
	first := via[0].URL
	if len(via) >= 5 {
		return &redirectError{first.Host, "more than five redirects"}
	}
	if req.URL.Host != first.Host || req.URL.Scheme != first.Scheme {
		return &redirectError{first.Host, fmt.Sprintf("redirect from %s://%s to %s://%s is refused", first.Scheme, first.Host, c.words(req.URL.Scheme), c.words(req.URL.Host))}
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// words makes text of the API, such as a column's name or type, fit to be read.
func (c *client) words(text string) program.Words { return c.env.Secrets.Words(text) }

// do sends one request through the gate and calls sent when it got in; then w
// runs. The gate is left when the headers are there; the body's bytes are not
// what the API counts.
func (c *client) do(req *http.Request, w *watch, sent func()) (res *http.Response, err error) {
	if err := c.gate.enter(req.Context(), c.budget()); err != nil {
		return nil, err
	}
	sent()
	w.wait(func() int { res, err = c.http.Do(req); return 0 })
	limited := err == nil && res.StatusCode == http.StatusTooManyRequests
	var wait time.Duration
	if limited {
		wait = c.limits.pauseAsked(res.Header).wait
	}
	c.gate.leave(limited, wait)
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err // the outer text repeats the whole address
	}
	if fault, ok := faultOf(err); ok {
		err = &networkError{req.URL.Host, fault, err}
	}
	return res, err
}
