package emulator

import (
	"fmt"
	"net/url"
	"strconv"
	"time"

	"tap-reprise/internal/localapi"
)

// A Row is what the API should have said of one thing, by column: as a client
// decodes it from JSON, after Number() did its work. null is nil. Numbers inside of
// props and traits are json.Number, with the digits that are sent.
type Row map[string]any

// A Truth is everything of one site that exists at a moment, whole: no window
// cuts it, no page loses any of it. It is reckoned by itself, in one pass over
// all events, without the code that answers. Rows have no order, but that the
// events of a session stand by place.
type Truth struct {
	Sessions  []Row // columns of the sessions list
	Events    []Row // those of a session's events, with session_id and place from 0
	Users     []Row
	Locations []Row // of all history
}

// Truth is what a server of dialect d should show of a site at t.
func (a *Account) Truth(site int, t time.Time, d Dialect) Truth {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sort(site)
	pass := &fold{a: a, site: site, t: t.UnixMilli(), d: d, sessions: map[string]Row{}, users: map[string]Row{},
		locations: map[string]Row{}, placed: map[string]bool{}, ofUser: map[string]bool{}, places: map[string]int{}}
	for _, e := range a.events[site] {
		if e.arrives <= pass.t && pass.t < e.gone {
			pass.event(e)
		}
	}
	return Truth{pass.list(pass.sessions, true), pass.events, pass.list(pass.users, true), pass.list(pass.locations, false)}
}

// LocationsIn are the locations of a window of whole seconds, from included and
// to not, as a server should show them at t.
func (a *Account) LocationsIn(site int, t, from, to time.Time) []Row {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sort(site)
	pass := &fold{locations: map[string]Row{}, placed: map[string]bool{}}
	for _, e := range a.events[site] {
		if e.arrives <= t.UnixMilli() && t.UnixMilli() < e.gone && from.Unix() <= e.second && e.second < to.Unix() {
			pass.location(e)
		}
	}
	return pass.list(pass.locations, false)
}

// Control is what a test can ask of s beside what the API offers. Its truth
// wants ?site=N and is one of sites, sessions, session_events, users and
// session_locations.
func (s *Server) Control() localapi.Control {
	return localapi.Control{Server: &s.Server, Truth: s.truth, Noun: "endpoint"}
}

func (s *Server) truth(name string, q url.Values) (any, error) {
	if name == "sites" {
		return s.Account.Sites(), nil
	}
	site, err := strconv.Atoi(q.Get("site"))
	if err != nil {
		return nil, fmt.Errorf("site=%q: the number of a site is wanted", q.Get("site"))
	}
	t := s.Account.Truth(site, s.Now(), s.Dialect)
	rows, known := map[string][]Row{
		"sessions": t.Sessions, "session_events": t.Events, "users": t.Users, "session_locations": t.Locations,
	}[name]
	if !known {
		return nil, fmt.Errorf("truth of %q: sites, sessions, session_events, users or session_locations is wanted", name)
	}
	return rows, nil
}
