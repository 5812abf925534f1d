package api

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// A counter counts requests, and describes each at DEBUG. A request is over when
// its body is closed.
type counter struct {
	client *Client
	next   http.RoundTripper
}

func newCounter(c *Client, next http.RoundTripper) http.RoundTripper { return &counter{c, next} }

// RoundTrip implements http.RoundTripper.
func (r *counter) RoundTrip(req *http.Request) (*http.Response, error) {
	body := &sized{began: time.Now(), counter: r, answer: answerOf(req)}
	res, err := r.next.RoundTrip(req)
	if err != nil {
		body.count(0)
		return nil, err
	}
	body.ReadCloser, body.status = res.Body, res.StatusCode
	res.Body = body
	return res, nil
}

// A sized body counts its bytes as they come over the line.
type sized struct {
	io.ReadCloser
	n       int64
	began   time.Time
	status  int
	answer  *Answer
	counter *counter
	closed  bool
}

func (s *sized) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	s.n += int64(n)
	return n, err
}

// Close counts the request.
func (s *sized) Close() error {
	err := s.ReadCloser.Close()
	if !s.closed {
		s.closed = true
		s.count(s.status)
	}
	return err
}

// count counts the request, whose status is 0 without an answer.
func (s *sized) count(status int) {
	call, c := s.answer.call, s.counter.client.config
	took := time.Since(s.began) - s.answer.Waited
	c.Metrics.Request(call.Endpoint, status, took)
	if !c.Log.Enabled(context.Background(), slog.LevelDebug) {
		return
	}
	var attrs []any
	if call.About != nil {
		attrs = call.About()
	}
	c.Log.Debug("request", append(attrs, "status", status, "rows", s.answer.Rows, "bytes", s.n, "ms", took.Milliseconds())...)
}
