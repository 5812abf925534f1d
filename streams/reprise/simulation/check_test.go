package simulation

import (
	"fmt"
	"sort"
	"strings"
	"time"
)

// A check is of one run that exited 0.
type check struct {
	*promise
	stream       string
	from         time.Time // what the API showed here or later may be in the warehouse
	began, ended time.Time
	slack        time.Duration // how long a change may take
	broken       *[]string
}

// row checks a row that the API showed as the run began.
func (c *check) row(row truth) {
	have, ok := c.house.rows[c.stream][row.key]
	switch {
	case !ok:
		if c.required(row) && c.still(row) && !c.hidden(row) {
			c.say("missing", row)
		}
	case have != row.hash && c.inLookback(row) && !c.seen(row, have) && c.still(row):
		c.say("stale", row)
	}
}

func (c *check) say(what string, row truth) {
	b := c.pending[c.stream][row.key]
	*c.broken = append(*c.broken, fmt.Sprintf("%s %s: %s, clock %s, arrived %s; run before %s, patience %s", c.stream, what, row.key,
		moment(row.clock), moment(b.arrives), moment(c.kept.UnixMilli()), c.slack))
}

// required reports whether the row arrived in time.
func (c *check) required(row truth) bool {
	_, due := c.pending[c.stream][row.key]
	return due || c.stream == feed || c.stream == metrics && c.settled(row)
}

// inTime reports whether the row was there as the first run began, or arrived
// within the look-back.
func (p *promise) inTime(b birth) bool {
	return b.arrives <= p.loaded.Add(-p.lag()).UnixMilli() || b.arrives-b.clock <= int64(p.lookback)*24*3_600_000
}

// settled reports whether the row is there for longer than a change may take.
func (c *check) settled(row truth) bool {
	return c.versions[c.stream][row.key][0].since <= c.since(row)
}

// since is the moment whose values, or later ones, the row must have. The
// sessions of two days and the metrics of today are read again in every run.
func (c *check) since(row truth) int64 {
	switch {
	case c.stream == summaries && row.clock >= c.began.Add(-48*time.Hour).UnixMilli(),
		c.stream == metrics && dayOf(row).Equal(c.began.Truncate(24*time.Hour)):
		return c.from.UnixMilli()
	}
	return c.from.Add(-c.slack).UnixMilli()
}

// dayOf is the window of a row of metrics.
func dayOf(row truth) time.Time {
	day, err := time.Parse(time.RFC3339Nano, row.key[strings.LastIndexByte(row.key, ' ')+1:])
	must(err)
	return day
}

func (c *check) inLookback(row truth) bool {
	return c.stream == feed || c.stream == metrics || row.clock >= c.began.AddDate(0, 0, -c.lookback).UnixMilli()
}

// still reports whether the API shows the row as the run ends, too.
func (c *check) still(row truth) bool {
	for _, r := range c.near(row, c.ended) {
		if r.key == row.key {
			return true
		}
	}
	return false
}

// near lists the rows of the row's own second, or day, at a moment.
func (c *check) near(row truth, at time.Time) []truth {
	switch c.stream {
	case feed:
		return c.oracle.rows(at, feed, time.Time{}, time.Time{})
	case metrics:
		day := dayOf(row)
		list := c.oracle.window(at, day, at.AddDate(0, 0, 1))
		for _, b := range c.world.births[c.due:] {
			if b.arrives > c.ended.UnixMilli() {
				break
			}
			if b.stream == summaries && b.clock >= c.began.UnixMilli() {
				list = append(list, c.oracle.window(at, day, time.UnixMilli(b.clock).UTC())...)
			}
		}
		return list
	}
	second := time.UnixMilli(row.clock).Truncate(time.Second)
	return c.oracle.rows(at, c.stream, second.Add(-time.Second), second.Add(2*time.Second))
}

// hidden reports whether a removal may hide a row that arrived lately: one of
// about the time in which a change may pass unseen.
func (c *check) hidden(row truth) bool {
	b := c.pending[c.stream][row.key]
	if c.slack == 0 || b.arrives < c.began.Add(-c.slack).UnixMilli() {
		return false
	}
	gone := c.world.removals
	i := sort.Search(len(gone), func(i int) bool { return gone[i] > b.arrives-c.slack.Milliseconds() })
	if i == len(gone) || gone[i] > c.ended.UnixMilli() {
		return false
	}
	c.excused[row.key] = true
	return true
}

// seen reports whether the API showed these values of the row at a moment
// that is not too long ago.
func (c *check) seen(row truth, have uint64) bool {
	earliest := c.since(row)
	list := c.versions[c.stream][row.key]
	for i, v := range list {
		if v.hash == have && (i+1 == len(list) || list[i+1].since > earliest) {
			return true
		}
	}
	for i := len(c.runs) - 1; i >= 0 && c.runs[i].ended.UnixMilli() >= earliest; i-- {
		if c.during(row, have, c.runs[i]) {
			return true
		}
	}
	return false
}

// during looks at every moment of a run at which something happened.
func (c *check) during(row truth, have uint64, run outcome) bool {
	for _, at := range c.world.moments(run.began.Add(-c.lag()), run.ended) {
		for _, r := range c.near(row, at) {
			if r.key == row.key && r.hash == have {
				return true
			}
		}
	}
	return false
}

// moments are those at which something changed.
func (w *world) moments(from, to time.Time) []time.Time {
	lo, hi := from.UnixMilli(), to.UnixMilli()
	all := []int64{hi}
	i := sort.Search(len(w.births), func(i int) bool { return w.births[i].arrives >= lo })
	for ; i < len(w.births) && w.births[i].arrives <= hi; i++ {
		all = append(all, w.births[i].arrives)
	}
	for _, list := range [][]int64{w.renames, w.removals} {
		for _, at := range list {
			if lo <= at && at <= hi {
				all = append(all, at)
			}
		}
	}
	out := make([]time.Time, len(all))
	for i, at := range all {
		out[i] = time.UnixMilli(at).UTC()
	}
	return out
}

func moment(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z") }
