package emulator

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"
)

// An Account is everything the API can ever show: each row with the moment at
// which it arrives. What a server shows depends on its clock alone, so an
// account may hold rows of the server's future. It may be edited at any time,
// from any goroutine; answers under way keep showing what they began with.
type Account struct {
	mu sync.Mutex
	state
	index    *index
	random   *rand.Rand
	entities map[string]entityRef // replays and links by every id they had
	byID     map[string]int32     // sessions
}

// An entityRef is the place of a replay or link.
type entityRef struct {
	link  bool
	place int32
}

// Options describe a generated account. Zero means the default, a negative
// number none at all. Equal options make equal accounts.
type Options struct {
	Seed  int64
	Start time.Time // first day, UTC; 1 July 2026

	Days             int // 30
	SessionsPerDay   int // of standard demos, on average; 10
	EventsPerSession int // on average; 10
	LivePerDay       int // LiveDemo sessions; a third of SessionsPerDay
	Replays          int // standard demos; 6, and a third as many LiveDemos
	LinksPerReplay   int // 3

	// Changes is how many renames, re-publications and deleted links are
	// spread over the days; one every three days.
	Changes int

	// Shares of sessions, from 0 to 1.
	Late   float64 // rows arrive hours to weeks after the session; 0.06
	Skewed float64 // the viewer's clock is minutes, days or years wrong; 0.15
	Open   float64 // the session goes on for hours; 0.03
	Staff  float64 // 0.05

	// Plain is an account without surprises: its default for Changes and the
	// shares is none.
	Plain bool
}

func (o Options) withDefaults() Options {
	if o.Start.IsZero() {
		o.Start = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	}
	o.Days = orDefault(o.Days, 30)
	o.SessionsPerDay = orDefault(o.SessionsPerDay, 10)
	o.EventsPerSession = orDefault(o.EventsPerSession, 10)
	o.LivePerDay = orDefault(o.LivePerDay, (o.SessionsPerDay+2)/3)
	o.Replays = max(1, orDefault(o.Replays, 6))
	o.LinksPerReplay = max(1, orDefault(o.LinksPerReplay, 3))
	changes, late, skewed, open, staff := o.Days/3, 0.06, 0.15, 0.03, 0.05
	if o.Plain {
		changes, late, skewed, open, staff = 0, 0, 0, 0, 0
	}
	o.Changes = orDefault(o.Changes, changes)
	o.Late, o.Skewed = orDefault(o.Late, late), orDefault(o.Skewed, skewed)
	o.Open, o.Staff = orDefault(o.Open, open), orDefault(o.Staff, staff)
	return o
}

func orDefault[N int | float64](given, standard N) N {
	switch {
	case given == 0:
		return standard
	case given < 0:
		return 0
	}
	return given
}

// NewAccount generates an account.
func NewAccount(o Options) *Account {
	o = o.withDefaults()
	a := &Account{
		random:   rand.New(rand.NewPCG(uint64(o.Seed), 0x7265707269736500)),
		entities: map[string]entityRef{},
		byID:     map[string]int32{},
	}
	a.client = "client-" + a.newID()[:8]
	generate(a, o)
	return a
}

// ClientID is the client_id of every row.
func (a *Account) ClientID() string { return a.client }

// Replays lists the ids of the standard demos, Lives those of the LiveDemos,
// Links those of the links, as of the newest publication.
func (a *Account) Replays() []string { return a.demos(false) }

// Lives: see Replays.
func (a *Account) Lives() []string { return a.demos(true) }

// Links: see Replays.
func (a *Account) Links() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var list []string
	for _, l := range a.links {
		list = append(list, l.id)
	}
	return list
}

func (a *Account) demos(live bool) []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var list []string
	for _, r := range a.replays {
		if r.live == live {
			list = append(list, r.history[len(r.history)-1].id)
		}
	}
	return list
}

// newID is an opaque id. The caller holds the lock, or owns the account.
func (a *Account) newID() string {
	return fmt.Sprintf("%016x%08x", a.random.Uint64(), a.random.Uint32())
}

func number(n int) string { return strconv.Itoa(n) }
