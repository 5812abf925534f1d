package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// A slowError is an answer that did not come in time.
type slowError struct {
	bytes int64 // that came in that time
	in    time.Duration
}

func (e *slowError) Error() string {
	if e.bytes == 0 {
		return fmt.Sprintf("timeout: no data for %v", e.in)
	}
	return fmt.Sprintf("too slow: %d bytes in %v", e.bytes, e.in)
}

// A watch ends a request whose answer does not come. Its clock runs while the
// client waits for bytes, and at no other time: not while rows wait to be
// written. It serves one request and one goroutine.
type watch struct {
	cancel context.CancelCauseFunc
	timer  *time.Timer
	least  int64         // bytes that begin another span; 0: no number does
	left   time.Duration // of the span
	span   atomic.Int64  // a Duration
	came   atomic.Int64  // bytes in the span
}

// newWatch returns a context for one request, which the watch ends with a
// *slowError as its cause. Call end when the request is over.
func newWatch(ctx context.Context, span time.Duration, least int64) (context.Context, *watch) {
	ctx, cancel := context.WithCancelCause(ctx)
	w := &watch{cancel: cancel}
	w.timer = time.AfterFunc(time.Hour, func() { cancel(&slowError{w.came.Load(), time.Duration(w.span.Load())}) })
	w.timer.Stop()
	w.again(span, least)
	return ctx, w
}

// again begins a span of another length.
func (w *watch) again(span time.Duration, least int64) {
	w.least, w.left = least, span
	w.span.Store(int64(span))
	w.came.Store(0)
}

// wait runs the clock during do, which waits for the server and returns how
// many bytes it brought.
func (w *watch) wait(do func() int) {
	began := time.Now()
	w.timer.Reset(w.left)
	n := do()
	w.timer.Stop()
	w.left -= time.Since(began)
	if w.came.Add(int64(n)) >= w.least && w.least > 0 {
		w.again(time.Duration(w.span.Load()), w.least)
	}
}

func (w *watch) end() {
	w.timer.Stop()
	w.cancel(nil)
}

// A watcher puts each request under a watch, from its first byte to the end of
// its answer.
type watcher struct {
	client *Client
	next   http.RoundTripper
}

func newWatcher(c *Client, next http.RoundTripper) http.RoundTripper { return &watcher{c, next} }

// RoundTrip implements http.RoundTripper.
func (r *watcher) RoundTrip(req *http.Request) (res *http.Response, err error) {
	a, l := answerOf(req), &r.client.config.Limits
	span, least := l.Quiet, l.AtLeast
	switch {
	case a.call.Within > 0:
		span, least = a.call.Within, 0
	case a.call.Cheap && r.client.down.Load():
		span = l.Glance
	}
	ctx, w := newWatch(req.Context(), span, least)
	w.wait(func() int { res, err = r.next.RoundTrip(req.WithContext(ctx)); return 0 })
	if err != nil {
		err = w.cause(ctx, err)
		w.end()
		return nil, err
	}
	if !a.call.isGood(res.StatusCode) {
		w.again(l.Refusal, 0)
	}
	a.ctx = ctx
	res.Body = &watched{res.Body, w, ctx}
	return res, nil
}

// cause is what ended a request that failed with err: its watch, or the run,
// shows as the end of its context.
func (w *watch) cause(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// watched is a body that is read under a watch.
type watched struct {
	io.ReadCloser
	w   *watch
	ctx context.Context
}

func (b *watched) Read(p []byte) (n int, err error) {
	b.w.wait(func() int { n, err = b.ReadCloser.Read(p); return n })
	if err != nil && err != io.EOF {
		err = b.w.cause(b.ctx, err)
	}
	return n, err
}

// Close ends the request, and its watch.
func (b *watched) Close() error {
	err := b.ReadCloser.Close()
	b.w.end()
	return err
}
