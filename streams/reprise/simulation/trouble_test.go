package simulation

import (
	"fmt"
	"slices"
	"time"

	"tap-reprise/streams/reprise/emulator"
)

// bursts puts more rows than a page into single seconds of every pipe.
func (w *world) bursts() {
	for i := 1; i <= 3; i++ {
		at := firstDay.Add(time.Duration(w.days*i) * 24 * time.Hour / 4).Truncate(time.Second)
		links, replays := w.account.Links(), w.account.Lives()
		for n := range w.burst {
			clock := at.Add(w.within(0, time.Second))
			if n%5 == 0 { // a fifth as many sessions as events
				id, err := w.account.AddSession(emulator.Session{Link: links[n%len(links)], Created: clock, Arrives: clock.Add(time.Second)})
				must(err)
				w.born(summaries, id, clock, clock.Add(time.Second))
				for range 5 {
					w.event(id, clock, clock.Add(time.Second), 0)
				}
			}
			id, err := w.account.AddLive(emulator.LiveSession{Replay: replays[n%len(replays)], Created: clock, Arrives: clock.Add(time.Second)})
			must(err)
			w.born(lives, id, clock, clock.Add(time.Second))
			w.account.AddChange(emulator.Change{Link: true, ID: fmt.Sprintf("burst-%d-%d", i, n), Parent: "elsewhere",
				Changed: clock, Ingested: clock, Arrives: clock.Add(5 * time.Second)})
		}
	}
}

// anyTime is a moment of the account's life.
func (w *world) anyTime() time.Time {
	return firstDay.Add(w.within(24*time.Hour, time.Duration(w.days)*24*time.Hour))
}

// edit renames a demo or a link every other day, publishes one again and
// deletes a link now and then.
func (w *world) edit() {
	times := make([]time.Time, max(3, w.days/2))
	for i := range times {
		times[i] = w.anyTime()
	}
	// In order: an edit copies what the one before it left.
	slices.SortFunc(times, time.Time.Compare)
	for i, at := range times {
		replays, links, demos := w.account.Replays(), w.account.Links(), w.account.Lives()
		title := fmt.Sprintf("renamed %d", i)
		switch i % 8 {
		case 0, 3:
			must(w.account.Rename(links[w.rng.IntN(len(links))], title, at))
		case 1, 4:
			must(w.account.Rename(demos[w.rng.IntN(len(demos))], title, at))
		case 5:
			_, err := w.account.PublishAgain(replays[w.rng.IntN(len(replays))], at)
			must(err)
		case 7:
			must(w.account.Delete(links[w.rng.IntN(len(links))], at))
		default:
			must(w.account.Rename(replays[w.rng.IntN(len(replays))], title, at))
		}
		w.renames = append(w.renames, at.UnixMilli())
	}
}

// announce has three changes a day show up to half an hour after their stamp,
// when one with a later stamp is there already.
func (w *world) announce() {
	for i := range 3 * w.days {
		at := w.anyTime()
		arrives := at.Add(w.within(time.Second, 30*time.Minute))
		w.account.AddChange(emulator.Change{ID: fmt.Sprintf("slow-%d", i), Changed: at, Ingested: at, Arrives: arrives})
		next := at.Add(5 * time.Second)
		w.account.AddChange(emulator.Change{ID: fmt.Sprintf("quick-%d", i%9), Changed: next, Ingested: next})
		w.renames = append(w.renames, arrives.UnixMilli(), next.UnixMilli())
	}
}

// removeSome takes an event a day, and a session a week, out of the API
// without a word.
func (w *world) removeSome() {
	for range w.days {
		e := w.events[w.rng.IntN(len(w.events))]
		at := time.UnixMilli(e.arrives).Add(w.within(time.Minute, 10*24*time.Hour))
		must(w.account.RemoveEvent(e.id, at))
		w.removals = append(w.removals, at.UnixMilli())
	}
	for range max(1, w.days/7) {
		e := w.events[w.rng.IntN(len(w.events))]
		at := time.UnixMilli(e.arrives).Add(w.within(time.Minute, 10*24*time.Hour))
		must(w.account.RemoveSession(e.session, at))
		w.removals = append(w.removals, at.UnixMilli())
	}
}

// mask removes an event and has another one arrive in the same hour of server
// time, days after, within minutes of each other: the hour holds the same
// number as before.
func (w *world) mask() {
	for range w.days / 2 {
		gone := w.events[w.rng.IntN(len(w.events))]
		at := time.UnixMilli(gone.arrives).Add(w.within(2*time.Hour, 15*24*time.Hour))
		must(w.account.RemoveEvent(gone.id, at))
		w.removals = append(w.removals, at.UnixMilli())
		hour := w.byHour[gone.clock/3_600_000]
		other := w.events[hour[w.rng.IntN(len(hour))]]
		arrives := at.Add(w.within(0, 5*time.Minute))
		w.event(other.session, time.UnixMilli(other.clock), later(arrives, time.UnixMilli(other.arrives)), time.Minute)
	}
}

// endOne deletes a demo with all its rows, two thirds through.
func (w *world) endOne() {
	at := firstDay.Add(time.Duration(w.days) * 16 * time.Hour)
	replays := w.account.Replays()
	must(w.account.Delete(replays[w.rng.IntN(len(replays))], at))
	w.removals = append(w.removals, at.UnixMilli())
	w.renames = append(w.renames, at.UnixMilli())
}
