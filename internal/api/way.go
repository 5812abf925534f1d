package api

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
)

// A wayFault is something that is wrong between this machine and the API.
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

// everyWay ends each hint about the way. It names what decides which way is taken.
const everyWay = "; HTTPS_PROXY and NO_PROXY say which way requests go, SSL_CERT_FILE whom to trust: see docs/network.md"

// hint says what to do about f on the way to host.
func (f wayFault) hint(host string) string { return fmt.Sprintf(f.advice, host) + everyWay }

// pageHint is about a page that somebody else than the API answers with.
var pageHint = wayFault{true, "the page of a proxy or filter, or of a network that wants you to sign in, on the way to %s"}

// A wayError is a request that no server of the API answered, where the way to
// it is at fault.
type wayError struct {
	wayFault
	err error
}

func (e *wayError) Error() string { return e.err.Error() }
func (e *wayError) Unwrap() error { return e.err }

// wayFaultOf says what on the way broke the request that failed with err. It is not
// ok where the way is not at fault, or the fault may pass like any other.
func wayFaultOf(err error) (f wayFault, ok bool) {
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
