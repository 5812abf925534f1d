package emulator

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// An Account is everything that a server can ever show: sites, events and
// profiles, each with the moment at which it arrives. What a server shows
// depends on its clock alone, so an account may hold rows of the server's
// future. It may be edited at any time, from any goroutine.
type Account struct {
	// Generation decides what the tracker does: see [Account.Track] and
	// [Account.Identify]. Set it before the first event.
	Generation Generation

	mu       sync.RWMutex
	org      Organisation
	sites    []*Site
	events   map[int][]*stored      // by site, by time and then by arrival
	sessions map[string][]*stored   // the same by session, in no order
	sorted   map[int]bool           // whether events of a site are in order
	profiles map[profileKey][]trait // oldest first
	replays  map[string]bool        // session ids with a replay
	visits   map[visitor]*visit     // of the tracker
	inserted int
}

// An Organisation owns the sites.
type Organisation struct {
	ID, Name, Slug string
	Created        time.Time
}

// A Site is one tracked site. Zero fields: the next number, an id made of it,
// the account's organisation, private.
type Site struct {
	Number       int
	ID           string // twelve characters
	Name, Domain string
	Organisation string
	Owner        string
	Public       bool
	Created      time.Time
}

type profileKey struct {
	site int
	name string
}

// A trait set is what a profile says from a moment on.
type trait struct {
	from int64
	json string // "" once the profile is deleted
}

// NewAccount is an empty account of the organisation "org-1", whose events are
// made as servers of g make them.
func NewAccount(g Generation) *Account {
	return &Account{
		Generation: g,
		org:        Organisation{ID: "org-1", Name: "Acme", Slug: "acme", Created: time.Date(2026, 1, 5, 9, 30, 0, 387e6, time.UTC)},
		events:     map[int][]*stored{},
		sessions:   map[string][]*stored{},
		sorted:     map[int]bool{},
		profiles:   map[profileKey][]trait{},
		replays:    map[string]bool{},
		visits:     map[visitor]*visit{},
	}
}

// SetOrganisation changes what the organisation is called.
func (a *Account) SetOrganisation(o Organisation) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.org = o
}

// Organisation is the one that the keys belong to.
func (a *Account) Organisation() Organisation {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.org
}

// AddSite adds a site and returns its number.
func (a *Account) AddSite(s Site) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s.Number == 0 {
		s.Number = len(a.sites) + 1
	}
	if s.ID == "" {
		s.ID = fmt.Sprintf("%012x", 0xa11ce0000000+s.Number)
	}
	if s.Organisation == "" {
		s.Organisation = a.org.ID
	}
	if s.Owner == "" {
		s.Owner = "user-1"
	}
	if s.Created.IsZero() {
		s.Created = a.org.Created.Add(time.Duration(s.Number) * time.Minute)
	}
	a.sites = append(a.sites, &s)
	return s.Number
}

// Sites are the numbers of all sites, in the order in which they were added.
func (a *Account) Sites() []int {
	a.mu.RLock()
	defer a.mu.RUnlock()
	var list []int
	for _, s := range a.sites {
		list = append(list, s.Number)
	}
	return list
}

// AddEvent adds an event whose session is already known: one of an import, or
// of a test that says all itself. A site that the account does not have, a
// session without an id or a type that no server knows is an error.
func (a *Account) AddEvent(e Event) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.add(e)
}

// add does AddEvent. The caller holds the lock.
func (a *Account) add(e Event) error {
	if e.Site == 0 && len(a.sites) > 0 {
		e.Site = a.sites[0].Number
	}
	if e.Type == "" {
		e.Type = "pageview"
	}
	known := slices.ContainsFunc(a.sites, func(s *Site) bool { return s.Number == e.Site })
	if !known || e.Session == "" || e.User == "" || !slices.Contains(eventTypes, e.Type) {
		return fmt.Errorf("add event of site %d, session %q, user %q, type %q: none of them may be unknown or empty", e.Site, e.Session, e.User, e.Type)
	}
	if _, err := parseProps(e.Props); err != nil {
		return fmt.Errorf("add event of session %q: props %q: %w", e.Session, e.Props, err)
	}
	arrives := e.Arrives
	if arrives.IsZero() {
		arrives = e.At
	}
	a.inserted++
	s := &stored{
		Event: e, params: urlParameters(e.Query), second: e.At.Unix(), order: a.inserted,
		arrives: arrives.UnixMilli(), gone: never,
	}
	a.events[e.Site] = append(a.events[e.Site], s)
	a.sessions[e.Session] = append(a.sessions[e.Session], s)
	a.sorted[e.Site] = false
	return nil
}

// AddReplay says that a session was recorded: its has_replay is 1.
func (a *Account) AddReplay(session string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.replays[session] = true
}
