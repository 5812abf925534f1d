package reprise

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A serverClock tells the server's time. It is set from the Date headers of
// answers and then runs by the machine's monotonic clock, so that the time of
// day of this machine decides nothing. Of readings that agree the earliest holds:
// rows are stamped by servers that may lag behind the one that answers. Readings
// that do not agree, within skew, are put to the vote: one answer with a Date of
// another day, from a cache or a server whose clock is wrong, moves nothing.
type serverClock struct {
	log    *slog.Logger
	limits *limits

	mu     sync.Mutex
	start  time.Time // when the first answer was read, with its monotonic reading
	votes  []reading
	warned bool
}

// A reading is what some answers say that agree.
type reading struct {
	base  time.Time // server time, UTC, when start was
	count int
}

// observe takes the Date of an answer, to which a cache has added the Age. An
// answer dated at or after the token's own end (zero: not known), or when no such
// server was or will be, cannot be right and does not count.
func (c *serverClock) observe(h http.Header, expires time.Time) {
	date, err := http.ParseTime(h.Get("Date"))
	age := ageOf(h)
	date = date.Add(age)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil || age > c.limits.aged || !c.limits.possible(date) || !expires.IsZero() && !date.Before(expires) {
		return
	}
	if c.start.IsZero() {
		c.start = time.Now()
	}
	base := date.UTC().Add(-time.Since(c.start))
	for i := range c.votes {
		if v := &c.votes[i]; base.Sub(v.base).Abs() <= skew {
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
func (c *serverClock) elected() (winner reading, tied bool) {
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

// tied reports whether another answer is needed to tell the time.
func (c *serverClock) tied() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, tied := c.elected()
	return tied
}

// now returns the server's time in whole seconds, rounded down. Without any
// Date header it is this machine's, and a warning says so once, as where
// answers contradict each other.
func (c *serverClock) now() time.Time {
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

// setClock makes sure that a data answer has set the server's clock, which the
// token's answer alone may set too late. Where answers disagree, a few more
// decide.
func (r *reader) setClock(ctx context.Context) error {
	for extra := 1; r.client.clock.tied() && extra <= 3; extra++ {
		p, err := r.ask(ctx, r.probe().page(1+extra, 0))
		if err != nil {
			return err
		}
		r.pages.Put(p)
	}
	if r.client.answered.Load() {
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
