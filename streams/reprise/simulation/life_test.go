package simulation

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"tap-reprise/streams/reprise/emulator"
)

// firstDay is when the account begins, and start_date.
var firstDay = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)

// Streams by session clock.
const (
	activity  = "replay_session_activity"
	summaries = "replay_session_summary"
	lives     = "replicate_session_activity"
	metrics   = "replay_metrics"
	feed      = "replay_change_feed"
)

// A life describes what happens to an account.
type life struct {
	seed     uint64
	days     int // from firstDay on
	sessions int // a day, on average; a third as many of LiveDemos
	events   int // a session, on average
	burst    int // rows in one second, three times; 0: none

	calm  bool // few rows are late, no title changes, nothing vanishes
	kept  bool // nothing vanishes
	right bool // every viewer's clock is right
}

// A birth is when the API first shows a row.
type birth struct {
	stream, key    string
	clock, arrives int64 // ms
}

// A world is an account and what there is to know of it.
type world struct {
	account  *emulator.Account
	births   []birth // by arrival
	removals []int64 // moments at which rows vanish, ascending, ms
	renames  []int64 // moments at which rows of any age change, ascending, ms

	life
	rng     *rand.Rand
	events  []placed
	byHour  map[int64][]int // indices into events, by the hour of their session
	viewers []viewer
}

// A placed event knows its session.
type placed struct {
	id, session    string
	clock, arrives int64
}

// A viewer has a clock of its own.
type viewer struct {
	emulator.Viewer
	skew time.Duration
}

// newWorld lives a life from its first day to its last.
func newWorld(l life) *world {
	w := &world{life: l, rng: rand.New(rand.NewPCG(l.seed, 45)), byHour: map[int64][]int{},
		account: emulator.NewAccount(emulator.Options{Seed: int64(l.seed), Start: firstDay, Days: -1})}
	w.people()
	for day := range l.days {
		morning := firstDay.AddDate(0, 0, day)
		for range w.around(l.sessions) {
			w.session(w.moment(morning))
		}
		for range w.around((l.sessions + 2) / 3) {
			w.liveSession(w.moment(morning))
		}
	}
	if l.burst > 0 {
		w.bursts()
	}
	if !l.calm {
		w.edit()
		w.announce()
	}
	if !l.calm && !l.kept {
		w.removeSome()
		w.mask()
		w.endOne()
	}
	slices.SortStableFunc(w.births, func(a, b birth) int { return cmp.Compare(a.arrives, b.arrives) })
	slices.Sort(w.removals)
	slices.Sort(w.renames)
	return w
}

func (w *world) chance(p float64) bool { return w.rng.Float64() < p }

// around is a number whose mean is n.
func (w *world) around(n int) int { return n/2 + w.rng.IntN(n+1) }

// within is any duration from lo to hi, on a millisecond.
func (w *world) within(lo, hi time.Duration) time.Duration {
	return lo + time.Duration(w.rng.Int64N(int64((hi-lo)/time.Millisecond)))*time.Millisecond
}

// must has an edit of the account's own ids succeed.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// people are the viewers, a sixth of whom have a wrong clock: by minutes,
// days, or years ahead or behind.
func (w *world) people() {
	for i := range 60 {
		v := viewer{Viewer: emulator.Viewer{Name: fmt.Sprintf("Viewer %d", i), Staff: i%20 == 0}}
		if i%3 == 0 {
			v.Email = fmt.Sprintf("viewer%d@example.com", i)
		}
		if w.chance(1.0/6) && !w.right {
			unit := []time.Duration{time.Minute, 24 * time.Hour, 365 * 24 * time.Hour}[w.rng.IntN(3)]
			v.skew = time.Duration(1+w.rng.IntN(9)) * unit
			if w.chance(0.5) {
				v.skew = -v.skew
			}
		}
		w.viewers = append(w.viewers, v)
	}
}

// moment is a time of the day: most often in working hours, and on a second,
// an hour or midnight more often than chance has it.
func (w *world) moment(day time.Time) time.Time {
	at := day.Add(w.within(0, 24*time.Hour))
	if w.chance(0.7) {
		at = day.Add(w.within(8*time.Hour, 18*time.Hour))
	}
	switch n := w.rng.IntN(50); {
	case n == 0:
		return day
	case n < 3:
		return at.Truncate(time.Hour)
	case n < 8:
		return at.Truncate(time.Second)
	}
	return at
}

// arrival is when a row of a moment shows: after seconds, or one in 25 minutes
// to 20 days later.
func (w *world) arrival(at time.Time) time.Time {
	at = at.Add(w.within(time.Second, 15*time.Second))
	switch {
	case w.calm && w.chance(0.98), w.chance(0.96):
		return at
	case w.chance(0.4):
		return at.Add(w.within(time.Minute, 3*time.Hour))
	case w.chance(0.5):
		return at.Add(w.within(3*time.Hour, 48*time.Hour))
	}
	return at.Add(w.within(48*time.Hour, 20*24*time.Hour))
}

// session adds a session and its events. One in thirty stays open for hours.
func (w *world) session(at time.Time) {
	links := w.account.Links()
	v := w.viewers[w.rng.IntN(len(w.viewers))]
	s := emulator.Session{Link: links[w.rng.IntN(len(links))], Created: at, Arrives: w.arrival(at), Viewer: v.Viewer}
	id, err := w.account.AddSession(s)
	must(err)
	w.born(summaries, id, at, s.Arrives)
	pause := 40 * time.Second
	if w.chance(1.0 / 30) {
		pause = 6 * time.Hour
	}
	offset := time.Duration(0)
	for range w.around(w.life.events) {
		offset += w.within(0, pause)
		w.event(id, at, later(s.Arrives, w.arrival(at.Add(offset))), offset+v.skew)
	}
}

// event adds an event; one in fifty is held twice.
func (w *world) event(session string, clock, arrives time.Time, ahead time.Duration) {
	e := emulator.Event{Session: session, Created: clock.Add(ahead), Arrives: arrives,
		Screen: 1 + w.rng.IntN(4), Seq: w.rng.Uint64() >> 1}
	e.Type = []string{"new snapshot", "guide view", "guide button click", "url view"}[w.rng.IntN(4)]
	var err error
	e.ID, err = w.account.AddEvent(e)
	must(err)
	w.born(activity, e.ID, clock, arrives)
	hour := clock.UnixMilli() / 3_600_000
	w.byHour[hour] = append(w.byHour[hour], len(w.events))
	w.events = append(w.events, placed{e.ID, session, clock.UnixMilli(), arrives.UnixMilli()})
	if w.chance(0.02) {
		e.Arrives = w.arrival(arrives)
		_, err = w.account.AddEvent(e)
		must(err)
		w.renames = append(w.renames, e.Arrives.UnixMilli()) // its session's counters move
	}
}

// liveSession adds a LiveDemo session.
func (w *world) liveSession(at time.Time) {
	replays := w.account.Lives()
	s := emulator.LiveSession{Replay: replays[w.rng.IntN(len(replays))], Created: at, Arrives: w.arrival(at),
		Viewer: w.viewers[w.rng.IntN(len(w.viewers))].Viewer}
	id, err := w.account.AddLive(s)
	must(err)
	w.born(lives, id, at, s.Arrives)
}

func (w *world) born(stream, key string, clock, arrives time.Time) {
	w.births = append(w.births, birth{stream, key, clock.UnixMilli(), arrives.UnixMilli()})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
