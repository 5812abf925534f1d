package localapi

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// trusted is what a client needs to believe c.
func (c *Certificate) trusted() *tls.Config { return &tls.Config{RootCAs: c.Pool()} }

func TestCertificateIsTrustedByItsPEMAlone(t *testing.T) {
	c, err := NewCertificate()
	require.NoError(t, err)
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(c.PEM))
	l, err := Listen(0, c)
	require.NoError(t, err)
	defer l.Close()
	l.Serve(sample())
	require.Regexp(t, `^https://127\.0\.0\.1:\d+$`, l.URL)
	trusting := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	defer trusting.CloseIdleConnections()
	require.Equal(t, http.StatusOK, askBy(t, trusting, l.URL)(http.MethodGet, "/data/long", "").status)

	other, err := NewCertificate()
	require.NoError(t, err)
	wary := &http.Client{Transport: &http.Transport{TLSClientConfig: other.trusted()}}
	require.ErrorContains(t, askBy(t, wary, l.URL)(http.MethodGet, "/data/long", "").err, "certificate")
}
