package emulator

import (
	"math/rand/v2"
	"time"
)

// A generator fills an account. Every choice comes from the account's seed, in
// a fixed order.
type generator struct {
	a       *Account
	o       Options
	r       *rand.Rand
	viewers []*device
	staff   []*device
	lives   []int32 // places of LiveDemos
}

// A device is a viewer and how far the clock of its machine is off.
type device struct {
	viewer *viewer
	skew   time.Duration
	stuck  bool // its clock begins at 1970 with every session
}

func generate(a *Account, o Options) {
	g := &generator{a: a, o: o, r: a.random}
	g.demos()
	g.people()
	for day := range o.Days {
		start := o.Start.AddDate(0, 0, day)
		for range g.around(o.SessionsPerDay) {
			g.session(g.moment(start))
		}
		for range g.around(o.LivePerDay) {
			g.live(g.moment(start))
		}
	}
	g.edits()
}

// around is a number whose mean is n.
func (g *generator) around(n int) int {
	if n < 2 {
		return n
	}
	return n - n/2 + g.r.IntN(n/2*2+1)
}

// chance is true with probability p.
func (g *generator) chance(p float64) bool { return g.r.Float64() < p }

func pick[T any](g *generator, list []T) T { return list[g.r.IntN(len(list))] }

// moment is a time within a day: most often in working hours, and on whole
// seconds, hours and midnight more often than chance has it.
func (g *generator) moment(day time.Time) time.Time {
	t := day.Add(time.Duration(g.r.IntN(24*3600*1000)) * time.Millisecond)
	if g.chance(0.7) {
		t = day.Add(8*time.Hour + time.Duration(g.r.IntN(10*3600*1000))*time.Millisecond)
	}
	switch p := g.r.IntN(100); {
	case p == 0:
		return day
	case p < 3:
		return t.Truncate(time.Hour)
	case p < 12:
		return t.Truncate(time.Second)
	}
	return t
}

func (g *generator) demos() {
	for i := range g.o.Replays + (g.o.Replays+2)/3 {
		isLive := i >= g.o.Replays
		place := g.replay(titles[i%len(titles)], isLive)
		if isLive {
			g.lives = append(g.lives, place)
			continue
		}
		for n := range g.o.LinksPerReplay {
			g.link(place, n)
		}
	}
}

func (g *generator) replay(title string, isLive bool) int32 {
	created := g.o.Start.Add(-time.Duration(24+g.r.IntN(24*200)) * time.Hour).UnixMilli()
	first := publication{from: created, id: g.a.newID(), title: title, published: created}
	for range 4 + g.r.IntN(5) {
		first.screens = append(first.screens, screen{g.a.newID(), pick(g, screenTitles)})
	}
	r := &replay{draft: g.a.newID(), live: isLive, history: []publication{first}, deleted: never,
		guide: g.a.newID(), tags: pick(g, tagLists), base: "https://demo.example.com/" + g.a.newID()[:6] + "/"}
	for range 3 + g.r.IntN(4) {
		r.steps = append(r.steps, pick(g, guideTexts))
	}
	if g.chance(0.7) {
		r.poster = "https://img.example.com/" + g.a.newID() + ".png"
	}
	place := int32(len(g.a.replays))
	g.a.replays = append(g.a.replays, r)
	g.a.entities[first.id] = entityRef{false, place}
	g.a.entities[r.draft] = entityRef{false, place}
	return place
}

func (g *generator) link(replay int32, n int) {
	l := &link{id: g.a.newID(), replay: replay, deleted: never, standard: n == 0, welcome: n%2 == 1,
		email: n%3 == 1, password: n%5 == 4, created: g.a.replays[replay].history[0].from + 3_600_000}
	l.history = []linkTitle{{l.created, pick(g, linkTitles)}}
	l.url = "https://demo.example.com/share/" + l.id[:10]
	if g.chance(0.5) {
		l.description = pick(g, guideTexts)
	}
	if l.welcome {
		l.welcomeTitle, l.welcomeNote = "Welcome 👋", "Please tell us who you are."
	}
	g.a.entities[l.id] = entityRef{true, int32(len(g.a.links))}
	g.a.links = append(g.a.links, l)
}

// edits spreads renames, re-publications and deleted links over the days.
func (g *generator) edits() {
	step := time.Duration(g.o.Days) * 24 * time.Hour / time.Duration(g.o.Changes+1)
	for i := range g.o.Changes {
		at := g.o.Start.Add(step*time.Duration(i+1) + time.Duration(g.r.IntN(60_000))*time.Millisecond)
		var err error
		switch i % 5 {
		case 0:
			err = g.a.Rename(pick(g, g.a.Replays()), pick(g, titles)+" (renamed)", at)
		case 1:
			err = g.a.Rename(pick(g, g.a.Links()), pick(g, linkTitles)+" (renamed)", at)
		case 2:
			_, err = g.a.PublishAgain(pick(g, g.a.Replays()), at)
		case 3:
			err = g.a.Rename(pick(g, g.a.Lives()), pick(g, titles)+" (renamed)", at)
		case 4:
			err = g.a.Delete(pick(g, g.a.Links()), at)
		}
		if err != nil {
			panic(err) // the ids are the account's own
		}
	}
}
