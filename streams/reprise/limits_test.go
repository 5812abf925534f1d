package reprise_test

import (
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// TestRateLimitForms answers one request 429, with each way to say how long to
// wait, and measures the pause until the next request.
func TestRateLimitForms(t *testing.T) {
	date := func(s *emulator.Server, d time.Duration) string { return s.Now().Add(d).UTC().Format(http.TimeFormat) }
	epoch := func(s *emulator.Server, d time.Duration) string { return strconv.FormatInt(s.Now().Add(d).Unix(), 10) }
	for name, test := range map[string]struct {
		header      func(s *emulator.Server) http.Header
		body        string
		least, most time.Duration
	}{
		"Retry-After in seconds":        {func(*emulator.Server) http.Header { return header("Retry-After", "17") }, "", 17 * time.Second, 18 * time.Second},
		"Retry-After as a date":         {func(s *emulator.Server) http.Header { return header("Retry-After", date(s, 40*time.Second)) }, "", 39 * time.Second, 41 * time.Second},
		"Retry-After in the past":       {func(s *emulator.Server) http.Header { return header("Retry-After", date(s, -time.Hour)) }, "", 0, 2 * time.Second},
		"X-Ratelimit-Reset as an epoch": {func(s *emulator.Server) http.Header { return header("X-Ratelimit-Reset", epoch(s, 25*time.Second)) }, "", 24 * time.Second, 26 * time.Second},
		"X-Ratelimit-Reset in seconds":  {func(*emulator.Server) http.Header { return header("X-Ratelimit-Reset", "12") }, "", 12 * time.Second, 13 * time.Second},
		"Retry-After before the other": {func(*emulator.Server) http.Header {
			return http.Header{"Retry-After": {"5"}, "X-Ratelimit-Reset": {"900"}}
		}, "", 5 * time.Second, 6 * time.Second},
		"neither, in plain text":           {func(*emulator.Server) http.Header { return nil }, "Rate limited", 0, 2 * time.Second},
		"neither, in JSON":                 {func(*emulator.Server) http.Header { return nil }, "", 0, 2 * time.Second},
		"a Retry-After that nobody can do": {func(*emulator.Server) http.Header { return header("Retry-After", "soon") }, "", 0, 2 * time.Second},
		"a negative Retry-After":           {func(*emulator.Server) http.Header { return header("Retry-After", "-5") }, "", 0, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settledRows(t)
			synctest.Test(t, func(t *testing.T) {
				s := settled()
				s.Ticks = true
				var asked []time.Time
				s.Fault = func(r *http.Request) *emulator.Fault {
					asked = append(asked, time.Now())
					if len(asked) == 8 {
						return &emulator.Fault{Status: 429, Body: test.body, Header: test.header(s)}
					}
					return nil
				}
				run := harness.Run{Server: s, Config: with(loading, harness.Config{"concurrency": 1}), Select: []string{"replay_session_activity"}}
				out := run.Do(t)
				require.Equal(t, 0, out.Code, out.LastLine())
				taptest.Same(t, settledRows(t, "replay_session_activity"), harness.Warehouse{}.Load(t, out))
				pause := asked[8].Sub(asked[7])
				require.GreaterOrEqual(t, pause, test.least)
				require.LessOrEqual(t, pause, test.most)
			})
		})
	}
}

// TestRateLimitNarrows lets the API refuse more than two requests at once: the
// requests in flight drop to one and grow back, and no row is lost.
func TestRateLimitNarrows(t *testing.T) {
	settledRows(t)
	synctest.Test(t, func(t *testing.T) {
		s := settled()
		var mu sync.Mutex
		inside, served, refusedAt, widest := 0, 0, -1, map[bool]int{}
		s.Fault = func(*http.Request) *emulator.Fault {
			mu.Lock()
			defer mu.Unlock()
			served++
			if served == 30 {
				refusedAt = served
				return &emulator.Fault{Status: 429, Header: header("Retry-After", "20"), Stall: 2 * time.Second}
			}
			return &emulator.Fault{Stall: time.Second}
		}
		count := func(next http.RoundTripper) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				mu.Lock()
				inside++
				after := refusedAt > 0 && served >= refusedAt+8 && served < refusedAt+20
				widest[after] = max(widest[after], inside)
				mu.Unlock()
				defer func() {
					mu.Lock()
					inside--
					mu.Unlock()
				}()
				return next.RoundTrip(r)
			})
		}
		run := harness.Run{Server: s, Config: with(loading, harness.Config{"concurrency": 6}), Transport: count}
		out := run.Do(t)
		require.Equal(t, 0, out.Code, out.LastLine())
		taptest.Same(t, settledRows(t), harness.Warehouse{}.Load(t, out))
		require.Equal(t, 6, widest[false], "before the refusal")
		require.Equal(t, 1, widest[true], "after it")
	})
}

// TestMaxInFlight obeys an API that takes fewer requests at once than the
// config allows.
func TestMaxInFlight(t *testing.T) {
	settledRows(t)
	synctest.Test(t, func(t *testing.T) {
		s := settled()
		s.MaxInFlight = 2
		s.Fault = func(*http.Request) *emulator.Fault { return &emulator.Fault{Stall: 200 * time.Millisecond} }
		out := harness.Run{Server: s, Config: with(loading, harness.Config{"concurrency": 8})}.Do(t)
		require.Equal(t, 0, out.Code, out.LastLine())
		taptest.Same(t, settledRows(t), harness.Warehouse{}.Load(t, out))
	})
}

// A roundTripper is a function that carries a request.
type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip calls f.
func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
