package acceptance

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/acceptance/subject"
	"tap-reprise/internal/program"
	"tap-reprise/streams/reprise/emulator"
)

// openHosts are the hosts that docs/network.md names.
var openHosts = []string{"app.getreprise.com", "api.us-east.tinybird.co"}

// A company is a network behind a proxy: whatever host is asked for, the proxy
// connects to one server, whose certificate a private authority has signed.
type company struct {
	login  string // that the proxy wants, USER:PASSWORD
	status int    // with which it refuses, 0: it does not
	plain  bool   // what answers speaks no TLS
	names  []string
	until  time.Time // when the certificate runs out

	proxy, root string // its address, and a file with the authority's certificate

	mu    sync.Mutex
	asked []string // hosts that the proxy was asked for
}

// open starts the proxy and the server behind it.
func (c *company) open(t *testing.T) {
	t.Helper()
	s := subject.SmallAccount()
	s.APIURL = "https://api.us-east.tinybird.co"
	behind := httptest.NewUnstartedServer(s)
	behind.Config.ErrorLog = log.New(io.Discard, "", 0)
	if c.plain {
		behind.Start()
	} else {
		behind.TLS = &tls.Config{Certificates: []tls.Certificate{c.certificate(t)}}
		behind.StartTLS()
	}
	t.Cleanup(behind.Close)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.connect(w, r, behind.Listener.Addr().String())
	}))
	t.Cleanup(proxy.CloseClientConnections)
	t.Cleanup(proxy.Close)
	c.proxy = proxy.Listener.Addr().String()
}

// connect answers as a proxy does.
func (c *company) connect(w http.ResponseWriter, r *http.Request, to string) {
	c.mu.Lock()
	c.asked = append(c.asked, r.Host)
	c.mu.Unlock()
	given := strings.TrimPrefix(r.Header.Get("Proxy-Authorization"), "Basic ")
	switch {
	case r.Method != http.MethodConnect:
		http.Error(w, "CONNECT alone", http.StatusMethodNotAllowed)
		return
	case c.login != "" && given != base64.StdEncoding.EncodeToString([]byte(c.login)):
		w.Header().Set("Proxy-Authenticate", `Basic realm="company"`)
		http.Error(w, "who are you?", http.StatusProxyAuthRequired)
		return
	case c.status != 0:
		http.Error(w, "no", c.status)
		return
	}
	out, err := net.Dial("tcp", to)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer out.Close()
	in, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer in.Close()
	fmt.Fprint(in, "HTTP/1.1 200 Connection established\r\n\r\n")
	go func() {
		_, _ = io.Copy(out, in)
		out.Close()
	}()
	_, _ = io.Copy(in, out)
}

// certificate makes an authority, whose certificate is then in c.root, and what
// it has signed for c.names.
func (c *company) certificate(t *testing.T) tls.Certificate {
	t.Helper()
	now := time.Now()
	if c.until.IsZero() {
		c.until = now.Add(time.Hour)
	}
	make := func(template, parent *x509.Certificate, signer *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		require.NoError(t, err)
		if parent == nil {
			parent, signer = template, key
		}
		der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
		require.NoError(t, err)
		made, err := x509.ParseCertificate(der)
		require.NoError(t, err)
		return made, key
	}
	authority, signer := make(&x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "company"}, IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, NotBefore: now.Add(-48 * time.Hour), NotAfter: now.Add(time.Hour)}, nil, nil)
	leaf, key := make(&x509.Certificate{SerialNumber: big.NewInt(2), DNSNames: c.names, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		NotBefore: now.Add(-48 * time.Hour), NotAfter: c.until}, authority, signer)
	c.root = filepath.Join(t.TempDir(), "company.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority.Raw})
	require.NoError(t, os.WriteFile(c.root, text, 0o600))
	return tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key}
}

// behind runs the program with this environment and no other variables of
// proxies.
func behind(t *testing.T, dir, command string, env ...string) (stdout, stderr string, code int) {
	t.Helper()
	return start(t, dir, command, env...)()
}

// start is behind, but for the wait: the function that it returns has it.
func start(t *testing.T, dir, command string, env ...string) func() (stdout, stderr string, code int) {
	t.Helper()
	config, err := json.Marshal(map[string]any{"api_key": emulator.DemoKey, "start_date": "2026-07-01", "retry_minutes": 1})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "config.json"), config, 0o600))
	var out, errs bytes.Buffer
	cmd := exec.Command("sh", "-c", command)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &errs
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH")}, env...)
	require.NoError(t, cmd.Start())
	return func() (stdout, stderr string, code int) {
		err := cmd.Wait()
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			code = exit.ExitCode()
		} else {
			require.NoError(t, err)
		}
		return out.String(), errs.String(), code
	}
}

const proxyPassword = "pass-word-0f-the-proxy"

// TestNetworks goes through proxies that let everything pass, and that do not,
// to servers with a certificate of the company's own.
func TestNetworks(t *testing.T) {
	login := "tap:" + proxyPassword
	for name, test := range map[string]struct {
		company *company
		proxy   string // in HTTPS_PROXY before the address; "" is http://LOGIN@
		dead    bool   // nobody listens there
		trust   bool
		code    int
		said    string
	}{
		"a login and a private certificate": {company: &company{login: login}, trust: true},
		"nobody trusts the certificate":     {company: &company{login: login}, code: program.ExitConfig, said: "signed by unknown authority; hint: this machine does not trust"},
		"a certificate of somebody else":    {company: &company{names: []string{"portal.example"}}, trust: true, code: program.ExitConfig, said: "hint: the certificate belongs to somebody else than app.getreprise.com"},
		"a certificate that has run out":    {company: &company{until: time.Now().Add(-time.Hour)}, trust: true, code: program.ExitConfig, said: "hint: set this machine's clock if it is wrong"},
		"no TLS":                            {company: &company{plain: true}, code: program.ExitConfig, said: "hint: what answers for app.getreprise.com does not speak TLS"},
		"no login":                          {company: &company{login: login}, proxy: "http://", code: program.ExitConfig, said: "407 Proxy Authentication Required; hint: the proxy on the way to app.getreprise.com asks for a login"},
		"a wrong login":                     {company: &company{login: "tap:other"}, code: program.ExitConfig, said: "asks for a login"},
		"a proxy that refuses":              {company: &company{status: 403}, code: program.ExitConfig, said: "403 Forbidden; hint: the proxy on the way to app.getreprise.com refuses"},
		"a proxy that reaches nothing":      {company: &company{status: 503}, code: program.ExitRetry, said: "the proxy could not reach app.getreprise.com"},
		"a proxy that is not there":         {dead: true, code: program.ExitRetry, said: "the proxy on the way to app.getreprise.com cannot be reached"},
		"a proxy's address that is none":    {proxy: "http://tap:" + proxyPassword + "@[::1", code: program.ExitConfig, said: "hint: HTTPS_PROXY is set to what is no address of a proxy"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := test.company
			if c == nil {
				c = &company{}
			}
			if c.names == nil {
				c.names = openHosts
			}
			c.open(t)
			address := "http://" + login + "@" + c.proxy
			switch {
			case test.dead:
				address = "http://" + login + "@127.0.0.1:1"
			case test.proxy == "http://":
				address = test.proxy + c.proxy
			case test.proxy != "":
				address = test.proxy
			}
			env := []string{"HTTPS_PROXY=" + address, "SSL_CERT_FILE=/nowhere", "SSL_CERT_DIR=/nowhere"}
			if test.trust {
				env[1] = "SSL_CERT_FILE=" + c.root
			}
			discovered := start(t, t.TempDir(), "exec tap-reprise --config config.json --discover", env...)
			checked := start(t, t.TempDir(), "exec tap-reprise check --config config.json", env...)
			out, errs, code := discovered()
			require.Equal(t, test.code, code, errs)
			require.Contains(t, errs, test.said)
			require.NotContains(t, out+errs, proxyPassword)
			if code != 0 {
				require.Contains(t, errs, "HTTPS_PROXY and NO_PROXY say which way requests go, SSL_CERT_FILE whom to trust")
			}
			wrong := code != 0
			if out, errs, code = checked(); wrong {
				require.NotContains(t, out+errs, proxyPassword)
				require.Contains(t, out, test.said)
				require.Equal(t, test.code == program.ExitConfig, strings.Contains(out, `"status":"FAILED"`))
				require.Equal(t, test.code == program.ExitConfig, code == 0)
			}
		})
	}
}

// TestPageOfNetworks runs the commands of docs/network.md behind such a proxy,
// and holds the hosts that it names to those that are asked for.
func TestPageOfNetworks(t *testing.T) {
	c := &company{login: "USER:PASSWORD", names: openHosts}
	c.open(t)
	commands := strings.Join(subject.CommandsOf(t, "docs/network.md"), "\n")
	commands, _, _ = strings.Cut(commands, "\ncurl ")
	commands = strings.ReplaceAll(commands, "proxy.example.com:3128", c.proxy)
	commands = strings.ReplaceAll(commands, "/etc/ssl/company.pem", c.root)
	first, rest, ok := strings.Cut(commands, "\nexport SSL_CERT_FILE")
	require.True(t, ok)
	dir := t.TempDir()
	_, errs, code := behind(t, dir, first, "SSL_CERT_FILE=/nowhere", "SSL_CERT_DIR=/nowhere")
	require.Equal(t, program.ExitConfig, code, "nobody trusts the company: %s", errs)
	export, _, _ := strings.Cut(first, "\n")
	_, errs, code = behind(t, dir, export+"\nexport SSL_CERT_FILE"+rest, "SSL_CERT_DIR=/nowhere")
	require.Equal(t, 0, code, errs)
	require.Contains(t, subject.ReadFile(t, filepath.Join(dir, "my-catalog.json")), "replay_session_summary")
	page := subject.ReadFile(t, "docs/network.md")
	for _, asked := range c.asked {
		host, _, _ := strings.Cut(asked, ":")
		require.Contains(t, page, fmt.Sprintf("| `%s` | 443 |", host))
	}
	for _, host := range openHosts {
		require.Contains(t, c.asked, host+":443")
	}
}
