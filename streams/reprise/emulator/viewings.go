package emulator

import (
	"strings"
	"time"
)

// people makes the viewers: named, signed in, anonymous, staff; some with a
// clock that is wrong.
func (g *generator) people() {
	n := 20 + g.o.SessionsPerDay*g.o.Days/6
	for i := range min(n, 20_000) {
		g.viewers = append(g.viewers, &device{viewer: g.person(i).viewer()})
	}
	for i := range 5 {
		staff := Viewer{User: "staff" + number(i) + "@getreprise.com", Name: pick(g, people), Company: "Reprise", Staff: true}
		g.staff = append(g.staff, &device{viewer: staff.viewer()})
	}
	if g.o.Skewed == 0 {
		return
	}
	for _, d := range g.viewers {
		if g.chance(g.o.Skewed) {
			g.skew(d)
		}
	}
}

func (g *generator) person(i int) Viewer {
	v := Viewer{Name: pick(g, people), Company: pick(g, companies)}
	mail := "viewer" + number(i) + "@" + pick(g, []string{"example.com", "Example.ORG", "sub.example.net"})
	switch g.r.IntN(6) {
	case 0:
		v.Param = "u-" + number(i)
		v.Email = mail
	case 1, 2:
		v.Email = mail
	case 3:
		v.User = strings.ToLower(mail)
	case 4: // only a name
	case 5:
		return Viewer{}
	}
	return v
}

// skew sets a wrong clock: by minutes, days or years, ahead or behind.
func (g *generator) skew(d *device) {
	sizes := []time.Duration{time.Minute, time.Minute, time.Minute, 24 * time.Hour, 24 * time.Hour, 365 * 24 * time.Hour}
	d.skew = pick(g, sizes)*time.Duration(1+g.r.IntN(20)) + time.Duration(g.r.IntN(1000))*time.Millisecond
	if g.chance(0.5) {
		d.skew = -d.skew
	}
	d.stuck = g.chance(0.03)
}

// live adds a LiveDemo session.
func (g *generator) live(at time.Time) {
	if len(g.lives) == 0 {
		return
	}
	arrives := at.Add(g.upload())
	if g.chance(g.o.Late) {
		arrives = arrives.Add(g.delay())
	}
	g.a.lives = append(g.a.lives, live{g.a.newID(), at.UnixMilli(), arrives.UnixMilli(), pick(g, g.lives), pick(g, g.viewers).viewer})
}

// session adds a session and its events.
func (g *generator) session(at time.Time) {
	who := pick(g, g.viewers)
	if g.chance(g.o.Staff) {
		who = pick(g, g.staff)
	}
	place := int32(g.r.IntN(len(g.a.links)))
	arrives := at.Add(g.upload())
	late := g.chance(g.o.Late)
	if late && g.chance(0.5) {
		arrives = arrives.Add(g.delay())
	}
	s := g.a.putSession(session{g.a.newID(), at.UnixMilli(), arrives.UnixMilli(), place, who.viewer})
	w := &watch{g: g, session: s, at: at, arrives: arrives, who: who, late: late, link: g.a.links[place]}
	w.run()
}

// upload is how long a row takes to show in the ordinary way.
func (g *generator) upload() time.Duration {
	return time.Second + time.Duration(g.r.IntN(14_000))*time.Millisecond
}

// delay is how long a late row takes: hours to three weeks.
func (g *generator) delay() time.Duration {
	if g.chance(0.5) {
		return time.Hour + time.Duration(g.r.IntN(11*3600))*time.Second
	}
	return 12*time.Hour + time.Duration(g.r.IntN(20*24*3600))*time.Second
}

// A watch is one session while its events are made.
type watch struct {
	g       *generator
	session int32
	link    *link
	who     *device
	at      time.Time // the session's clock
	arrives time.Time
	late    bool // some events arrive late
	open    bool // pauses of hours
	step    int  // guide step
	screen  int
}

func (w *watch) run() {
	g := w.g
	n := 1 + g.r.IntN(max(1, 2*g.o.EventsPerSession-1))
	w.open = g.chance(g.o.Open)
	offset := time.Duration(g.r.IntN(3000)) * time.Millisecond
	switch p := g.r.IntN(100); {
	case g.o.EventsPerSession == 0 || !g.o.Plain && p < 4:
		n = 0
	case g.o.Plain || w.open || p >= 17:
	case p < 12:
		n = 1
	case p < 16: // a near-instant bounce, at most the half second that does not count
		w.event(newSnapshot, offset)
		w.event(urlView, offset+pick(g, []time.Duration{20, 180, 499, 500, 501})*time.Millisecond)
		return
	}
	for i := range n {
		w.event(w.kind(i), offset)
		offset += w.gap()
	}
}

// kind is the type of the i-th event.
func (w *watch) kind(i int) int {
	if i == 0 {
		if w.link.welcome {
			return welcomePage
		}
		return newSnapshot
	}
	return pick(w.g, []int{newSnapshot, newSnapshot, newSnapshot, guideView, guideView, guideView, guideButton, guideButton, guideClose, urlView})
}

// gap is the pause before the next event; some share their millisecond.
func (w *watch) gap() time.Duration {
	g := w.g
	switch {
	case g.chance(0.08):
		return 0
	case w.open && g.chance(0.4):
		return time.Hour + time.Duration(g.r.IntN(9*3600))*time.Second
	}
	return time.Duration(200+g.r.IntN(40_000)) * time.Millisecond
}

func (w *watch) event(kind int, offset time.Duration) {
	g := w.g
	e := event{id: g.a.newID(), session: w.session, kind: uint8(kind), screen: -1, step: -1, seq: g.r.Uint64()>>1 | 1<<62}
	screens := len(g.a.replays[w.link.replay].history[0].screens)
	switch kind {
	case newSnapshot:
		w.screen = g.r.IntN(screens)
		e.screen = int16(w.screen)
	case guideView, guideButton, guideClose:
		e.screen, e.step = int16(w.screen), int16(w.step)
		if kind == guideButton {
			w.step++
		}
	case urlView:
		e.screen = int16(w.screen)
	}
	e.created = w.at.Add(w.who.skew + offset).UnixMilli()
	if w.who.stuck {
		e.created = offset.Milliseconds()
	}
	arrives := w.at.Add(offset + g.upload())
	if w.late && g.chance(0.5) {
		arrives = arrives.Add(g.delay())
	}
	if arrives.Before(w.arrives) {
		arrives = w.arrives
	}
	e.arrives = arrives.UnixMilli()
	g.a.events = append(g.a.events, e)
}
