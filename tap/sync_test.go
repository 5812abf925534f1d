package tap_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/object"
	"tap-reprise/internal/program"
	"tap-reprise/tap"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

// metricLines are the METRIC lines of a log, without their pid.
func metricLines(log string) []string {
	var out []string
	for line := range strings.Lines(log) {
		if _, m, ok := strings.Cut(strings.TrimSpace(line), "METRIC: "); ok {
			i := strings.Index(m, `"pid":"`)
			j := i + 7 + strings.Index(m[i+7:], `"`) + 1
			out = append(out, m[:i]+strings.TrimPrefix(m[j:], ","))
		}
	}
	return out
}

// TestSummary reads what a person sees at the end of a run.
func TestSummary(t *testing.T) {
	config := taptest.GoodConfig(t)
	synctest.Test(t, func(t *testing.T) {
		m := &taptest.Memory{Rows: 4, Page: 2, Pause: time.Second}
		m.Watch = func(s tap.Stream, _ tap.Bookmark) {
			m.Env.Metrics.Request(s.Name, 200, time.Second)
			m.Env.Metrics.Add("rows_repeated", "events", 1)
		}
		o := taptest.Do(cli.Main, m, "--config", config)
		require.Zero(t, o.Code)
		require.Contains(t, o.Stderr, "INFO stream is complete stream=events rows=4 rows_repeated=1 requests=1 seconds=2\n")
		require.Contains(t, o.Stderr, "INFO stream is complete stream=empty rows=0 requests=1 seconds=0\n")
		require.Contains(t, o.Stderr, "INFO run ended streams=2 failed=0 rows=4 requests=2 seconds=2\n")
		require.Contains(t, metricLines(o.Stderr), `{"type":"counter","metric":"record_count","value":4,"tags":{"stream":"events"}}`)
		require.Contains(t, metricLines(o.Stderr), `{"type":"timer","metric":"sync_duration","value":2,"tags":{"status":"succeeded","stream":"events"}}`)
	})
}

// TestStructuredRun reads stderr of a whole run as Meltano does: every line has
// the eight keys.
func TestStructuredRun(t *testing.T) {
	a := taptest.New(&taptest.Memory{Rows: 3, Fail: map[string]error{"empty": errors.New("boom")}}, "--config", taptest.GoodConfig(t))
	a.Environ = []string{"LOG_FORMAT=json"}
	o := a.Do(t.Context(), cli.Main)
	require.Equal(t, program.ExitRetry, o.Code)
	for line := range strings.Lines(o.Stderr) {
		keys, err := object.Members([]byte(line))
		require.NoError(t, err)
		for i, want := range []string{"level", "pid", "logger_name", "ts", "thread_name", "app_name", "stream_name", "message"} {
			require.Equal(t, want, keys[i].Name)
		}
	}
	require.Contains(t, o.LastLine(), `"level":"critical"`)
	require.Contains(t, o.LastLine(), `"message":"read empty after the start: boom"`)
}
