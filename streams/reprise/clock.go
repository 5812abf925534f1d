package reprise

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// A serverClock tells the server's time. It is set from the Date header of
// answers and then runs by the machine's monotonic clock, so that the time of
// day of this machine decides nothing. The earliest of the first readings
// holds: rows are stamped by servers that may lag behind the one that answers.
type serverClock struct {
	log *slog.Logger

	mu     sync.Mutex
	base   time.Time // server time, UTC, whole seconds; zero: not known
	at     time.Time // when base was read, with its monotonic reading
	warned bool
}

// observe takes the Date of an answer. An answer dated at or after the
// token's own end (zero: not known) cannot be right and does not count.
func (c *serverClock) observe(h http.Header, expires time.Time) {
	date, err := http.ParseTime(h.Get("Date"))
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil || !expires.IsZero() && !date.Before(expires) {
		return
	}
	if c.base.IsZero() || date.Before(c.base.Add(time.Since(c.at))) {
		c.base, c.at = date.UTC(), time.Now()
	}
}

// known reports whether an answer has set the clock.
func (c *serverClock) known() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.base.IsZero()
}

// now returns the server's time in whole seconds, rounded down. Without any
// Date header it is this machine's, and a warning says so once.
func (c *serverClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.base.IsZero() {
		if !c.warned {
			c.warned = true
			c.log.Warn("the API sends no usable Date header; this machine's clock is taken for now")
		}
		return time.Now().UTC().Truncate(time.Second)
	}
	return c.base.Add(time.Since(c.at)).Truncate(time.Second)
}

// setClock makes sure that a data answer has set the server's clock, which the
// token's answer alone may set too late. A bookmark of ours that lies in the
// future by the token's answer is worth no request: nothing will be read.
func (r *reader) setClock(ctx context.Context, old resume) error {
	if r.client.answered.Load() {
		return nil
	}
	if _, err := r.tokens.get(ctx, nil); err != nil {
		return err
	}
	if r.client.clock.known() && old.future(r.client.clock.now()) {
		return nil
	}
	p, err := r.ask(ctx, r.probe().page(1, 0))
	if err == nil {
		r.pages.Put(p)
	}
	return err
}

// skew is how far the clocks of the API's servers may lie apart before a
// bookmark counts as one from the future.
const skew = 5 * time.Minute

// future reports whether the bookmark is one of ours and lies after now.
func (got resume) future(now time.Time) bool {
	return !got.empty && !got.foreign && got.at > now.Add(skew).UnixMicro()
}

// warnFuture says why nothing is read, and how to go on.
func (r *reader) warnFuture(old resume) {
	r.log.Warn("the bookmark lies in the future; nothing is read. Remove the stream from the state to heal it", "bookmark", rfc3339(old.at))
}

// until is the end of a run: end_date or now, whichever is earlier. Now is
// rounded up, since rows of the present second are there already.
func (r *reader) until() (end, mark int64) {
	now := r.client.clock.now().UnixMicro()
	if e := r.config.end; !e.IsZero() && e.UnixMicro() <= now {
		return e.UnixMicro(), e.UnixMicro()
	}
	return now + second, now
}

// micros is a duration in the unit of spans.
func micros(d time.Duration) int64 { return int64(d / time.Microsecond) }
