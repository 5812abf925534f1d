package emulator

import "time"

// A Burst is many rows in a short span of server time.
type Burst struct {
	At         time.Time
	Span       time.Duration // sessions begin within [At, At+Span); 0 is one instant
	Sessions   int           // of standard demos
	EventsEach int
	Lives      int // LiveDemo sessions
	Changes    int // links modified, all ingested within Span
}

// Burst adds b. Rows arrive a second after their session begins; the events of
// a session share two milliseconds.
func (a *Account) Burst(b Burst) {
	a.mu.Lock()
	defer a.mu.Unlock()
	g := &generator{a: a, r: a.random}
	for i, r := range a.replays {
		if r.live {
			g.lives = append(g.lives, int32(i))
		}
	}
	span := max(1, b.Span.Milliseconds())
	at := func() int64 { return b.At.UnixMilli() + g.r.Int64N(span) }
	who := Viewer{Email: "crowd@example.com", Name: "Crowd"}.viewer()
	for range b.Sessions {
		clock := at()
		s := a.putSession(session{a.newID(), clock, clock + 1000, int32(g.r.IntN(len(a.links))), who})
		for range b.EventsEach {
			a.events = append(a.events, event{id: a.newID(), created: clock + g.r.Int64N(2), arrives: clock + 1000,
				seq: g.r.Uint64() >> 1, session: s, screen: 0, step: -1, kind: newSnapshot})
		}
	}
	for range b.Lives {
		clock := at()
		a.lives = append(a.lives, live{a.newID(), clock, clock + 1000, pick(g, g.lives), who})
	}
	for range b.Changes {
		clock := at()
		a.changes = append(a.changes, change{link: true, id: a.newID(), parent: a.replays[0].history[0].id,
			changed: clock - 2000, ingested: floor(clock, 1000), arrives: clock + 1000})
	}
}
