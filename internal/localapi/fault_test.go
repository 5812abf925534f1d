package localapi

import (
	"bytes"
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/stretchr/testify/require"
)

func TestFaults(t *testing.T) {
	everyWay(t, func(t *testing.T, s *Server, ask asker) {
		var next atomic.Pointer[Fault]
		s.Fault = func(*http.Request) *Fault { return next.Load() }
		get := func(f *Fault) outcome {
			next.Store(f)
			return ask(http.MethodGet, "/data/long", "")
		}
		whole := get(nil)
		require.NoError(t, whole.err)
		require.Equal(t, long, whole.body)
		require.Equal(t, s.Now().Format(http.TimeFormat), whole.header.Get("Date"))

		got := get(&Fault{Reset: true})
		require.Error(t, got.err)
		require.Zero(t, got.status)

		for _, at := range []int{1, 1000, 20_000, len(long)} {
			got = get(&Fault{CutAt: at})
			require.ErrorIs(t, got.err, io.ErrUnexpectedEOF)
			require.Equal(t, long[:at], got.body)
		}
		got = get(&Fault{CutAt: -1})
		require.ErrorIs(t, got.err, io.ErrUnexpectedEOF)
		require.Equal(t, http.StatusOK, got.status)
		require.Empty(t, got.body)

		got = get(&Fault{WrongLength: 7})
		require.ErrorIs(t, got.err, io.ErrUnexpectedEOF)
		require.Equal(t, long, got.body)
		got = get(&Fault{WrongLength: -7})
		require.NoError(t, got.err)
		require.Equal(t, long[:len(long)-7], got.body)

		got = get(&Fault{Header: http.Header{"Content-Encoding": {"gzip"}}, Status: 200, Body: "text that nobody compressed"})
		require.ErrorIs(t, got.err, gzip.ErrHeader)

		got = get(&Fault{Status: 429, Header: http.Header{"Retry-After": {"7"}}})
		require.Equal(t, http.StatusTooManyRequests, got.status)
		require.Equal(t, "7", got.header.Get("Retry-After"))
		require.JSONEq(t, `{"error":"Too Many Requests"}`, got.body)

		got = get(&Fault{Rewrite: func(body []byte) []byte { return bytes.ReplaceAll(body, []byte("0123456789"), nil) }})
		require.NoError(t, got.err)
		require.Less(t, len(got.body), len(long)/2)
	})
}

func TestBodiesInPlaceOfTheAnswer(t *testing.T) {
	for body, kind := range map[string]string{
		"Rate limited": "text/plain; charset=utf-8", " {}": ContentTypeJSON, "<html></html>": "text/html",
	} {
		s := sample()
		s.Fault = func(*http.Request) *Fault { return &Fault{Body: body} }
		got := inProcess(t, s)(http.MethodGet, "/data/long", "")
		require.Equal(t, http.StatusOK, got.status)
		require.Equal(t, body, got.body)
		require.Equal(t, kind, got.header.Get("Content-Type"))
	}
}

func TestRedirectsLead(t *testing.T) {
	everyWay(t, func(t *testing.T, s *Server, ask asker) {
		s.Fault = func(r *http.Request) *Fault {
			if r.URL.Path == "/data/old" {
				return &Fault{Status: http.StatusFound, Header: http.Header{"Location": {"/data/long"}}}
			}
			return nil
		}
		require.Equal(t, long, ask(http.MethodGet, "/data/old", "").body)
		log := s.Requests()
		require.Equal(t, []int{302, 200}, []int{log[0].Status, log[1].Status})
	})
}

func TestWordsAreTheAPIs(t *testing.T) {
	s := sample()
	s.Fault = func(*http.Request) *Fault { return &Fault{Status: http.StatusBadGateway} }
	ask := inProcess(t, s)
	require.Contains(t, ask(http.MethodGet, "/data/long", "").body, "<title>Bad Gateway</title>")
	s.Words = func(c *Call, status int) *Answer { return Text(status, "text/plain", c.Name+" is down") }
	require.Equal(t, "long is down", ask(http.MethodGet, "/data/long", "").body)
}

func TestOwnFaultsReachTheAPI(t *testing.T) {
	s := sample()
	s.Fault = func(*http.Request) *Fault { return &Fault{Own: "late"} }
	require.Equal(t, "\"late\"\n", inProcess(t, s)(http.MethodGet, "/data/own", "").body)
}
