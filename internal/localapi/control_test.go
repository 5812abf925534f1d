package localapi

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// controlled is a sample behind its control paths.
func controlled(t *testing.T) (s *Server, ask asker, stopped chan struct{}) {
	s, stopped = sample(), make(chan struct{}, 1)
	c := Control{
		Server: s,
		Noun:   "endpoint",
		Truth: func(name string, query url.Values) (any, error) {
			if name != "long" {
				return nil, errors.New("no endpoint " + name)
			}
			return query, nil
		},
		Stop: func() { stopped <- struct{}{} },
	}
	return s, askBy(t, Client(c.Handler()), "http://127.0.0.1"), stopped
}

func TestControl(t *testing.T) {
	_, ask, stopped := controlled(t)
	for _, c := range []struct {
		method, path string
		status       int
		body         string
	}{
		{"GET", "/_/truth/long?a=1", 200, `{"a":["1"]}`},
		{"GET", "/_/truth/short", 400, "no endpoint short"},
		{"GET", "/_/clock", 200, `{"now":"2026-03-02T10:00:30Z"}`},
		{"POST", "/_/clock?advance=1h", 200, `{"now":"2026-03-02T11:00:30Z"}`},
		{"POST", "/_/clock?set=2026-03-01T00:00:00%2B01:00", 200, `{"now":"2026-02-28T23:00:00Z"}`},
		{"POST", "/_/clock?advance=soon", 400, "a duration such as 24h is wanted"},
		{"POST", "/_/clock?set=now", 400, "a time such as"},
		{"GET", "/_/requests", 200, `{"count":0}`},
		{"GET", "/other", 404, "Not Found"},
		{"GET", "/data/long", 200, "0123456789"},
		{"GET", "/_/requests", 200, `{"count":1}`},
		{"POST", "/_/hold?after=-1", 400, "a number of requests is wanted"},
		{"GET", "/_/held", 409, "nothing is to be held"},
		{"POST", "/_/release", 200, "{}"},
		{"GET", "/_/stop", 404, ""},
		{"GET", "/_/nothing", 404, ""},
		{"POST", "/_/stop", 200, "{}"},
	} {
		got := ask(c.method, c.path, "")
		require.Equal(t, c.status, got.status, c.path)
		require.Contains(t, got.body, c.body, c.path)
	}
	require.Len(t, stopped, 1)
}

func TestPagesAreHeldUntilTheyAreReleased(t *testing.T) {
	_, ask, _ := controlled(t)
	require.JSONEq(t, `{"endpoint":"long","after":1}`, ask("POST", "/_/hold?endpoint=long&after=1", "").body)
	require.Equal(t, http.StatusOK, ask("GET", "/data/long", "").status)
	held := make(chan int, 1)
	go func() { held <- ask("GET", "/data/long", "").status }()
	require.JSONEq(t, `{"held":true}`, ask("GET", "/_/held", "").body)
	require.Equal(t, http.StatusOK, ask("GET", "/data/echo", "").status, "another endpoint is not held")
	require.Empty(t, held)
	ask("POST", "/_/release", "")
	require.Equal(t, http.StatusOK, <-held)
}

func TestListenerEndsInOrder(t *testing.T) {
	s := sample()
	arrived, answered := make(chan struct{}), make(chan struct{})
	s.Fault = func(*http.Request) *Fault { close(arrived); <-answered; return nil }
	l, err := Listen(0, nil)
	require.NoError(t, err)
	l.Serve(s)
	ctx, stop := context.WithCancel(t.Context())
	ended, got := make(chan error, 1), make(chan outcome, 1)
	go func() { ended <- l.Wait(ctx, time.Minute) }()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	ask := askBy(t, client, l.URL)
	go func() { got <- ask(http.MethodGet, "/data/long", "") }()
	<-arrived
	stop()
	close(answered)
	require.NoError(t, <-ended)
	require.Equal(t, long, (<-got).body, "an answer under way still leaves")
	l.Close()
	l.Close()
	require.Error(t, ask(http.MethodGet, "/data/long", "").err)
}

func TestListenerSaysThatItEndedByItself(t *testing.T) {
	l, err := Listen(0, nil)
	require.NoError(t, err)
	l.Serve(sample())
	require.NoError(t, l.net.Close())
	require.ErrorIs(t, l.Wait(t.Context(), time.Second), net.ErrClosed)

	taken, err := Listen(0, nil)
	require.NoError(t, err)
	defer taken.Close()
	_, err = Listen(taken.net.Addr().(*net.TCPAddr).Port, nil)
	require.ErrorContains(t, err, "listen on 127.0.0.1")
}
