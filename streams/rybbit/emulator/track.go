package emulator

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// The tracker
//
// Behaviour: a session ends when nothing came for 30 minutes, and has no
// greatest length. On Legacy it belongs to the device: a visitor who is
// identified goes on in it. On Current it belongs to the user: to be identified
// begins another. What happens is stored with the next batch: every ten
// seconds on Legacy, a second later on Current.
//
// Source: run (notes, 2.4 and *How to read it completely*); 30 minutes: code.

const (
	sessionGap   = 30 * time.Minute
	renamedBack  = 30 * 24 * time.Hour // how far identify() renames on Current
	legacyBatch  = 10 * time.Second
	currentDelay = time.Second
)

// A visitor is who has a session of its own: a device, or on Current a user.
type visitor struct {
	site int
	key  string
}

// A visit is a visitor's last session.
type visit struct {
	session string
	last    int64 // second of its last event
}

// Track adds an event as the tracker does: in the visitor's session or a new
// one, arriving with the next batch unless Arrives is set. Events of one
// visitor have to come in the order of time. The returned id is the session's.
// An error is that of [Account.AddEvent].
func (a *Account) Track(e Event) (session string, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if e.Site == 0 && len(a.sites) > 0 {
		e.Site = a.sites[0].Number
	}
	who := visitor{e.Site, e.User}
	if a.Generation == Current && e.Name != "" {
		who.key = "name " + e.Name
	}
	v := a.visits[who]
	if v == nil || e.At.Sub(time.Unix(v.last, 0)).Abs() > sessionGap {
		v = &visit{session: a.newSession(), last: e.At.Unix()}
		a.visits[who] = v
	}
	v.last = max(v.last, e.At.Unix())
	e.Session = v.session
	if e.Arrives.IsZero() {
		e.Arrives = a.batch(e.At)
	}
	return v.session, a.add(e)
}

// batch is when something that happens at t is stored.
func (a *Account) batch(t time.Time) time.Time {
	if a.Generation == Current {
		return t.Add(currentDelay)
	}
	return t.Truncate(legacyBatch).Add(legacyBatch)
}

// newSession is a session id as the tracker makes them: 14 letters.
func (a *Account) newSession() string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
	a.inserted++
	r := rand.New(rand.NewPCG(uint64(a.inserted), 0x7279626269740000))
	id := make([]byte, 14)
	for i := range id {
		id[i] = letters[r.IntN(len(letters))]
	}
	return string(id)
}

// An Identity says that a device is somebody from At on.
type Identity struct {
	Site         int // the first site if 0
	Device, Name string
	Traits       string // a JSON object, "" leaves the profile as it is
	At           time.Time
}

// Identify does what the tracker's identify() does. On Current the device's
// anonymous events of the last 30 days take the name; on Legacy none does. What
// is tracked later has to carry the name itself. Traits that are no object are
// an error.
func (a *Account) Identify(i Identity) error {
	if i.Device == "" || i.Name == "" {
		return fmt.Errorf("identify device %q as %q: neither may be empty", i.Device, i.Name)
	}
	if i.Site == 0 {
		i.Site = a.Sites()[0]
	}
	stored := a.batch(i.At)
	if a.Generation == Current {
		a.Rename(Renaming{Site: i.Site, Device: i.Device, Name: i.Name, Since: i.At.Add(-renamedBack), Arrives: stored})
	}
	if i.Traits == "" {
		return nil
	}
	return a.SetTraits(i.Site, i.Name, i.Traits, stored)
}
