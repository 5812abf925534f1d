package emulator

import "time"

// DemoStart is the first day of the demo account, DemoNow the clock at which
// its first run stands; the resumed one stands a day later.
var (
	DemoStart = time.Date(2026, 7, 8, 0, 0, 0, 0, time.UTC)
	DemoNow   = time.Date(2026, 7, 31, 12, 0, 0, 0, time.UTC)
)

// Demo is a server for the built-in demo account: some three weeks, two
// hundred sessions, values of every odd kind. Resumed, it is the same account
// one day later: new sessions, sessions that went on, events that arrived late,
// a device that has got a name, a profile that changed.
func Demo(g Generation, resumed bool) *Server {
	a := Generate(Options{Generation: g, Seed: 2026, Start: DemoStart, Days: 26, SessionsPerDay: 8, Deleted: -1})
	must := func(err error) {
		if err != nil {
			panic(err) // all of it is the account's own
		}
	}
	must(a.SetTraits(1, "user-001", `{"plan":"enterprise","seats":7,"note":"0x1F"}`, DemoNow.Add(3*time.Hour)))

	open := Event{User: "d3m0d3m0d3m0d3m0", Host: "shop.example", Path: "/pricing", Title: "Pricing", Channel: "Direct", Language: "en-US", Device: "Desktop"}
	for i := range 12 { // half before the first run, half after it
		e := open
		e.At = DemoNow.Add(time.Duration(i-6)*10*time.Minute + time.Minute)
		_, err := a.Track(e)
		must(err)
	}
	must(a.Identify(Identity{Device: open.User, Name: "someone@example.com", Traits: `{"plan":"trial"}`, At: DemoNow.Add(2 * time.Hour)}))
	now := DemoNow
	if resumed {
		now = now.Add(24 * time.Hour)
	}
	return New(a, now)
}
