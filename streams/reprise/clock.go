package reprise

import (
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
