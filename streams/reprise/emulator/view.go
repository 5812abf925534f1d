package emulator

import (
	"math/bits"
	"sort"
	"time"
)

// A view is the account as the API shows it at one moment. It stays as it is
// whatever is added later, and is safe for any number of readers.
type view struct {
	state
	*index
	t int64
}

// view is the account as of t.
func (a *Account) view(t time.Time) *view {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.index.covers(&a.state) {
		a.index = a.index.extend(&a.state)
	}
	return &view{a.state, a.index, t.UnixMilli()}
}

// between is the part of list, which is sorted by clock, within [lo, hi).
func between(list []int32, lo, hi int64, clock func(i int32) int64) []int32 {
	from := sort.Search(len(list), func(i int) bool { return clock(list[i]) >= lo })
	to := from + sort.Search(len(list)-from, func(i int) bool { return clock(list[from+i]) >= hi })
	return list[from:to]
}

// gone reports whether row i was taken out.
func (v *view) gone(from map[int32]int64, i int32) bool {
	if len(from) == 0 {
		return false
	}
	at, ok := from[i]
	return ok && at <= v.t
}

func (v *view) showsSession(i int32) bool {
	s := &v.sessions[i]
	return s.arrives <= v.t && v.replays[v.links[s.link].replay].deleted > v.t && !v.gone(v.goneSessions, i)
}

func (v *view) showsLive(i int32) bool {
	l := &v.lives[i]
	return l.arrives <= v.t && v.replays[l.replay].deleted > v.t && !v.gone(v.goneLives, i)
}

// showsEvent says nothing about the event's session.
func (v *view) showsEvent(i int32) bool {
	return v.events[i].arrives <= v.t && !v.gone(v.goneEvents, i)
}

// eventsOf lists the events of sessions whose clock is in [lo, hi) and that keep
// lets through, in the feed's order; read is how many were looked at.
func (v *view) eventsOf(lo, hi int64, keep func(e *event) bool) (list []int32, read int) {
	near := between(v.byClock, lo, hi, v.clock)
	// One bit per event in the feed's order sorts them without comparing.
	marks := make([]uint64, (len(v.order)+63)/64)
	last, shown, n := int32(-1), false, 0
	for _, i := range near {
		e := &v.events[i]
		if e.session != last {
			last, shown = e.session, v.showsSession(e.session)
		}
		if shown && v.showsEvent(i) && keep(e) {
			r := v.rank[i]
			marks[r>>6] |= 1 << (r & 63)
			n++
		}
	}
	list = make([]int32, 0, n)
	for w, word := range marks {
		for ; word != 0; word &= word - 1 {
			list = append(list, v.order[w<<6+bits.TrailingZeros64(word)])
		}
	}
	return list, len(near)
}

// sessionsOf lists the sessions whose clock is in [lo, hi), in the order of
// clock and session_id.
func (v *view) sessionsOf(lo, hi int64, d *Dialect) []int32 {
	list := between(v.sessionOrder[precision(d)], lo, hi, func(i int32) int64 { return v.sessions[i].clock })
	return filter(list, v.showsSession)
}

// livesOf does the same for LiveDemo sessions.
func (v *view) livesOf(lo, hi int64, d *Dialect) []int32 {
	list := between(v.liveOrder[precision(d)], lo, hi, func(i int32) int64 { return v.lives[i].clock })
	return filter(list, v.showsLive)
}

// changesOf lists the newest change of each entity, by ingested_at.
func (v *view) changesOf(lo int64) []int32 {
	type entity struct {
		link bool
		id   string
	}
	newest := map[entity]int32{}
	for _, i := range v.changeOrder {
		if c := &v.changes[i]; c.arrives <= v.t {
			newest[entity{c.link, c.id}] = i
		}
	}
	list := between(v.changeOrder, lo, never, func(i int32) int64 { return v.changes[i].ingested })
	return filter(list, func(i int32) bool {
		c := &v.changes[i]
		at, ok := newest[entity{c.link, c.id}]
		return ok && at == i
	})
}

func precision(d *Dialect) int {
	if d.SecondClock {
		return 1
	}
	return 0
}

// filter is a new list of what keep lets through.
func filter(list []int32, keep func(i int32) bool) []int32 {
	kept := make([]int32, 0, len(list))
	for _, i := range list {
		if keep(i) {
			kept = append(kept, i)
		}
	}
	return kept
}
