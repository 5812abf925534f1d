package simulation

import (
	"sort"
	"time"

	"tap-reprise/streams/reprise/harness"
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
	for stream := range harness.Keys {
		p.pending[stream], p.versions[stream] = map[string]birth{}, map[string][]version{}
	}
	return p
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
