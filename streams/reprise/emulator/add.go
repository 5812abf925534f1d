package emulator

import (
	"fmt"
	"slices"
	"time"
)

// A Session is one viewing of a standard demo. Zero fields: a new id, the
// first link, arriving as it begins, a viewer who left nothing.
type Session struct {
	ID      string
	Link    string
	Created time.Time // the server's clock, session_created_at
	Arrives time.Time // when the API first shows it
	Viewer  Viewer
}

// An Event is one row of replay_session_activity. Zero fields: a new id, a
// "new snapshot", arriving with its session, no screen, no guide step.
type Event struct {
	ID      string
	Session string
	Type    string
	Created time.Time // the viewer's clock, create_at
	Arrives time.Time
	Screen  int // from 1
	Step    int // from 1
	Seq     uint64
}

// A LiveSession is one viewing of a LiveDemo. Zero fields as in Session.
type LiveSession struct {
	ID      string
	Replay  string
	Created time.Time // session_date
	Arrives time.Time
	Viewer  Viewer
}

// A Change is one entry of the change feed, for entities of any id. Ingested
// is cut to whole seconds; zero Arrives is Ingested.
type Change struct {
	Link     bool
	ID       string
	Parent   string // published_replay_id, of links
	Deleted  bool
	Changed  time.Time
	Ingested time.Time
	Arrives  time.Time
}

// AddSession adds a session and returns its id. A link that the account does
// not have is an error.
func (a *Account) AddSession(s Session) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	place := int32(0)
	if s.Link != "" {
		ref, ok := a.entities[s.Link]
		if !ok || !ref.link {
			return "", fmt.Errorf("add session %q: no link %q", s.ID, s.Link)
		}
		place = ref.place
	}
	if s.ID == "" {
		s.ID = a.newID()
	}
	a.putSession(session{s.ID, s.Created.UnixMilli(), arrival(s.Arrives, s.Created), place, s.Viewer.viewer()})
	return s.ID, nil
}

// AddEvent adds an event and returns its id, which may repeat that of another.
// An unknown session, type or screen is an error.
func (a *Account) AddEvent(e Event) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	place, ok := a.byID[e.Session]
	if !ok {
		return "", fmt.Errorf("add event %q: no session %q", e.ID, e.Session)
	}
	kind := 0
	if e.Type != "" {
		kind = slices.Index(eventTypes, e.Type)
	}
	s := &a.sessions[place]
	screens := len(a.replays[a.links[s.link].replay].history[0].screens)
	if kind < 0 || e.Screen < 0 || e.Screen > screens || e.Step < 0 {
		return "", fmt.Errorf("add event %q: type %q, screen %d of %d, step %d", e.ID, e.Type, e.Screen, screens, e.Step)
	}
	if e.ID == "" {
		e.ID = a.newID()
	}
	arrives := s.arrives
	if !e.Arrives.IsZero() {
		arrives = e.Arrives.UnixMilli()
	}
	a.events = append(a.events, event{
		id: e.ID, created: e.Created.UnixMilli(), arrives: arrives, seq: e.Seq, session: place,
		screen: int16(e.Screen - 1), step: int16(e.Step - 1), kind: uint8(kind),
	})
	return e.ID, nil
}

// AddLive adds a LiveDemo session and returns its id. A replay that is not a
// LiveDemo of the account is an error.
func (a *Account) AddLive(s LiveSession) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	place := int32(slices.IndexFunc(a.replays, func(r *replay) bool { return r.live }))
	if s.Replay != "" {
		ref, ok := a.entities[s.Replay]
		if !ok || ref.link {
			place = -1
		} else {
			place = ref.place
		}
	}
	if place < 0 || !a.replays[place].live {
		return "", fmt.Errorf("add LiveDemo session %q: no LiveDemo %q", s.ID, s.Replay)
	}
	if s.ID == "" {
		s.ID = a.newID()
	}
	a.lives = append(a.lives, live{s.ID, s.Created.UnixMilli(), arrival(s.Arrives, s.Created), place, s.Viewer.viewer()})
	return s.ID, nil
}

// AddChange adds an entry to the change feed and changes nothing else.
func (a *Account) AddChange(c Change) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.changes = append(a.changes, change{
		link: c.Link, deleted: c.Deleted, id: c.ID, parent: c.Parent, changed: c.Changed.UnixMilli(),
		ingested: floor(c.Ingested.UnixMilli(), 1000), arrives: arrival(c.Arrives, c.Ingested),
	})
}

func (a *Account) putSession(s session) int32 {
	place := int32(len(a.sessions))
	a.byID[s.id] = place
	a.sessions = append(a.sessions, s)
	return place
}

func arrival(arrives, created time.Time) int64 {
	if arrives.IsZero() {
		return created.UnixMilli()
	}
	return arrives.UnixMilli()
}
