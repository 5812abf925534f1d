package emulator

import (
	"fmt"
	"slices"
	"time"
)

// Edits of what is there. Each holds from the moment at on and, where the page
// says so, enters the change feed a few seconds to a minute later.

// Rename gives a replay or link another title: from at on every row that shows
// it, old ones too, has the new one.
func (a *Account) Rename(id, title string, at time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	ref, ok := a.entities[id]
	if !ok {
		return fmt.Errorf("rename %q: no such replay or link", id)
	}
	if ref.link {
		a.editLink(ref.place, func(l *link) { l.history = insertTitle(l.history, linkTitle{at.UnixMilli(), title}) })
	} else {
		a.editReplay(ref.place, func(r *replay) {
			next := *r.at(at.UnixMilli())
			next.from, next.title = at.UnixMilli(), title
			r.history = insertPublication(r.history, next)
		})
	}
	a.announce(ref, false, at)
	return nil
}

// PublishAgain gives a replay another id, which it returns, and its screens
// others: from at on every row, old ones too, shows the new ids. The old id
// enters the change feed as deleted, the new one as modified.
func (a *Account) PublishAgain(id string, at time.Time) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	ref, ok := a.entities[id]
	if !ok || ref.link {
		return "", fmt.Errorf("publish %q again: no such replay", id)
	}
	a.announce(ref, true, at)
	fresh := a.newID()
	a.editReplay(ref.place, func(r *replay) {
		next := *r.at(at.UnixMilli())
		next.from, next.id, next.published = at.UnixMilli(), fresh, floor(at.UnixMilli(), 1000)
		next.screens = slices.Clone(next.screens)
		for i := range next.screens {
			next.screens[i].id = a.newID()
		}
		r.history = insertPublication(r.history, next)
	})
	a.entities[fresh] = ref
	a.announce(ref, false, at)
	return fresh, nil
}

// Delete deletes a replay or link. A deleted replay takes its rows out of
// every pipe; the rows of a deleted link stay and say so.
func (a *Account) Delete(id string, at time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	ref, ok := a.entities[id]
	if !ok {
		return fmt.Errorf("delete %q: no such replay or link", id)
	}
	if ref.link {
		a.editLink(ref.place, func(l *link) { l.deleted = at.UnixMilli() })
	} else {
		a.editReplay(ref.place, func(r *replay) { r.deleted = at.UnixMilli() })
	}
	a.announce(ref, true, at)
	return nil
}

// RemoveSession takes a session of a standard demo or a LiveDemo out of every
// pipe, its events too, without a word in the change feed.
func (a *Account) RemoveSession(id string, at time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if place, ok := a.byID[id]; ok {
		a.goneSessions = with(a.goneSessions, place, at.UnixMilli())
		return nil
	}
	place := slices.IndexFunc(a.lives, func(l live) bool { return l.id == id })
	if place < 0 {
		return fmt.Errorf("remove session %q: no such session", id)
	}
	a.goneLives = with(a.goneLives, int32(place), at.UnixMilli())
	return nil
}

// RemoveEvent takes an event out of every pipe.
func (a *Account) RemoveEvent(id string, at time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	place := slices.IndexFunc(a.events, func(e event) bool { return e.id == id })
	if place < 0 {
		return fmt.Errorf("remove event %q: no such event", id)
	}
	a.goneEvents = with(a.goneEvents, int32(place), at.UnixMilli())
	return nil
}

func (a *Account) editReplay(place int32, edit func(r *replay)) {
	r := *a.replays[place]
	r.history = slices.Clone(r.history)
	edit(&r)
	a.replays = slices.Clone(a.replays)
	a.replays[place] = &r
}

func (a *Account) editLink(place int32, edit func(l *link)) {
	l := *a.links[place]
	l.history = slices.Clone(l.history)
	edit(&l)
	a.links = slices.Clone(a.links)
	a.links[place] = &l
}

// announce enters a change of ref into the feed.
func (a *Account) announce(ref entityRef, deleted bool, at time.Time) {
	ms := at.UnixMilli()
	c := change{link: ref.link, deleted: deleted, changed: ms}
	c.ingested = floor(ms, 1000) + 1000*int64(5+a.random.IntN(55))
	c.arrives = c.ingested + int64(500+a.random.IntN(9500))
	if ref.link {
		l := a.links[ref.place]
		c.id, c.parent = l.id, a.replays[l.replay].at(ms).id
	} else {
		c.id = a.replays[ref.place].at(ms).id
	}
	a.changes = append(a.changes, c)
}

// insertTitle keeps the history sorted; a later entry wins over an equal one.
func insertTitle(history []linkTitle, next linkTitle) []linkTitle {
	i := len(history)
	for i > 1 && history[i-1].from > next.from {
		i--
	}
	return slices.Insert(history, i, next)
}

func insertPublication(history []publication, next publication) []publication {
	i := len(history)
	for i > 1 && history[i-1].from > next.from {
		i--
	}
	return slices.Insert(history, i, next)
}
