package airbyte_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
	"tap-reprise/tap/airbyte"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

// readAll reads all of m as Airbyte does, in a bubble, and returns what was
// written and when.
func readAll(t *testing.T, config, catalog string, m *taptest.Memory) *taptest.Watch {
	t.Helper()
	w := &taptest.Watch{Began: time.Now()}
	a := taptest.New(m, "read", "--config", config, "--catalog", catalog)
	a.Out, a.Err, a.Environ = w, io.Discard, []string{"LOG_LEVEL=ERROR"}
	require.Zero(t, cli.Main(t.Context(), a.App, a.Connector))
	return w
}

// states are the times at which STATE messages of a stream were written.
func statesOf(w *taptest.Watch, stream string) []time.Duration {
	var at []time.Duration
	for _, p := range w.Writes {
		for range strings.Count(p.Text, `"stream":{"stream_descriptor":{"name":"`+stream) {
			at = append(at, p.After)
		}
	}
	return at
}

// TestAirbyteHeartbeat: not more than one STATE a second, not less than one a
// minute, and the last one covers everything.
func TestAirbyteHeartbeat(t *testing.T) {
	for name, c := range map[string]struct {
		source      taptest.Memory
		least, most int
	}{
		"ten pages a second for a minute":  {taptest.Memory{Rows: 600, Page: 1, Pause: 100 * time.Millisecond}, 60, 64},
		"a page every ten seconds":         {taptest.Memory{Rows: 6, Page: 1, Pause: 10 * time.Second}, 6, 7},
		"a page every five minutes":        {taptest.Memory{Rows: 3, Page: 1, Pause: 5 * time.Minute}, 15, 18},
		"pages without a bookmark":         {taptest.Memory{Rows: 200, Page: 1, Pause: 5 * time.Second, Marks: func(n int) tap.Bookmark { return nil }}, 16, 18},
		"one page at once":                 {taptest.Memory{Rows: 3}, 1, 1},
		"a silence of an hour, and no row": {taptest.Memory{Rows: 1, Pause: time.Hour}, 60, 62},
	} {
		t.Run(name, func(t *testing.T) {
			config, catalog := taptest.GoodConfig(t), taptest.File(t, "c.json", strings.Replace(eventsConfigured, "MODE", "incremental", 1))
			synctest.Test(t, func(t *testing.T) {
				w := readAll(t, config, catalog, &c.source)
				at := statesOf(w, "events")
				require.GreaterOrEqual(t, len(at), c.least)
				require.LessOrEqual(t, len(at), c.most)
				last := time.Duration(0)
				for _, d := range at {
					require.LessOrEqual(t, d-last, airbyte.Heartbeat+2*time.Second)
					last = d
				}
				require.Empty(t, checksums(t, w.All()))
			})
		})
	}
}

// TestAirbyteEstimateIsToldOnce: what is like what was told before is no news.
func TestAirbyteEstimateIsToldOnce(t *testing.T) {
	config, catalog := taptest.GoodConfig(t), taptest.File(t, "c.json", strings.Replace(eventsConfigured, "MODE", "incremental", 1))
	synctest.Test(t, func(t *testing.T) {
		o := readAll(t, config, catalog, &taptest.Memory{Rows: 1000, Page: 100}).All()
		require.Equal(t, 1, strings.Count(o.Stdout, `"ESTIMATE"`))
	})
}

// TestAirbyteRateLimit: a pause is told with its end, and STATE goes on.
func TestAirbyteRateLimit(t *testing.T) {
	config, catalog := taptest.GoodConfig(t), taptest.File(t, "c.json", strings.Replace(eventsConfigured, "MODE", "incremental", 1))
	synctest.Test(t, func(t *testing.T) {
		m := &taptest.Memory{Rows: 1, Pause: 10 * time.Minute}
		m.Watch = func(tap.Stream, tap.Bookmark) {
			go func() {
				for range 5 { // several requests meet the same limit
					m.Env.Waiting(time.Now().Add(10 * time.Minute))
				}
				time.Sleep(5*time.Minute + 30*time.Second)
				m.Env.Waiting(time.Now().Add(5 * time.Minute))
			}()
		}
		w := readAll(t, config, catalog, m)
		o := w.All()
		require.Equal(t, []string{"events STARTED",
			`events RUNNING[{"type":"RATE_LIMITED","rate_limited":{"quota_reset":946685400000}}]`,
			"events {} 0.0", "events {} 0.0", "events {} 0.0", "events {} 0.0", "events {} 0.0",
			`events RUNNING[{"type":"RATE_LIMITED","rate_limited":{"quota_reset":946685430000}}]`,
			"events {} 0.0", "events {} 0.0", "events {} 0.0", "events {} 0.0", "events {} 0.0",
			"events e0", "events about 1", `events {"n":1} 1.0`, "events COMPLETE"}, brief(t, o))
		require.Empty(t, checksums(t, o))
	})
}

// TestAirbyteRunning: RUNNING comes with the first good answer, not the first
// row.
func TestAirbyteRunning(t *testing.T) {
	config, catalog := taptest.GoodConfig(t), taptest.File(t, "c.json", strings.Replace(eventsConfigured, "MODE", "incremental", 1))
	synctest.Test(t, func(t *testing.T) {
		m := &taptest.Memory{Rows: 1, Pause: 20 * time.Second}
		m.Watch = func(tap.Stream, tap.Bookmark) {
			go func() {
				m.Env.Metrics.Request("events", 503, time.Second)
				time.Sleep(5 * time.Second)
				m.Env.Metrics.Request("events", 200, time.Second)
				m.Env.Metrics.Request("events", 200, time.Second)
			}()
		}
		at := map[string]time.Duration{}
		for _, p := range readAll(t, config, catalog, m).Writes {
			for _, status := range []string{"STARTED", "RUNNING", "COMPLETE"} {
				if strings.Contains(p.Text, `"`+status+`"`) {
					at[status] = p.After
				}
			}
		}
		require.Less(t, at["STARTED"], 2*time.Second)
		require.InDelta(t, 5, at["RUNNING"].Seconds(), 1.1)
		require.Equal(t, 20*time.Second, at["COMPLETE"])
	})
}

// TestAirbyteStateNeverAhead reads the output as a platform that is killed after
// any byte: it goes on from the last state of each stream and misses no row.
func TestAirbyteStateNeverAhead(t *testing.T) {
	config, catalog := taptest.GoodConfig(t), taptest.File(t, "c.json", strings.Replace(eventsConfigured, "MODE", "incremental", 1))
	for name, m := range map[string]*taptest.Memory{
		"fast pages": {Rows: 3000, Page: 7}, "slow pages": {Rows: 60, Page: 3, Pause: 700 * time.Millisecond}, "one enormous page": {Rows: 9000},
	} {
		t.Run(name, func(t *testing.T) {
			var whole string
			synctest.Test(t, func(t *testing.T) { whole = readAll(t, config, catalog, m).All().Stdout })
			o := taptest.Output{Stdout: whole}
			checksums(t, o)
			rows, states, covered := 0, 0, struct{ N int }{}
			for _, line := range messages(t, o) { // wherever it is cut, the last state before is one of these
				if line.Record != nil {
					rows++
				}
				if line.State != nil {
					states++
					require.NoError(t, json.Unmarshal(line.State.Stream.State, &covered))
					require.LessOrEqual(t, covered.N, rows)
				}
			}
			require.Equal(t, m.Rows, covered.N)
			require.NotZero(t, states)
		})
	}
}

// TestAirbyteInterrupted: the end of the context is the end of the stream; what
// was written is covered by a last state.
func TestAirbyteInterrupted(t *testing.T) {
	config, catalog := taptest.GoodConfig(t), taptest.File(t, "c.json", bothConfigured)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() {
			time.Sleep(2500 * time.Millisecond)
			cancel(&program.Error{Code: program.ExitRetry, Err: errors.New("interrupted"), Hint: "again"})
		}()
		a := taptest.New(&taptest.Memory{Rows: 100, Page: 1, Pause: time.Second}, "read", "--config", config, "--catalog", catalog)
		a.Environ = []string{"LOG_LEVEL=ERROR"}
		o := a.Do(ctx, cli.Main)
		require.Equal(t, program.ExitRetry, o.Code)
		require.Empty(t, checksums(t, o))
		got := brief(t, o)
		require.Equal(t, []string{`events {"n":2} 1.0`, "transient_error: interrupted; hint: again", "events INCOMPLETE"}, got[len(got)-3:])
	})
}
