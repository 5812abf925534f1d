package localapi

import (
	"sync"
	"time"
)

// A Clock is the time of a fake API. It stands still until it is moved. The
// zero Clock stands at the zero time. It is safe for concurrent use.
type Clock struct {
	// Ticks makes the clock run with the process's own clock (or the bubble's,
	// under testing/synctest), from where it was last set. Set it before the
	// first request.
	Ticks bool

	mu  sync.Mutex
	now time.Time
	set time.Time // process time at which now was set
}

// Now is the time it shows, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.Ticks {
		return c.now.Add(time.Since(c.set))
	}
	return c.now
}

// SetNow makes it show t.
func (c *Clock) SetNow(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now, c.set = t.UTC(), time.Now()
}

// Advance moves it by d, which may be negative.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
