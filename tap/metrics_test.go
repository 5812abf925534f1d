package tap

import (
	"bytes"
	"context"
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

func TestMetricsOfNobody(t *testing.T) {
	var m *Metrics
	m.Request("x", 200, time.Second)
	m.Add("x", "y", 1)
}

func TestMetricLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b bytes.Buffer
		m := newMetrics(logTo(&b))
		ctx, cancel := context.WithCancel(t.Context())
		go m.run(ctx)
		m.Request("events", 200, time.Second)
		m.Request("events", 200, 3*time.Second)
		m.Request("events", 429, 10*time.Millisecond)
		m.Request("events", 0, time.Minute)
		m.Add(recordCount, "events", 5)
		m.Add("rows_repeated", "events", 2)
		m.Add("rows_repeated", "events", 0)
		time.Sleep(metricGap + time.Second)
		synctest.Wait()
		require.Equal(t, []string{
			`{"type":"counter","metric":"record_count","value":5,"tags":{"stream":"events"}}`,
			`{"type":"counter","metric":"rows_repeated","value":2,"tags":{"stream":"events"}}`,
			`{"type":"counter","metric":"http_request_count","value":1,"tags":{"endpoint":"events","http_status_code":"0","status":"failed"}}`,
			`{"type":"timer","metric":"http_request_duration","value":60,"tags":{"endpoint":"events","http_status_code":"0","status":"failed"}}`,
			`{"type":"counter","metric":"http_request_count","value":2,"tags":{"endpoint":"events","http_status_code":"200","status":"succeeded"}}`,
			`{"type":"timer","metric":"http_request_duration","value":2,"tags":{"endpoint":"events","http_status_code":"200","status":"succeeded"}}`,
			`{"type":"counter","metric":"http_request_count","value":1,"tags":{"endpoint":"events","http_status_code":"429","status":"failed"}}`,
			`{"type":"timer","metric":"http_request_duration","value":0.01,"tags":{"endpoint":"events","http_status_code":"429","status":"failed"}}`,
		}, metricLines(b.String()))

		b.Reset()
		m.Add(recordCount, "events", 3)
		time.Sleep(metricGap)
		synctest.Wait()
		require.Equal(t, []string{`{"type":"counter","metric":"record_count","value":3,"tags":{"stream":"events"}}`}, metricLines(b.String()), "only what is new")
		b.Reset()
		time.Sleep(10 * metricGap)
		synctest.Wait()
		require.Empty(t, b.String())
		cancel()
	})
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
