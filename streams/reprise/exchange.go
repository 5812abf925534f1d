package reprise

import (
	"context"
	"io"
	"log/slog"
	"time"
)

// An exchange is what became of one request.
type exchange struct {
	status int   // 0: no answer
	rows   int   // that its answer held
	bytes  int64 // of its answer, as they came over the line
	took   time.Duration
}

// shown are the parameters that say what a request asked for.
var shown = []struct{ param, name string }{
	{"start_timestamp", "start"}, {"end_timestamp", "end"}, {"since_ingested_at", "since"},
	{"group_by", "group_by"}, {"limit", "limit"}, {"offset", "offset"},
}

// exchanged counts a request and tells of it at DEBUG.
func (c *client) exchanged(ctx context.Context, q query, e exchange) {
	c.counts.Request(q.pipe, e.status, e.took)
	if !c.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []any{"pipe", q.pipe}
	for _, s := range shown {
		if value := q.values.Get(s.param); value != "" {
			attrs = append(attrs, s.name, value)
		}
	}
	c.log.Debug("request", append(attrs, "status", e.status, "rows", e.rows, "bytes", e.bytes, "ms", e.took.Milliseconds())...)
}

// A sized body counts its bytes as they come over the line.
type sized struct {
	io.ReadCloser
	n int64
}

func (s *sized) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	s.n += int64(n)
	return n, err
}
