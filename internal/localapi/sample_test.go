package localapi

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/stretchr/testify/require"
)

var start = time.Date(2026, 3, 2, 10, 0, 30, 0, time.UTC)

// long is a body of several drips.
var long = `{"rows":[` + strings.Repeat(`"0123456789",`, 2000) + `""]}`

// sample is an API of three paths: /data/long, /data/echo, which repeats what
// it was sent, and /data/own, which says what the fault wants.
func sample() *Server {
	s := &Server{Secrets: []string{"key"}}
	s.SetNow(start)
	s.Name = func(path string) string {
		if name, ok := strings.CutPrefix(path, "/data/"); ok {
			return name
		}
		return ""
	}
	s.API = func(c *Call) *Answer {
		switch c.Name {
		case "long":
			a := Text(http.StatusOK, ContentTypeJSON, long)
			a.Zip, a.Rows = true, 2001
			return a
		case "echo":
			token, _ := Bearer(c.Request)
			sent, err := io.ReadAll(c.Body)
			if err != nil || string(sent) != string(c.Sent) {
				return Refuse(http.StatusBadRequest)
			}
			return JSON(http.StatusOK, map[string]string{"method": c.Method, "sent": string(sent), "token": token})
		case "own":
			return JSON(http.StatusOK, fmt.Sprint(c.Own))
		}
		return Refuse(http.StatusNotFound)
	}
	return s
}

// outcome is what a client sees of an answer.
type outcome struct {
	status int
	header http.Header
	body   string
	err    error // from the request or from reading the body
}

// ask sends a request to where host stands for the server.
type asker func(method, path, body string, header ...string) outcome

func askBy(t *testing.T, client *http.Client, root string, always ...string) asker {
	return func(method, path, body string, header ...string) outcome {
		r, err := http.NewRequestWithContext(t.Context(), method, root+path, strings.NewReader(body))
		require.NoError(t, err)
		header = append(header, always...)
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		return try(client, r)
	}
}

func try(c *http.Client, r *http.Request) outcome {
	resp, err := c.Do(r)
	if err != nil {
		return outcome{err: err}
	}
	defer resp.Body.Close()
	var in io.Reader = resp.Body
	if resp.Header.Get("Content-Encoding") == "gzip" {
		if in, err = gzip.NewReader(resp.Body); err != nil {
			return outcome{status: resp.StatusCode, header: resp.Header, err: err}
		}
	}
	body, err := io.ReadAll(in)
	return outcome{resp.StatusCode, resp.Header, string(body), err}
}

// inProcess asks s without a socket.
func inProcess(t *testing.T, s *Server) asker { return askBy(t, s.Client(), "https://api.example.com") }

// everyWay runs test in process and on a socket, plain, gzipped and with TLS.
func everyWay(t *testing.T, test func(t *testing.T, s *Server, ask asker)) {
	zip := []string{"Accept-Encoding", "gzip"}
	t.Run("in process", func(t *testing.T) { s := sample(); test(t, s, inProcess(t, s)) })
	t.Run("in process, gzip", func(t *testing.T) {
		s := sample()
		test(t, s, askBy(t, s.Client(), "https://api.example.com", zip...))
	})
	t.Run("on a socket", func(t *testing.T) { s := sample(); test(t, s, onSocket(t, s, nil)) })
	t.Run("on a socket, gzip", func(t *testing.T) { s := sample(); test(t, s, onSocket(t, s, nil, zip...)) })
	t.Run("with TLS", func(t *testing.T) {
		s := sample()
		c, err := NewCertificate()
		require.NoError(t, err)
		test(t, s, onSocket(t, s, c))
	})
}

func onSocket(t *testing.T, h http.Handler, c *Certificate, always ...string) asker {
	l, err := Listen(0, c)
	require.NoError(t, err)
	t.Cleanup(l.Close)
	l.Serve(h)
	transport := &http.Transport{DisableCompression: true, DisableKeepAlives: true}
	if c != nil {
		transport.TLSClientConfig = c.trusted()
	}
	return askBy(t, &http.Client{Transport: transport}, l.URL, always...)
}
