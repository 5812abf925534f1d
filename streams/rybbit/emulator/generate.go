package emulator

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Options describe a generated account. Zero means the default, a negative
// number none at all. Equal options make equal accounts.
type Options struct {
	Generation Generation
	Seed       int64
	Start      time.Time // first day, UTC; 1 July 2026

	Days             int // 30
	SessionsPerDay   int // of the first site, on average; 10
	EventsPerSession int // on average; 4
	Devices          int // as many as sessions in three days

	// Ties is how many more sessions of one event begin and end at noon of the
	// fourth day, all in one second; 12.
	Ties int

	// Imported is how many sessions of the first days arrive in the middle of
	// the account's life; 8. Deleted is how many devices are taken out, spread
	// over its second half; 1.
	Imported, Deleted int

	// Shares of sessions, from 0 to 1.
	Long       float64 // goes on for hours, over midnight or for days; 0.03
	Late       float64 // an event arrives hours to days later; 0.05
	Identified float64 // the visitor says who it is in the middle of it; 0.06

	// Plain is an account without surprises: its default for Ties, Imported,
	// Deleted and the shares is none.
	Plain bool
}

func (o Options) withDefaults() Options {
	if o.Start.IsZero() {
		o.Start = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	}
	o.Days, o.SessionsPerDay = orDefault(o.Days, 30), orDefault(o.SessionsPerDay, 10)
	o.EventsPerSession = max(1, orDefault(o.EventsPerSession, 4))
	o.Devices = max(1, orDefault(o.Devices, 3*o.SessionsPerDay))
	ties, imported, deleted, long, late, identified := 12, 8, 1, 0.03, 0.05, 0.06
	if o.Plain {
		ties, imported, deleted, long, late, identified = 0, 0, 0, 0, 0, 0
	}
	o.Ties, o.Imported, o.Deleted = orDefault(o.Ties, ties), orDefault(o.Imported, imported), orDefault(o.Deleted, deleted)
	o.Long, o.Late, o.Identified = orDefault(o.Long, long), orDefault(o.Late, late), orDefault(o.Identified, identified)
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

// Generate makes an account of three sites: a private shop, where nearly all
// happens, a public blog with a tenth of that, and one where nothing does.
func Generate(o Options) *Account {
	o = o.withDefaults()
	a := NewAccount(o.Generation)
	for _, s := range []Site{{Name: "Shop", Domain: "shop.example"}, {Name: "Blog", Domain: "blog.example", Public: true}, {Name: "Empty", Domain: "empty.example"}} {
		a.AddSite(s)
	}
	g := &generator{a: a, o: o, r: rand.New(rand.NewPCG(uint64(o.Seed), 0x7279626269740002))}
	for i := range o.Devices {
		g.devices = append(g.devices, g.device(i))
	}
	for day := range o.Days {
		g.day(o.Start.AddDate(0, 0, day), day)
	}
	g.imports()
	for i := range o.Deleted {
		at := o.Start.AddDate(0, 0, o.Days/2+i*o.Days/2/(o.Deleted+1)).Add(9 * time.Hour)
		a.DeleteUser(1, g.devices[i%len(g.devices)].template.User, at)
	}
	return a
}

// A generator fills an account. Every choice comes from the seed, in a fixed
// order.
type generator struct {
	a       *Account
	o       Options
	r       *rand.Rand
	devices []*device
	names   int
}

// A device is a visitor: what its events have in common, and until when it is
// on a site.
type device struct {
	template Event
	busy     time.Time
	places   []place
}

func (g *generator) device(i int) *device {
	m, at := pick(g, machines), pick(g, places)
	d := &device{places: []place{at, pick(g, places)}, template: Event{
		User: fmt.Sprintf("%08x%04x%04x", g.r.Uint32(), g.r.IntN(1<<16), i), Site: 1, Host: "shop.example",
		Device: m.kind, Browser: m.browser, BrowserVersion: m.version, OS: m.system, OSVersion: m.release,
		Width: m.width, Height: m.height, Language: pick(g, languages), Timezone: pick(g, zones), Tag: pick(g, tags),
	}}
	if i%10 == 9 {
		d.template.Site, d.template.Host = 2, "blog.example"
	}
	switch i % 3 {
	case 0:
		d.template.IP = fmt.Sprintf("203.0.113.%d", 1+i%250)
	case 1:
		d.template.IP = fmt.Sprintf("2001:db8::%x", 1+i)
	}
	return d
}

// chance is true with probability p.
func (g *generator) chance(p float64) bool { return g.r.Float64() < p }

func pick[T any](g *generator, list []T) T { return list[g.r.IntN(len(list))] }

// around is a number whose mean is n.
func (g *generator) around(n int) int {
	if n < 2 {
		return n
	}
	return n - n/2 + g.r.IntN(n/2*2+1)
}
