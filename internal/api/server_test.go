package api_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/api"
	"tap-reprise/internal/program"
)

const key = "a-key-that-nobody-knows-7"

// A server plays an API in this process. It notes when it was asked.
type server struct {
	answer func(n int, r *http.Request) *http.Response // n counts from 1
	began  time.Time

	mu     sync.Mutex
	asked  []time.Duration // since began
	heads  []http.Header
	bodies []string
}

// RoundTrip implements http.RoundTripper.
func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	body := ""
	if r.Body != nil {
		b, _ := io.ReadAll(r.Body)
		body = string(b)
	}
	s.mu.Lock()
	s.asked = append(s.asked, time.Since(s.began))
	s.heads, s.bodies = append(s.heads, r.Header.Clone()), append(s.bodies, body)
	n := len(s.asked)
	s.mu.Unlock()
	res := s.answer(n, r)
	if res == nil {
		<-r.Context().Done()
		return nil, context.Cause(r.Context())
	}
	return res, nil
}

// said is an answer with a status, a body and pairs of header names and values.
func said(status int, body string, header ...string) *http.Response {
	return told(status, strings.NewReader(body), header...)
}

func told(status int, body io.Reader, header ...string) *http.Response {
	h := http.Header{"Content-Type": {"application/json"}}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Status: http.StatusText(status), Header: h, Body: io.NopCloser(body), ContentLength: -1}
}

// always is a server that gives every request the same answer.
func always(status int, body string, header ...string) *server {
	return &server{began: time.Now(), answer: func(int, *http.Request) *http.Response { return said(status, body, header...) }}
}

// A client under test, and what it says.
type client struct {
	*api.Client
	said *bytes.Buffer
}

// limits are those of the tests.
var limits = api.Limits{
	Quiet: 2 * time.Minute, AtLeast: 64 << 10, Glance: 30 * time.Second, Refusal: 10 * time.Second,
	Body: 1 << 20, RefusalBody: 1 << 10, Pause: time.Hour,
	First: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC), Last: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC), Skew: 5 * time.Minute, Aged: 24 * time.Hour,
}

// ask returns a client of a server; change may be nil.
func ask(s http.RoundTripper, change func(*api.Config)) client {
	said := &bytes.Buffer{}
	secrets := &program.Secrets{}
	secrets.Hide(key)
	config := api.Config{
		Log:     slog.New(slog.NewTextHandler(said, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Secrets: secrets, UserAgent: "test/1", InFlight: 4, Patience: 5 * time.Minute, Limits: limits, Transport: s,
		Authorize: func(r *http.Request) error {
			r.Header.Set("Authorization", "Bearer "+key)
			return nil
		},
		Sayings: []api.Saying{
			{Says: "too large", Statuses: []int{200, 400}, Kind: api.TooMuch},
			{Says: "not this endpoint", Statuses: []int{403}, Kind: api.NoAccess},
		},
	}
	if change != nil {
		change(&config)
	}
	return client{api.New(config), said}
}

// list is a call that reads an object whole.
func list() *api.Call {
	return &api.Call{Method: http.MethodGet, URL: "https://api.example/list?limit=5", Name: "GET list?limit=5", Endpoint: "list", Class: "list",
		Read: func(_ context.Context, a *api.Answer) error {
			_, err := a.JSON()
			return err
		}}
}

// once asks call once.
func (c client) once(t *testing.T, call *api.Call) error {
	t.Helper()
	err := c.Do(t.Context(), call)
	if err != nil {
		require.NotContains(t, err.Error(), key)
	}
	require.NotContains(t, c.said.String(), key)
	return err
}

// insist asks call while that may help.
func (c client) insist(t *testing.T, call *api.Call) error {
	t.Helper()
	return c.Insist(t.Context(), api.Tries{}, func() error { return c.once(t, call) })
}
