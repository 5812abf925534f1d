package emulator

import (
	"cmp"
	"slices"
)

// An index holds the orders in which a state is read. It never changes; extend
// makes the next one from it by merging, so that adding a few rows to a large
// account does not sort it again.
type index struct {
	order        []int32    // events by create_at, activity_id: the feed's own order
	rank         []int32    // the place of each event in order
	byClock      []int32    // events by their session's clock, then rank
	sessionOrder [2][]int32 // sessions by clock, session_id; in milliseconds, in seconds
	liveOrder    [2][]int32 // the same for LiveDemo sessions
	changeOrder  []int32    // by ingested_at
	first        []int32    // the events of session i are ofSession[first[i]:first[i+1]], in order
	of           []int32
}

// extend is the index of s, which x was an earlier index of; nil is empty.
func (x *index) extend(s *state) *index {
	if x == nil {
		x = &index{}
	}
	n := &index{}
	n.order = merge(x.order, len(s.events), func(a, b int32) int {
		if c := cmp.Compare(s.events[a].created, s.events[b].created); c != 0 {
			return c
		}
		return cmp.Compare(s.events[a].id, s.events[b].id)
	})
	n.rank = make([]int32, len(n.order))
	for place, e := range n.order {
		n.rank[e] = int32(place)
	}
	n.byClock = merge(x.byClock, len(s.events), func(a, b int32) int {
		return cmp.Or(cmp.Compare(s.clock(a), s.clock(b)), cmp.Compare(n.rank[a], n.rank[b]))
	})
	for i, unit := range []int64{1, 1000} {
		n.sessionOrder[i] = merge(x.sessionOrder[i], len(s.sessions), func(a, b int32) int {
			l, r := &s.sessions[a], &s.sessions[b]
			return cmp.Or(cmp.Compare(floor(l.clock, unit), floor(r.clock, unit)), cmp.Compare(l.id, r.id))
		})
		n.liveOrder[i] = merge(x.liveOrder[i], len(s.lives), func(a, b int32) int {
			l, r := &s.lives[a], &s.lives[b]
			return cmp.Or(cmp.Compare(floor(l.clock, unit), floor(r.clock, unit)), cmp.Compare(l.id, r.id))
		})
	}
	n.changeOrder = merge(x.changeOrder, len(s.changes), func(a, b int32) int {
		return cmp.Compare(s.changes[a].ingested, s.changes[b].ingested)
	})
	n.group(s)
	return n
}

// covers reports whether x is the index of all of s.
func (x *index) covers(s *state) bool {
	return x != nil && len(x.order) == len(s.events) && len(x.sessionOrder[0]) == len(s.sessions) &&
		len(x.liveOrder[0]) == len(s.lives) && len(x.changeOrder) == len(s.changes)
}

// group lists the events of each session.
func (x *index) group(s *state) {
	x.first = make([]int32, len(s.sessions)+1)
	for i := range s.events {
		x.first[s.events[i].session+1]++
	}
	for i := range s.sessions {
		x.first[i+1] += x.first[i]
	}
	x.of = make([]int32, len(s.events))
	next := slices.Clone(x.first)
	for _, e := range x.order {
		i := s.events[e].session
		x.of[next[i]] = e
		next[i]++
	}
}

// clock is the clock of an event's session.
func (s *state) clock(e int32) int64 { return s.sessions[s.events[e].session].clock }

// merge puts the numbers from len(old) to n, sorted by compare, into old.
// Equal ones stay in
// the order of their numbers.
func merge(old []int32, n int, compare func(a, b int32) int) []int32 {
	tail := make([]int32, 0, n-len(old))
	for i := len(old); i < n; i++ {
		tail = append(tail, int32(i))
	}
	slices.SortFunc(tail, func(a, b int32) int { return cmp.Or(compare(a, b), cmp.Compare(a, b)) })
	if len(old) == 0 || len(tail) == 0 {
		return append(old[:len(old):len(old)], tail...)
	}
	all := make([]int32, 0, n)
	for len(old) > 0 && len(tail) > 0 {
		if compare(tail[0], old[0]) < 0 {
			all, tail = append(all, tail[0]), tail[1:]
		} else {
			all, old = append(all, old[0]), old[1:]
		}
	}
	return append(append(all, old...), tail...)
}
