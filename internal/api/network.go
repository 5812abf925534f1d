package api

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"tap-reprise/internal/program"
)

// newNetwork makes the transport for APIs that are not in this process. Proxies
// and certificates are those that the environment names.
func newNetwork(c *Config) http.RoundTripper {
	return &http.Transport{
		Proxy:               proxyOf(c.Secrets),
		DialContext:         (&net.Dialer{Timeout: connectTimeout}).DialContext,
		TLSHandshakeTimeout: connectTimeout,
		MaxIdleConnsPerHost: c.InFlight,
		IdleConnTimeout:     90 * time.Second,
		ReadBufferSize:      32 << 10, // larger reads pass it by
		DisableCompression:  true,
		OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, res *http.Response) error {
			if res.StatusCode == http.StatusOK {
				return nil
			}
			return &proxyRefusal{res.StatusCode, c.Secrets.Words(res.Status)}
		},
		// HTTP/1.1: one stream of bytes per connection costs less than
		// frames, and concurrency is small.
		TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{},
	}
}

// A proxyRefusal is the answer of a proxy that was asked for a connection.
type proxyRefusal struct {
	status int
	text   program.Words
}

func (e *proxyRefusal) Error() string { return fmt.Sprintf("proxy answers status %s", e.text) }

// fault is what is wrong: the proxy will not, or it cannot now.
func (e *proxyRefusal) fault() wayFault {
	switch {
	case e.status == http.StatusProxyAuthRequired:
		return loginFault
	case e.status >= 500 || e.status == http.StatusRequestTimeout || e.status == http.StatusTooManyRequests:
		return noWayFault
	}
	return refusedFault
}

// A proxyAddressError is a proxy's address that is none. It is not quoted: it
// may hold a password.
type proxyAddressError struct{}

func (e *proxyAddressError) Error() string { return "the address of the proxy is none" }

// proxyOf finds the proxy of a request as the environment says, and hides its
// password from every text.
func proxyOf(secrets *program.Secrets) func(*http.Request) (*url.URL, error) {
	var once sync.Once // the environment is read once
	return func(req *http.Request) (*url.URL, error) {
		u, err := http.ProxyFromEnvironment(req)
		// An address that is broken behind its scheme is taken for the path at
		// a host of that scheme's name.
		if err != nil || u != nil && strings.HasPrefix(u.Path, "//") {
			return nil, &proxyAddressError{}
		}
		if u != nil {
			once.Do(func() {
				if password, ok := u.User.Password(); ok {
					secrets.Hide(password)
				}
			})
		}
		return u, nil
	}
}
