package program

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"tap-reprise/internal/object"
)

// metricGap is the time between two reports of a run's metrics.
const metricGap = time.Minute

// RecordCount is the counter of rows written.
const RecordCount = "record_count"

// Metrics counts what a run does. Its methods may be called from several
// goroutines, and on nil, where they do nothing.
type Metrics struct {
	log   *slog.Logger
	Began time.Time

	// Answered, if set, is called after each request that succeeded.
	Answered func()

	// Paused, if set, is called when no request is made for a while.
	Paused func(wait time.Duration, asked bool)

	mu       sync.Mutex
	total    map[counter]int64
	reported map[counter]int64
	requests map[request]timing // since the last report
	asked    int64              // requests in all
}

type counter struct{ name, stream string }

type request struct {
	endpoint string
	status   int
}

// A timing is the sum of some durations.
type timing struct {
	n   int64
	sum time.Duration
}

// NewMetrics makes metrics that begin now and are reported in log.
func NewMetrics(log *slog.Logger) *Metrics {
	return &Metrics{log: log, Began: time.Now(), total: map[counter]int64{}, reported: map[counter]int64{}, requests: map[request]timing{}}
}

// Request counts one HTTP request to endpoint, a name without secrets, and how
// long it took until its body was read. status is 0 if no answer came.
func (m *Metrics) Request(endpoint string, status int, d time.Duration) {
	if m == nil {
		return
	}
	m.mu.Lock()
	t := m.requests[request{endpoint, status}]
	m.requests[request{endpoint, status}] = timing{t.n + 1, t.sum + d}
	m.asked++
	m.mu.Unlock()
	if m.Answered != nil && status >= 200 && status < 300 {
		m.Answered()
	}
}

// Pause notes that no request is made for so long: the API asked for it, or a
// request failed and is made again then.
func (m *Metrics) Pause(wait time.Duration, asked bool) {
	if m != nil && m.Paused != nil {
		m.Paused(wait, asked)
	}
}

// Add adds n to a counter of a stream, such as rows_repeated. Counters are
// reported as metrics and in the stream's summary.
func (m *Metrics) Add(name, stream string, n int64) {
	if m == nil || n == 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.total[counter{name, stream}] += n
}

// Raise makes a counter of a stream n if it is less.
func (m *Metrics) Raise(name, stream string, n int64) {
	if m == nil || n == 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.total[counter{name, stream}] = max(n, m.total[counter{name, stream}])
}

// Run reports every metricGap until ctx ends.
func (m *Metrics) Run(ctx context.Context) {
	t := time.NewTicker(metricGap)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			m.Report()
		case <-ctx.Done():
			return
		}
	}
}

// A metric is one METRIC line, as the Singer specification has it.
type metric struct {
	Type   string            `json:"type"`
	Metric string            `json:"metric"`
	Value  any               `json:"value"`
	Tags   map[string]string `json:"tags"`
}

// String is the metric as JSON.
func (p metric) String() string { return string(object.Encode(p)) }

// words say the metric in a line that a search for a stream finds.
func (p metric) words() string {
	text := fmt.Sprintf("%s=%v", p.Metric, p.Value)
	for _, tag := range slices.Sorted(maps.Keys(p.Tags)) {
		if tag != "pid" {
			text += " " + tag + "=" + p.Tags[tag]
		}
	}
	return text
}

func (m *Metrics) emit(p metric) {
	p.Tags["pid"] = strconv.Itoa(os.Getpid())
	m.log.Info(metricMessage, metricKey, p)
}

// Report writes what was counted since the last report. A timer's value is the
// mean in seconds of the requests that http_request_count counts beside it.
func (m *Metrics) Report() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range slices.SortedFunc(maps.Keys(m.total), counter.compare) {
		if n := m.total[c] - m.reported[c]; n != 0 {
			m.emit(metric{"counter", c.name, n, map[string]string{"stream": c.stream}})
		}
	}
	m.reported = maps.Clone(m.total)
	byEndpoint := func(a, b request) int {
		return cmp.Or(cmp.Compare(a.endpoint, b.endpoint), cmp.Compare(a.status, b.status))
	}
	for _, r := range slices.SortedFunc(maps.Keys(m.requests), byEndpoint) {
		t := m.requests[r]
		tags := func() map[string]string {
			return map[string]string{"endpoint": r.endpoint, "http_status_code": strconv.Itoa(r.status), "status": outcome(r.status < 400 && r.status > 0)}
		}
		m.emit(metric{"counter", "http_request_count", t.n, tags()})
		m.emit(metric{"timer", "http_request_duration", Seconds(t.sum / time.Duration(t.n)), tags()})
	}
	clear(m.requests)
}

// Synced reports a stream that ended.
func (m *Metrics) Synced(stream string, d time.Duration, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.emit(metric{"timer", "sync_duration", Seconds(d), map[string]string{"stream": stream, "status": outcome(ok)}})
}

func (c counter) compare(d counter) int {
	return cmp.Or(cmp.Compare(c.stream, d.stream), cmp.Compare(c.name, d.name))
}

func outcome(ok bool) string {
	if ok {
		return "succeeded"
	}
	return "failed"
}

// Seconds is d in seconds, to the millisecond.
func Seconds(d time.Duration) float64 { return float64(d.Milliseconds()) / 1000 }

// A Tally is where a stream's counters stood at a moment.
type Tally struct {
	Stream   string
	At       time.Time
	Counters map[string]int64
	Requests int64 // of all streams
}

// Tally returns the counters of a stream as they stand.
func (m *Metrics) Tally(stream string) Tally {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := Tally{stream, time.Now(), map[string]int64{}, m.asked}
	for c, n := range m.total {
		if c.stream == stream {
			t.Counters[c.name] = n
		}
	}
	return t
}
