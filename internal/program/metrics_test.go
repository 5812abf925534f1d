package program

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
		m := NewMetrics(logTo(&b))
		ctx, cancel := context.WithCancel(t.Context())
		go m.Run(ctx)
		m.Request("events", 200, time.Second)
		m.Request("events", 200, 3*time.Second)
		m.Request("events", 429, 10*time.Millisecond)
		m.Request("events", 0, time.Minute)
		m.Add(RecordCount, "events", 5)
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
		m.Add(RecordCount, "events", 3)
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
