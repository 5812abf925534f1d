package emulator

import (
	"cmp"
	"maps"
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
	events  []seen
	traits  map[string]string // what the profiles say, by user
	replays map[string]bool
}

// A selection is which events of a site a view needs: those of a window, or of
// one session if it is named.
type selection struct {
	window  window
	session string
}

// everything of a site.
var everything = selection{window: allHistory}

// view is what had arrived of a site at now. The caller holds no lock; the
// view does not change afterwards.
func (a *Account) view(site int, now time.Time, which selection) *view {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := now.UnixMilli()
	v := &view{traits: map[string]string{}, replays: maps.Clone(a.replays)}
	for _, e := range a.selected(site, which) {
		if e.arrives <= t && t < e.gone {
			v.events = append(v.events, seen{e, e.nameAt(t)})
		}
	}
	for key, history := range a.profiles {
		if key.site == site {
			v.traits[key.name] = traitsAt(history, t)
		}
	}
	return v
}

// selected are the events of a selection, in the order of a view. The caller
// holds the lock.
func (a *Account) selected(site int, which selection) []*stored {
	if which.session != "" {
		list := slices.DeleteFunc(slices.Clone(a.sessions[which.session]), func(e *stored) bool { return e.Site != site })
		slices.SortFunc(list, inOrder)
		return list
	}
	a.sort(site)
	list := a.events[site]
	lo := sort.Search(len(list), func(i int) bool { return list[i].second >= which.window.from })
	hi := sort.Search(len(list), func(i int) bool { return list[i].second >= which.window.to })
	return list[lo:max(lo, hi)]
}

// sort brings the events of a site into the order of a view. The caller holds
// the lock.
func (a *Account) sort(site int) {
	if !a.sorted[site] {
		slices.SortFunc(a.events[site], inOrder)
		a.sorted[site] = true
	}
}

// inOrder compares by time, then by arrival, then by insertion.
func inOrder(x, y *stored) int {
	return cmp.Or(cmp.Compare(x.second, y.second), cmp.Compare(x.arrives, y.arrives), cmp.Compare(x.order, y.order))
}

// traitsAt is what a profile says at t; "" before it begins and once it is
// deleted.
func traitsAt(history []trait, t int64) (json string) {
	for _, p := range history {
		if p.from <= t {
			json = p.json
		}
	}
	return json
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
