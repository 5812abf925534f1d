package emulator

import (
	"fmt"
	"slices"
	"time"
)

// day lets visitors come. Some come at midnight, some stay over it.
func (g *generator) day(start time.Time, n int) {
	var begins []time.Time
	for range g.around(g.o.SessionsPerDay) {
		begins = append(begins, start.Add(time.Duration(g.r.IntN(24*3600))*time.Second))
	}
	if n%5 == 1 {
		begins = append(begins, start, start.Add(24*time.Hour-90*time.Second))
	}
	slices.SortFunc(begins, time.Time.Compare)
	for i, at := range begins {
		g.visit(g.free(at), at, n%5 == 1 && i == len(begins)-1)
	}
	if n == 3 {
		g.ties(start.Add(12 * time.Hour))
	}
}

// free is a device that nobody uses at t.
func (g *generator) free(t time.Time) *device {
	for range 20 {
		if d := pick(g, g.devices); d.busy.Before(t) {
			return d
		}
	}
	g.devices = append(g.devices, g.device(len(g.devices)))
	return g.devices[len(g.devices)-1]
}

// visit is one session, two if the visitor says who it is on Current.
func (g *generator) visit(d *device, at time.Time, midnight bool) {
	e, came := d.template, pick(g, origins)
	e.setPlace(d.places[0])
	n := 1 + g.r.IntN(2*g.o.EventsPerSession-1)
	gap := 3 * time.Minute
	if g.chance(g.o.Long) {
		n, gap = n+30+g.r.IntN(100), 29*time.Minute
	}
	if midnight {
		n, gap = max(n, 4), time.Minute
	}
	identify := -1
	if g.chance(g.o.Identified) {
		identify = g.r.IntN(n)
	}
	session := ""
	for i := range n {
		e.Referrer, e.Channel, e.Query = "", "Internal", ""
		if i == 0 {
			e.Referrer, e.Channel, e.Query = came.referrer, came.channel, came.query
		}
		if i == n-1 && n > 3 {
			e.setPlace(d.places[1])
		}
		if i == identify && d.template.Name == "" {
			d.template.Name = g.identify(d, at)
			e.Name = d.template.Name
		}
		e.At = at
		g.what(&e, i)
		session = g.track(e)
		at = at.Add(time.Duration(1+g.r.IntN(int(gap/time.Second))) * time.Second)
	}
	d.busy = at.Add(31 * time.Minute)
	if g.chance(g.o.Late) {
		e.Session, e.Arrives = session, e.At.Add(time.Duration(1+g.r.IntN(60))*time.Hour)
		g.must(g.a.AddEvent(e))
	}
}

// what chooses the kind of event, its page and its properties.
func (g *generator) what(e *Event, i int) {
	e.Type, e.EventName, e.Props = "pageview", "", ""
	if i > 0 && g.chance(0.35) {
		e.Type = pick(g, otherTypes)
	} else {
		page := pick(g, screens)
		e.Path, e.Title = page.path, page.title
	}
	if e.Type == "custom_event" {
		e.EventName, e.Props = pick(g, eventNames), pick(g, propsTexts)
	}
}

// identify gives a device a name, now and then one that another device has.
func (g *generator) identify(d *device, at time.Time) string {
	if g.names == 0 || !g.chance(0.2) {
		g.names++
	}
	name := fmt.Sprintf("user-%03d", g.names)
	if g.names%7 == 0 {
		name = fmt.Sprintf("ünï-%d", g.names)
	}
	traits := pick(g, traitsTexts)
	if g.chance(0.2) {
		traits = ""
	}
	g.must(g.a.Identify(Identity{Site: d.template.Site, Device: d.template.User, Name: name, Traits: traits, At: at}))
	return name
}

// ties are sessions that all end in one second.
func (g *generator) ties(at time.Time) {
	for range g.o.Ties {
		d := g.device(len(g.devices))
		d.template.Site, d.template.Host, d.busy = 1, "shop.example", at.Add(31*time.Minute)
		g.devices = append(g.devices, d)
		e := d.template
		e.setPlace(d.places[0])
		e.At, e.Channel = at, "Direct"
		g.what(&e, 0)
		g.track(e)
	}
}

// imports are sessions of the first days that arrive half-way.
func (g *generator) imports() {
	arrives := g.o.Start.AddDate(0, 0, g.o.Days/2).Add(7 * time.Hour)
	for i := range g.o.Imported {
		e := g.device(i).template
		e.Site, e.Host, e.Channel = 1, "shop.example", "Direct"
		e.Session, e.Arrives = fmt.Sprintf("imported-%04d", i), arrives
		at := g.o.Start.Add(time.Duration(g.r.IntN(5*24*3600)) * time.Second)
		for k := range 1 + g.r.IntN(3) {
			e.At = at.Add(time.Duration(k) * time.Minute)
			g.what(&e, k)
			g.must(g.a.AddEvent(e))
		}
	}
}

func (g *generator) track(e Event) string {
	session, err := g.a.Track(e)
	g.must(err)
	return session
}

// must stops at what cannot happen: all that is added is the generator's own.
func (g *generator) must(err error) {
	if err != nil {
		panic(err)
	}
}

func (e *Event) setPlace(p place) {
	e.Country, e.Region, e.City, e.Lat, e.Lon = p.country, p.region, p.city, p.lat, p.lon
}
