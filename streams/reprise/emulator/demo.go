package emulator

import "time"

// DemoStart is the first day of the demo account, DemoNow the clock at which
// its first run stands; the resumed one stands a day later.
var (
	DemoStart = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	DemoNow   = time.Date(2026, 7, 31, 12, 0, 0, 0, time.UTC)
)

// Demo is a server for the built-in demo account: some thirty days, a few
// hundred sessions, about three thousand events. Resumed, it is the same
// account one day later: new sessions, events that arrived late, counters that
// moved, a demo and a link with new names, a link deleted.
func Demo(resumed bool) *Server {
	a := NewAccount(Options{Seed: 2026, Start: DemoStart, Days: 32, SessionsPerDay: 10, EventsPerSession: 12, Changes: -1})
	replays, links, lives := a.Replays(), a.Links(), a.Lives()
	edit := func(err error) {
		if err != nil {
			panic(err) // the ids are the account's own
		}
	}
	edit(a.Rename(replays[1], "Onboarding – Zürich", DemoStart.Add(5*24*time.Hour+9*time.Hour)))
	edit(a.Rename(lives[0], "Live tour", DemoStart.Add(11*24*time.Hour+15*time.Hour)))
	_, err := a.PublishAgain(replays[2], DemoStart.Add(16*24*time.Hour+10*time.Hour))
	edit(err)
	edit(a.Delete(links[5], DemoStart.Add(23*24*time.Hour+17*time.Hour)))

	edit(a.Rename(replays[0], "Product tour 2.0 🎉", DemoNow.Add(3*time.Hour)))
	edit(a.Rename(links[3], "Website (new)", DemoNow.Add(5*time.Hour)))
	edit(a.Delete(links[7], DemoNow.Add(20*time.Hour)))
	now := DemoNow
	if resumed {
		now = now.Add(24 * time.Hour)
	}
	return New(a, now)
}
