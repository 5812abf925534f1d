package api

import (
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Clock says the server's time. The Date headers of answers set it. Then it
// runs by the machine's monotonic clock: the time of day of this machine decides
// nothing. Of readings that agree the earliest holds, since rows are stamped by
// servers that may lag behind the one that answers. Readings that do not agree,
// within Limits.Skew, are put to the vote. So one answer with a Date of another day, from
// a cache or from a server whose clock is wrong, moves nothing.
type Clock struct {
	log    *slog.Logger
	limits *Limits

	mu     sync.Mutex
	start  time.Time // when the first answer was read, with its monotonic reading
	votes  []reading
	warned bool
	looked bool // at an answer
}

// A reading is what some answers say that agree.
type reading struct {
	base  time.Time // server time, UTC, when start was
	count int
}

// A clockReader reads the Date of each good answer that is not Undated.
type clockReader struct {
	clock *Clock
	next  http.RoundTripper
}

func newClockReader(c *Client, next http.RoundTripper) http.RoundTripper {
	return &clockReader{c.clock, next}
}

// RoundTrip implements http.RoundTripper.
func (r *clockReader) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := r.next.RoundTrip(req)
	if call := answerOf(req).call; err == nil && call.isGood(res.StatusCode) && !call.Undated {
		r.clock.Observe(res.Header, call.Expires)
		r.clock.mu.Lock()
		r.clock.looked = true
		r.clock.mu.Unlock()
	}
	return res, err
}

// Looked reports whether a good answer, not one of a call that is Undated, has
// come. It need not have had a Date.
func (c *Clock) Looked() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.looked
}

// Observe takes the Date of an answer, to which a cache has added the Age. One at
// or after expires, if that is not zero, cannot be right and does not count; nor
// does one when no such server was or will be.
func (c *Clock) Observe(h http.Header, expires time.Time) {
	date, err := http.ParseTime(h.Get("Date"))
	age := ageOf(h)
	date = date.Add(age)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil || age > c.limits.Aged || !c.limits.possible(date) || !expires.IsZero() && !date.Before(expires) {
		return
	}
	if c.start.IsZero() {
		c.start = time.Now()
	}
	base := date.UTC().Add(-time.Since(c.start))
	for i := range c.votes {
		if v := &c.votes[i]; base.Sub(v.base).Abs() <= c.limits.Skew {
			v.count++
			if base.Before(v.base) {
				v.base = base
			}
			return
		}
	}
	c.votes = append(c.votes, reading{base, 1})
}

// ageOf is how long a cache has kept an answer, 0 if it came from none.
func ageOf(h http.Header) time.Duration {
	const longest = 100 * 365 * 24 * 3600 // what a Duration can hold
	seconds, _ := strconv.ParseInt(strings.TrimSpace(h.Get("Age")), 10, 64)
	return time.Duration(max(0, min(seconds, longest))) * time.Second
}

// elected is the reading that most answers share, the earliest of several such,
// and whether there are several.
func (c *Clock) elected() (winner reading, tied bool) {
	for _, v := range c.votes {
		switch {
		case v.count > winner.count:
			winner, tied = v, false
		case v.count == winner.count:
			tied = true
			if v.base.Before(winner.base) {
				winner = v
			}
		}
	}
	return winner, tied
}

// Tied reports whether another answer is needed to know the time.
func (c *Clock) Tied() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, tied := c.elected()
	return tied
}

// Now returns the server's time in whole seconds, rounded down. Without any
// Date header it is this machine's, and a warning says so once, as where
// answers contradict each other.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	winner, _ := c.elected()
	if len(c.votes) != 1 && !c.warned {
		c.warned = true
		if winner.count == 0 {
			c.log.Warn("the API sends no usable Date header; this machine's clock is taken for now")
		} else {
			c.log.Warn("answers of the API disagree about the time; the one of most answers is taken", "taken", winner.base.Format(time.RFC3339), "readings", len(c.votes))
		}
	}
	if winner.count == 0 {
		return time.Now().UTC().Truncate(time.Second)
	}
	return winner.base.Add(time.Since(c.start)).Truncate(time.Second)
}
