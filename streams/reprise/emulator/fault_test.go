package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/stretchr/testify/require"
)

// outcome is what a client sees of an answer.
type outcome struct {
	status int
	header http.Header
	body   string
	err    error // from the request or from reading the body
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
			return outcome{status: resp.StatusCode, err: err}
		}
	}
	body, err := io.ReadAll(in)
	return outcome{resp.StatusCode, resp.Header, string(body), err}
}

// everyWay runs test in process and on a socket, plain and gzipped.
func everyWay(t *testing.T, test func(t *testing.T, s *Server, do func(r *http.Request) outcome)) {
	for name, c := range map[string]struct{ socket, zip bool }{
		"in process": {}, "in process, gzip": {zip: true}, "on a socket": {socket: true}, "on a socket, gzip": {socket: true, zip: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := sampleServer()
			client, host := s.Client(), "api.us-east.tinybird.co"
			if c.socket {
				url, stop, err := s.Listen()
				require.NoError(t, err)
				t.Cleanup(stop)
				transport := &http.Transport{DisableCompression: true, DisableKeepAlives: true}
				client, host = &http.Client{Transport: transport}, url[len("http://"):]
			}
			test(t, s, func(r *http.Request) outcome {
				if c.socket {
					r.URL.Scheme, r.URL.Host = "http", host
				}
				if c.zip {
					r.Header.Set("Accept-Encoding", "gzip")
				}
				return try(client, r)
			})
		})
	}
}

func TestFaults(t *testing.T) {
	everyWay(t, func(t *testing.T, s *Server, do func(r *http.Request) outcome) {
		token := newToken(t, s)
		var next atomic.Pointer[Fault]
		s.Fault = func(*http.Request) *Fault { return next.Load() }
		ask := func(f *Fault) outcome {
			next.Store(f)
			return do(dataRequest(t, token, "replay_session_activity", all))
		}
		whole := ask(nil)
		require.NoError(t, whole.err)
		require.True(t, json.Valid([]byte(whole.body)))
		require.Equal(t, s.Now().Format(http.TimeFormat), whole.header.Get("Date"))

		got := ask(&Fault{Reset: true})
		require.Error(t, got.err)
		require.Zero(t, got.status)

		for _, at := range []int{1, 1000, 40_000, len(whole.body)} {
			got = ask(&Fault{CutAt: at})
			require.ErrorIs(t, got.err, io.ErrUnexpectedEOF)
			require.Equal(t, whole.body[:at], got.body)
		}
		got = ask(&Fault{CutAt: -1})
		require.ErrorIs(t, got.err, io.ErrUnexpectedEOF)
		require.Equal(t, http.StatusOK, got.status)
		require.Empty(t, got.body)

		got = ask(&Fault{Status: 429, Header: http.Header{"Retry-After": {"7"}}})
		require.Equal(t, http.StatusTooManyRequests, got.status)
		require.Equal(t, "7", got.header.Get("Retry-After"))
		require.JSONEq(t, `{"error":"Too many requests: retry later"}`, got.body)

		got = ask(&Fault{Status: 429, Body: "Rate limited"})
		require.Equal(t, "Rate limited", got.body)
		require.Contains(t, got.header.Get("Content-Type"), "text/plain")

		got = ask(&Fault{Rewrite: func(body []byte) []byte { return bytes.ReplaceAll(body, []byte("null"), []byte("0")) }})
		require.NoError(t, got.err)
		require.NotContains(t, got.body, ": null")
		require.True(t, json.Valid([]byte(got.body)))
	})
}

func TestEveryStatusHasWords(t *testing.T) {
	for status, words := range map[int]string{
		400: "Bad Request", 401: "Unauthorized", 403: "Invalid authentication token", 404: "Not Found", 408: "TIMEOUT_EXCEEDED",
		413: "size limit", 418: "teapot", 429: "Too many requests", 500: "Internal Server Error", 502: "<title>Bad Gateway", 503: "<title>Service Unavailable", 504: "<title>Gateway Timeout",
	} {
		s := sampleServer()
		token := newToken(t, s)
		s.Fault = func(*http.Request) *Fault { return &Fault{Status: status} }
		got := do(t, s, dataRequest(t, token, "replay_session_activity", all))
		require.Equal(t, status, got.status)
		require.Contains(t, string(got.body), words)
	}
	for status, word := range map[int]string{401: "invalid_or_revoked_key", 403: "api_access_not_enabled", 503: "warehouse_jwt_not_configured"} {
		s := sampleServer()
		s.Fault = func(*http.Request) *Fault { return &Fault{Status: status} }
		require.Equal(t, word, do(t, s, tokenRequest(t, http.MethodPost, DemoKey)).error(t))
	}
}

func TestExceptionsInA200(t *testing.T) {
	s := sampleServer()
	token := newToken(t, s)
	request := dataRequest(t, token, "replay_session_activity", all+"&limit=10")
	s.Fault = func(*http.Request) *Fault { return &Fault{Own: Broken{Exception: true}} }
	got := do(t, s, request)
	require.Len(t, got.page(t).Data, 5)
	require.Contains(t, string(got.body), `"exception": "Code: 241. DB::Exception: `)

	s.Fault = func(*http.Request) *Fault { return &Fault{Own: Broken{RawException: true}} }
	got = do(t, s, request)
	require.Equal(t, http.StatusOK, got.status)
	require.False(t, json.Valid(got.body))
	require.True(t, bytes.HasSuffix(got.body, []byte(exceptionText+"\n")))

	s.Fault = func(*http.Request) *Fault { return &Fault{Own: Broken{MoreRows: 1}} }
	var p page
	require.NoError(t, json.Unmarshal(do(t, s, request).body, &p))
	require.Len(t, p.Data, 10)
	require.Equal(t, 11, p.Rows)
}

func TestFaultsMayMoveTheClockAndEdit(t *testing.T) {
	s := sampleServer()
	token := newToken(t, s)
	before := len(s.Truth("replay_session_summary", nil))
	s.Fault = func(*http.Request) *Fault {
		s.Advance(time.Hour)
		_, err := s.Account.AddSession(Session{Created: s.Now()})
		require.NoError(t, err)
		return nil
	}
	request := dataRequest(t, token, "replay_session_summary", all)
	require.Len(t, do(t, s, request).page(t).Data, before+1)
	require.Len(t, do(t, s, request).page(t).Data, before+2)
}

func TestTooManyAtOnce(t *testing.T) {
	s := sampleServer()
	s.MaxInFlight = 1
	token := newToken(t, s)
	first := dataRequest(t, token, "replay_session_activity", all)
	resp, err := s.Client().Do(first)
	require.NoError(t, err)
	got := do(t, s, dataRequest(t, token, "replay_change_feed", ""))
	require.Equal(t, http.StatusTooManyRequests, got.status)
	_, err = io.Copy(io.Discard, resp.Body)
	require.NoError(t, errors.Join(err, resp.Body.Close()))
	require.Eventually(t, func() bool { return s.InFlight() == 0 }, 10*time.Second, time.Millisecond)
	require.Equal(t, http.StatusOK, do(t, s, dataRequest(t, token, "replay_change_feed", "")).status)
}
