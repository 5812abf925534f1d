package emulator

import (
	"slices"
	"sort"
	"time"
)

// A seen event is one as the API shows it at a moment.
type seen struct {
	*stored
	name string // of the identified user, at that moment
}

// A view is what a server can show of one site at a moment. Its events are in
// the order of time; within a second those that were stored first come first.
type view struct {
	site     int
	now      time.Time
	events   []seen
	profiles func(name string) (traits string, ok bool)
	replays  map[string]bool
}

// view is what had arrived of a site at now. The caller holds no lock; the
// view does not change afterwards.
func (a *Account) view(site int, now time.Time) *view {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sort(site)
	t := now.UnixMilli()
	v := &view{site: site, now: now, replays: map[string]bool{}}
	for _, e := range a.events[site] {
		if e.arrives <= t && t < e.gone {
			v.events = append(v.events, seen{e, e.nameAt(t)})
		}
	}
	traits := map[string]string{}
	for key, history := range a.profiles {
		if key.site != site {
			continue
		}
		for _, p := range history {
			if p.from <= t {
				traits[key.name] = p.json
			}
		}
	}
	v.profiles = func(name string) (string, bool) {
		json := traits[name]
		return json, json != "" && name != ""
	}
	for id := range a.replays {
		v.replays[id] = true
	}
	return v
}

// sort brings the events of a site into the order of a view. The caller holds
// the lock.
func (a *Account) sort(site int) {
	if a.sorted[site] {
		return
	}
	slices.SortFunc(a.events[site], func(x, y *stored) int {
		if x.second != y.second {
			return int(x.second - y.second)
		}
		if x.arrives != y.arrives {
			return int(x.arrives - y.arrives)
		}
		return x.order - y.order
	})
	a.sorted[site] = true
}

// within are the events of v in w.
func (v *view) within(w window) []seen {
	lo := sort.Search(len(v.events), func(i int) bool { return v.events[i].second >= w.from })
	hi := sort.Search(len(v.events), func(i int) bool { return v.events[i].second >= w.to })
	return v.events[lo:max(lo, hi)]
}

// of are those of events that keep is true for.
func of(events []seen, keep func(seen) bool) []seen {
	var list []seen
	for _, e := range events {
		if keep(e) {
			list = append(list, e)
		}
	}
	return list
}

// groups are events by key, in the order in which the keys appear.
func groups(events []seen, key func(seen) string) [][]seen {
	place := map[string]int{}
	var list [][]seen
	for _, e := range events {
		k := key(e)
		i, ok := place[k]
		if !ok {
			i = len(list)
			place[k] = i
			list = append(list, nil)
		}
		list[i] = append(list[i], e)
	}
	return list
}
