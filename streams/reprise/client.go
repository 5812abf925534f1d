package reprise

import (
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

	"tap-reprise/tap"
)

// A client speaks HTTP to the API: one token, a limited number of requests in
// flight, no secret outside the Authorization header.
type client struct {
	config *Config
	env    tap.Env
	log    *slog.Logger
	counts *tap.Metrics
	clock  *serverClock
	gate   *gate
	tokens *tokenStore
	http   *http.Client

	// closed are the pipes that refused a freshly issued token.
	closed sync.Map

	// down is set from a request that was given up until one succeeds.
	down atomic.Bool

	// answered tells that a data endpoint has answered, and so set the clock.
	answered atomic.Bool
}

const (
	connectTimeout = 30 * time.Second
	idleTimeout    = 2 * time.Minute
	largestBody    = 100 << 20 // the platform's own limit on an answer
)

var (
	errTooLarge = errors.New("answer is larger than 100 MB")
	errCached   = errors.New("a cache answered for the API")
)

// newClient returns a client for the account in c. transport is nil except
// where the API is in this process.
func newClient(c *Config, env tap.Env, transport http.RoundTripper) *client {
	if transport == nil {
		transport = &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: connectTimeout}).DialContext,
			TLSHandshakeTimeout:   connectTimeout,
			ResponseHeaderTimeout: idleTimeout,
			MaxIdleConnsPerHost:   c.Concurrency,
			IdleConnTimeout:       90 * time.Second,
			ReadBufferSize:        32 << 10, // larger reads pass it by
			DisableCompression:    true,
			// HTTP/1.1: one stream of bytes per connection costs less than
			// frames, and concurrency is small.
			TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{},
		}
	}
	k := &client{config: c, env: env, log: env.Log, counts: env.Metrics,
		clock: &serverClock{log: env.Log}, gate: newGate(max(1, c.Concurrency))}
	k.tokens = newTokenStore(k)
	k.http = &http.Client{Transport: transport, CheckRedirect: sameHost}
	return k
}

// A redirectError refuses to go where an answer sends a request.
type redirectError struct{ text string }

func (e *redirectError) Error() string { return e.text }

// sameHost refuses redirects that would carry a secret elsewhere.
func sameHost(req *http.Request, via []*http.Request) error {
	if len(via) >= 5 {
		return &redirectError{"more than five redirects"}
	}
	first := via[0].URL
	if req.URL.Host != first.Host || req.URL.Scheme != first.Scheme {
		return &redirectError{fmt.Sprintf("redirect from %s://%s to %s://%s is refused", first.Scheme, first.Host, req.URL.Scheme, req.URL.Host)}
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// do sends one request through the gate and calls sent when it got in. The
// gate is left when the headers are there; the body's bytes are not what the
// API counts.
func (c *client) do(req *http.Request, sent func()) (*http.Response, error) {
	if err := c.gate.enter(req.Context(), c.budget()); err != nil {
		return nil, err
	}
	sent()
	res, err := c.http.Do(req)
	limited := err == nil && res.StatusCode == http.StatusTooManyRequests
	var pause time.Duration
	if limited {
		pause = waitAsked(res.Header)
	}
	c.gate.leave(limited, pause)
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err // the outer text repeats the whole address
	}
	return res, err
}
