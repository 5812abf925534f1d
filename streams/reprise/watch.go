package reprise

import (
	"context"
	"fmt"
	"io"
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

// watched is a body that is read under a watch.
type watched struct {
	r io.Reader
	w *watch
}

func (b *watched) Read(p []byte) (n int, err error) {
	b.w.wait(func() int { n, err = b.r.Read(p); return n })
	return n, err
}
