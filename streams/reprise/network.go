package reprise

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"tap-reprise/internal/program"
)

// A networkError is a request that no server of the API answered, where the way
// to it is at fault.
type networkError struct {
	host string // whose way it is
	wayFault
	err error
}

func (e *networkError) Error() string { return e.err.Error() }
func (e *networkError) Unwrap() error { return e.err }

// A wayFault is what can be wrong between this machine and the API.
type wayFault struct {
	lasts  bool   // waiting does not mend it
	advice string // what to do; %s is the host
}

var (
	clockFault = wayFault{true, "set this machine's clock if it is wrong; else the certificate of %s, or of the proxy that opens TLS, has run out"}
	trustFault = wayFault{true, "this machine does not trust who signed the certificate that came for %s; if a proxy or filter of your company opens TLS, " +
		"name a file with its root certificate in SSL_CERT_FILE"}
	namesFault   = wayFault{true, "the certificate belongs to somebody else than %s: a proxy, filter or sign-in page answers in its place"}
	plainFault   = wayFault{true, "what answers for %s does not speak TLS: a proxy, filter or sign-in page, or a wrong port"}
	alertFault   = wayFault{true, "%s, or what answers in its place, refuses this TLS connection"}
	loginFault   = wayFault{true, "the proxy on the way to %s asks for a login: set HTTPS_PROXY to http://USER:PASSWORD@HOST:PORT"}
	refusedFault = wayFault{true, "the proxy on the way to %s refuses the connection: ask who runs it to let this host pass, with port 443"}
	proxyFault   = wayFault{true, "HTTPS_PROXY is set to what is no address of a proxy, on the way to %s: write http://HOST:PORT"}

	noWayFault   = wayFault{false, "the proxy could not reach %s"}
	noProxyFault = wayFault{false, "the proxy on the way to %s cannot be reached"}
	noNameFault  = wayFault{false, "the name %s, or that of the proxy, was not found"}
	noHostFault  = wayFault{false, "%s cannot be reached"}
)

// everyWay ends each hint about the way: what decides it.
const everyWay = "; HTTPS_PROXY and NO_PROXY say which way requests go, SSL_CERT_FILE whom to trust: see docs/network.md"

// hint says what to do about f on the way to host.
func (f wayFault) hint(host string) string { return fmt.Sprintf(f.advice, host) + everyWay }

// faultOf tells what on the way broke a request that err came from; not ok: the
// way is not at fault, or what is may pass like any other failure.
func faultOf(err error) (f wayFault, ok bool) {
	var refusal *proxyRefusal
	var expired x509.CertificateInvalidError
	var name x509.HostnameError
	var bad *tls.CertificateVerificationError
	var unlikeTLS tls.RecordHeaderError
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case errors.As(err, &refusal):
		return refusal.fault(), true
	case errors.As(err, new(*proxyAddressError)):
		return proxyFault, true
	case errors.As(err, &expired) && expired.Reason == x509.Expired:
		return clockFault, true
	case errors.As(err, &name):
		return namesFault, true
	case errors.As(err, &bad), errors.As(err, new(x509.UnknownAuthorityError)), errors.As(err, new(x509.SystemRootsError)), errors.As(err, &expired):
		return trustFault, true
	case errors.As(err, &unlikeTLS), errors.Is(err, http.ErrSchemeMismatch):
		return plainFault, true
	case errors.As(err, &dns):
		return noNameFault, true
	case !errors.As(err, &op):
		return f, false
	case op.Op == "remote error" || op.Op == "local error":
		// A machine that is out of order says "internal error". Go has no
		// type for alerts outside of QUIC.
		return alertFault, !strings.HasSuffix(op.Err.Error(), "internal error")
	case op.Op == "proxyconnect" || strings.HasPrefix(op.Op, "socks"):
		return noProxyFault, true
	}
	return noHostFault, op.Op == "dial"
}

// A proxyRefusal is the answer of a proxy that was asked for a connection.
type proxyRefusal struct {
	status int
	text   program.Words
}

func (e *proxyRefusal) Error() string { return fmt.Sprintf("proxy answers status %s", e.text) }

// fault tells a proxy that will not from one that cannot now.
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
