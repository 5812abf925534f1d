package reprise_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
)

// TestRetryMinutes lets the API be out of order for good: a request is tried
// again for retry_minutes, not much less and not much more.
func TestRetryMinutes(t *testing.T) {
	for name, fault := range map[string]emulator.Fault{
		"503":                        {Status: 503},
		"408":                        {Status: 408},
		"connection reset":           {Reset: true},
		"429 that asks for 1 minute": {Status: 429, Header: header("Retry-After", "60")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := settled()
				from(s, 8, fault)
				began := time.Now()
				config := with(loading, harness.Config{"retry_minutes": 7})
				out := harness.Run{Server: s, Config: config, Select: []string{"replay_session_activity"}}.Do(t)
				require.Equal(t, program.ExitRetry, out.Code, out.LastLine())
				require.Contains(t, out.LastLine(), "hint: the API did not recover in time")
				require.Greater(t, time.Since(began), 5*time.Minute)
				require.Less(t, time.Since(began), 9*time.Minute)
				require.Less(t, len(s.Requests()), 150, "it waits longer and longer")
			})
		})
	}
}

// TestRetriedToTheEnd: the last attempt comes when retry_minutes are over, not
// when the next wait would be too long.
func TestRetriedToTheEnd(t *testing.T) {
	for range 5 { // waits are random
		synctest.Test(t, func(t *testing.T) {
			s := settled()
			from(s, 8, emulator.Fault{Status: 503})
			began := time.Now()
			config := with(loading, harness.Config{"retry_minutes": 1, "concurrency": 1})
			out := harness.Run{Server: s, Config: config, Select: []string{"replay_session_activity"}}.Do(t)
			require.Equal(t, program.ExitRetry, out.Code, out.LastLine())
			require.GreaterOrEqual(t, time.Since(began), time.Minute)
			require.Less(t, time.Since(began), 65*time.Second)
		})
	}
}

// TestDownForAll lets the API be out of order for good while five streams are to
// be read: that costs retry_minutes once, and a little for each other stream.
func TestDownForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := settled()
		from(s, 8, emulator.Fault{Status: 503})
		began := time.Now()
		out := harness.Run{Server: s, Config: with(loading, harness.Config{"retry_minutes": 20})}.Do(t)
		require.Equal(t, program.ExitRetry, out.Code, out.LastLine())
		require.Contains(t, out.LastLine(), "5 errors")
		require.Less(t, time.Since(began), 30*time.Minute)
	})
}

// TestWaitTooLong shows how long the API asks to wait where that is longer than
// retry_minutes.
func TestWaitTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := settled()
		from(s, 8, emulator.Fault{Status: 429, Header: header("Retry-After", "600")})
		out := harness.Run{Server: s, Config: with(loading, harness.Config{"concurrency": 1, "retry_minutes": 5}), Select: []string{"replay_session_activity"}}.Do(t)
		require.Equal(t, program.ExitRetry, out.Code)
		require.Contains(t, out.LastLine(), "hint: the API asks to wait 10m0s, longer than retry_minutes")
	})
}

// TestCancelWhileWaiting ends a run from outside while it waits for the API:
// for data, for a token, or until a rate limit is over.
func TestCancelWhileWaiting(t *testing.T) {
	for name, test := range map[string]struct {
		from  int
		fault emulator.Fault
	}{
		"between two attempts":    {8, emulator.Fault{Status: 503}},
		"until a limit is over":   {8, emulator.Fault{Status: 429, Header: header("Retry-After", "200")}},
		"for an answer":           {8, emulator.Fault{Stall: time.Hour}},
		"within an answer":        {8, emulator.Fault{Stall: time.Hour, StallAt: 100}},
		"for a token":             {1, emulator.Fault{Stall: time.Hour}},
		"for a token, once more":  {1, emulator.Fault{Status: 503}},
		"for the pipes' columns":  {3, emulator.Fault{Status: 503}},
		"until a 429 there, even": {3, emulator.Fault{Status: 429, Header: header("Retry-After", "50")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := settled()
				s.Fault = numbered(func(n int, _ *http.Request) *emulator.Fault {
					if n >= test.from {
						return &test.fault
					}
					return nil
				})
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				began := time.Now()
				out := harness.Run{Server: s, Config: with(loading, harness.Config{"concurrency": 4})}.DoUntil(ctx, t)
				require.NotZero(t, out.Code)
				require.GreaterOrEqual(t, time.Since(began), 20*time.Second)
				require.Less(t, time.Since(began), 22*time.Second)
				out.Messages(t) // whole lines only
			})
		})
	}
}
