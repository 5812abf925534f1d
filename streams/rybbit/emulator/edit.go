package emulator

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// A Renaming gives the anonymous events of a device to a user.
type Renaming struct {
	Site         int // the first site if 0
	Device, Name string
	Since        time.Time // events from here on; all if zero
	Arrives      time.Time // when the API first shows it
}

// Rename does what the dashboard's "identify" does: the device's anonymous
// events, however old they are unless Since says otherwise, take the name. It
// returns how many did. Their session ids stay.
func (a *Account) Rename(r Renaming) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	from, n := r.Arrives.UnixMilli(), 0
	for _, e := range a.events[a.siteOr(r.Site)] {
		if e.User == r.Device && e.nameAt(from) == "" && e.arrives <= from && !e.At.Before(r.Since) {
			e.names = append(e.names, naming{from, r.Name})
			slices.SortStableFunc(e.names, func(x, y naming) int { return int(x.from - y.from) })
			n++
		}
	}
	return n
}

// SetTraits makes or changes the profile of a user from a moment on. Traits
// that are no JSON object are an error.
func (a *Account) SetTraits(site int, name, traits string, from time.Time) error {
	v, err := parseJSON(traits)
	if _, ok := v.(object); err == nil && !ok {
		err = errors.New("an object is wanted")
	}
	if err != nil {
		return fmt.Errorf("traits of %q: %q: %w", name, traits, err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.profile(site, name, trait{from.UnixMilli(), traits})
	return nil
}

// profile adds to the history of a profile. The caller holds the lock.
func (a *Account) profile(site int, name string, t trait) {
	key := profileKey{a.siteOr(site), name}
	a.profiles[key] = append(a.profiles[key], t)
	slices.SortStableFunc(a.profiles[key], func(x, y trait) int { return int(x.from - y.from) })
}

// DeleteUser takes all events of a device or a user out of the API, and the
// user's profile, from a moment on. It returns how many events that were.
func (a *Account) DeleteUser(site int, user string, from time.Time) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.profile(site, user, trait{from: from.UnixMilli()})
	t := from.UnixMilli()
	return a.delete(site, t, func(e *stored) bool { return e.User == user || e.nameAt(t) == user })
}

// DeleteSession takes all events of a session out of the API from a moment on,
// as an import that is undone does. It returns how many events that were.
func (a *Account) DeleteSession(site int, session string, from time.Time) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.delete(site, from.UnixMilli(), func(e *stored) bool { return e.Session == session })
}

// delete ends what is at from. The caller holds the lock.
func (a *Account) delete(site int, from int64, is func(*stored) bool) int {
	n := 0
	for _, e := range a.events[a.siteOr(site)] {
		if e.arrives <= from && from < e.gone && is(e) {
			e.gone = from
			n++
		}
	}
	return n
}

// siteOr is site, or the first one for 0. The caller holds the lock.
func (a *Account) siteOr(site int) int {
	if site == 0 && len(a.sites) > 0 {
		return a.sites[0].Number
	}
	return site
}
