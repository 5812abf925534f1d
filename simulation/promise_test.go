package simulation

import (
	"fmt"
	"sort"
	"time"
)

// A promise compares a warehouse with the truth after every run.
type promise struct {
	*setup
	world  *world
	oracle *oracle
	house  *warehouse

	start    time.Time // start_date
	loaded   time.Time // what was visible then is due, however late it arrived
	due      int       // births before this one have arrived
	pending  map[string]map[string]birth
	versions map[string]map[string][]version
	kept     time.Time       // the last run that exited 0 began then
	excused  map[string]bool // rows that were hidden by a removal for a while
	runs     []outcome       // all of them, without what they wrote
}

// A version is a row's values, and when they were first seen in the API.
type version struct {
	since int64
	hash  uint64
}

func newPromise(s *setup, w *world, o *oracle, h *warehouse) *promise {
	p := &promise{setup: s, world: w, oracle: o, house: h, pending: map[string]map[string]birth{},
		versions: map[string]map[string][]version{}, excused: map[string]bool{}}
	for stream := range keys {
		p.pending[stream], p.versions[stream] = map[string]birth{}, map[string][]version{}
	}
	return p
}

// A check is of one run that exited 0.
type check struct {
	*promise
	stream       string
	from         time.Time // what the API showed here or later may be in the warehouse
	began, ended time.Time
	slack        time.Duration // how long a change may take
	broken       *[]string
}

// observe notes what the API shows to a run that begins now: also to one that
// is killed.
func (p *promise) observe(began time.Time) map[string][]truth {
	if p.loaded.IsZero() {
		p.loaded = began
	}
	at := began.Add(-p.lag())
	shown := map[string][]truth{}
	for _, stream := range []string{activity, summaries, lives, feed} {
		shown[stream] = p.oracle.rows(at, stream, p.oldest(stream, began), time.Time{})
	}
	for day := began.AddDate(0, 0, -p.lookback).Truncate(24 * time.Hour); !day.After(began); day = day.AddDate(0, 0, 1) {
		if !day.Before(p.start) {
			shown[metrics] = append(shown[metrics], p.oracle.window(at, day, began.AddDate(0, 0, 1))...)
		}
	}
	for stream, rows := range shown {
		for _, row := range rows {
			p.version(stream, row, at)
		}
	}
	return shown
}

// oldest is from where on a stream is compared: the look-back, or the oldest
// row that is due.
func (p *promise) oldest(stream string, began time.Time) time.Time {
	from := began.AddDate(0, 0, -p.lookback)
	for _, b := range p.pending[stream] {
		if at := time.UnixMilli(b.clock); at.Before(from) {
			from = at
		}
	}
	for _, b := range p.arrived(began) {
		if at := time.UnixMilli(b.clock); b.stream == stream && at.Before(from) {
			from = at
		}
	}
	return later(p.start, from.Truncate(time.Second))
}

// arrived are the births up to a run, beyond those that are pending.
func (p *promise) arrived(began time.Time) []birth {
	at := began.Add(-p.lag()).UnixMilli()
	all := p.world.births[p.due:]
	return all[:sort.Search(len(all), func(i int) bool { return all[i].arrives > at })]
}

// version notes a row's values at a moment.
func (p *promise) version(stream string, row truth, at time.Time) {
	list := p.versions[stream][row.key]
	if n := len(list); n == 0 || list[n-1].hash != row.hash {
		p.versions[stream][row.key] = append(list, version{at.UnixMilli(), row.hash})
	}
}

// hold compares after a run that exited 0 and returns what of the promise was
// broken, a line each. shown is what observe saw as it began.
func (p *promise) hold(run outcome, shown map[string][]truth) []string {
	for _, b := range p.arrived(run.began) {
		p.due++
		if p.inTime(b) {
			p.pending[b.stream][b.key] = b
		}
	}
	var broken []string
	for _, stream := range []string{activity, summaries, lives, feed, metrics} {
		c := &check{promise: p, stream: stream, from: run.began.Add(-p.lag()), began: run.began, ended: run.ended, broken: &broken}
		c.slack = p.patience(stream, len(shown[stream]))
		visible := map[string]bool{}
		for _, row := range shown[stream] {
			c.row(row)
			visible[row.key] = true
		}
		for key, b := range p.pending[stream] {
			_, loaded := p.house.rows[stream][key]
			if loaded || !visible[key] && b.clock >= p.start.UnixMilli() {
				delete(p.pending[stream], key)
			}
		}
	}
	p.kept = run.began
	return broken
}

// patience is how long a change may take in a stream with so many rows in its
// look-back. At the border between few and many, both hold.
func (p *promise) patience(stream string, rows int) time.Duration {
	day := 24 * time.Hour
	many := rows > 5*p.page*9/10
	switch {
	case stream == metrics:
		return day
	case stream == summaries && many:
		return min(day, time.Duration(p.refresh)*day)
	case stream != feed && many:
		return time.Duration(p.refresh) * day
	}
	return 0
}

// row checks a row that the API showed as the run began.
func (c *check) row(row truth) {
	have, ok := c.house.rows[c.stream][row.key]
	switch {
	case !ok:
		if c.required(row) && c.still(row) && !c.hidden(row) {
			c.say("missing", row)
		}
	case have != row.hash && c.inLookback(row) && !c.seen(row, have):
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

// settled reports whether the row's values are older than the patience.
func (c *check) settled(row truth) bool {
	list := c.versions[c.stream][row.key]
	return list[0].since <= c.from.Add(-c.slack).UnixMilli()
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
		day, err := time.Parse(time.RFC3339Nano, row.key[len(row.key)-len("2006-01-02T15:04:05.000000Z"):])
		must(err)
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

// hidden reports whether a removal may hide a row that arrived lately: of the
// removals in the look-back, one may still be uncounted.
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
	slack := c.slack
	if c.stream == summaries && row.clock >= c.began.Add(-48*time.Hour).UnixMilli() {
		slack = 0
	}
	if c.stream == metrics && row.key[len(row.key)-len("2006-01-02T15:04:05.000000Z"):] == unquoted(stamp(c.began.Truncate(24*time.Hour))) {
		slack = 0
	}
	earliest := c.from.Add(-slack).UnixMilli()
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
