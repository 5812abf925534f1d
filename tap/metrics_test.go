package tap

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
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
	config := goodConfig(t)
	synctest.Test(t, func(t *testing.T) {
		m := &memory{rows: 4, page: 2, pause: time.Second}
		m.read = func(s Stream, _ Bookmark) {
			m.env.Metrics.Request(s.Name, 200, time.Second)
			m.env.Metrics.Add("rows_repeated", "events", 1)
		}
		o := runMain(t, m, "--config", config)
		require.Zero(t, o.code)
		require.Contains(t, o.err, "INFO stream is complete stream=events rows=4 rows_repeated=1 requests=1 seconds=2\n")
		require.Contains(t, o.err, "INFO stream is complete stream=empty rows=0 requests=1 seconds=0\n")
		require.Contains(t, o.err, "INFO run ended streams=2 failed=0 rows=4 requests=2 seconds=2\n")
		require.Contains(t, metricLines(o.err), `{"type":"counter","metric":"record_count","value":4,"tags":{"stream":"events"}}`)
		require.Contains(t, metricLines(o.err), `{"type":"timer","metric":"sync_duration","value":2,"tags":{"status":"succeeded","stream":"events"}}`)
	})
}
