package api_test

import (
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/api"
	"tap-reprise/internal/program"
)

const proxyPassword = "password-of-the-proxy-9"

// TestMain puts a proxy between the tests and all hosts but this machine. What it
// answers depends on the host. The environment is read once a process.
func TestMain(m *testing.M) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, words := http.StatusOK, ""
		switch host, _, _ := strings.Cut(r.Host, "."); host {
		case "login":
			status = http.StatusProxyAuthRequired
		case "refused":
			status = http.StatusForbidden
		case "away":
			status = http.StatusBadGateway
		case "plain":
			words = "HTTP/1.1 400 Bad Request\r\n\r\n"
		}
		if status != http.StatusOK {
			w.WriteHeader(status)
			return
		}
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
			_, _ = conn.Read(make([]byte, 4<<10)) // the begin of TLS
			_, _ = io.WriteString(conn, words)
			_ = conn.Close()
		}
	}))
	_ = os.Setenv("HTTPS_PROXY", strings.Replace(proxy.URL, "//", "//user:"+proxyPassword+"@", 1))
	_ = os.Setenv("NO_PROXY", "")
	code := m.Run()
	proxy.Close()
	os.Exit(code)
}

// network changes a config so that requests leave the process, and attempts end
// at once.
func network(config *api.Config) { config.Transport, config.Patience = nil, 0 }

// TestProxies meets proxies that do not let requests through: who is to mend
// that, and no password anywhere.
func TestProxies(t *testing.T) {
	for host, test := range map[string]struct {
		kind api.Kind
		text string
		hint string
	}{
		"login.example":   {api.Barred, "proxy answers status 407 Proxy Authentication Required", "asks for a login: set HTTPS_PROXY"},
		"refused.example": {api.Barred, "proxy answers status 403 Forbidden", "refuses the connection: ask who runs it"},
		"away.example":    {api.Unreached, "proxy answers status 502 Bad Gateway", "the proxy could not reach away.example"},
		"plain.example":   {api.Barred, "server gave HTTP response to HTTPS client", "does not speak TLS"},
		"cut.example":     {api.Broken, "EOF", "run again later"},
	} {
		t.Run(host, func(t *testing.T) {
			secrets := &program.Secrets{}
			c := ask(nil, func(config *api.Config) {
				network(config)
				config.Secrets = secrets
			})
			call := list()
			call.URL = "https://" + host + "/list"
			err := c.insist(t, call)
			require.ErrorContains(t, err, test.text)
			var e *api.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, test.kind, e.Kind)
			require.Contains(t, program.Hint(err), test.hint)
			require.NotContains(t, err.Error()+program.Hint(err)+c.said.String(), proxyPassword)
			require.True(t, secrets.In("it was "+proxyPassword))
		})
	}
}

// TestCertificates meets servers that are not who they should be.
func TestCertificates(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	s.StartTLS()
	defer s.Close()
	c, call := ask(nil, network), list()
	call.URL = s.URL
	err := c.insist(t, call)
	require.ErrorContains(t, err, "certificate")
	require.Equal(t, program.ExitConfig, program.ExitCode(err))
	require.Contains(t, program.Hint(err), "SSL_CERT_FILE")
}

// TestOverTheNetwork asks a server on this machine, through a redirect.
func TestOverTheNetwork(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Authorization") != "Bearer "+key:
			w.WriteHeader(http.StatusUnauthorized)
		case r.URL.Path == "/list":
			http.Redirect(w, r, "/v2/list", http.StatusTemporaryRedirect)
		default:
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, packed(`{"a":1}`))
		}
	}))
	defer s.Close()
	c, call := ask(nil, network), list()
	call.URL = s.URL + "/list"
	require.NoError(t, c.once(t, call))
	require.True(t, c.Heard(strings.TrimPrefix(s.URL, "http://")))
	s.Close()
	require.ErrorContains(t, c.once(t, call), "connection refused")
}
