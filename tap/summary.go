package tap

import (
	"maps"
	"slices"
	"time"
)

// A tally is where a stream's counters stood at a moment.
type tally struct {
	stream   string
	at       time.Time
	counters map[string]int64
	requests int64 // of all streams
}

// tally returns the counters of a stream as they stand.
func (m *Metrics) tally(stream string) tally {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := tally{stream, time.Now(), map[string]int64{}, m.asked}
	for c, n := range m.total {
		if c.stream == stream {
			t.counters[c.name] = n
		}
	}
	return t
}

// summary logs what a stream's sync came to since began, as a metric and as a
// line for people, and returns its rows. err is why it ended early.
func (p *pass) summary(began tally, err error) int64 {
	end := p.metrics.tally(began.stream)
	p.metrics.synced(end.stream, end.at.Sub(began.at), err == nil)
	attrs := []any{"stream", end.stream, "rows", end.counters[recordCount]}
	for _, name := range slices.Sorted(maps.Keys(end.counters)) {
		if name != recordCount {
			attrs = append(attrs, name, end.counters[name])
		}
	}
	attrs = append(attrs, "requests", end.requests-began.requests, "seconds", seconds(end.at.Sub(began.at)))
	switch {
	case err == nil:
		p.log.Info("stream is complete", attrs...)
	case !readerGone(err):
		p.log.Warn("stream is incomplete", attrs...)
	}
	return end.counters[recordCount]
}
