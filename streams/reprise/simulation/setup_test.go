package simulation

import (
	"flag"
	"math/rand/v2"
	"time"

	"tap-reprise/streams/reprise/emulator"
)

var (
	full  = flag.Bool("full", false, "45 days of hourly and daily runs of every setup")
	draws = flag.Int("draws", 2, "random setups")
	seed  = flag.Uint64("seed", 1, "of the accounts, faults and kills")
)

// A setup is an account, the API before it, and how the tap is run.
type setup struct {
	life
	every    time.Duration // between two runs
	dialect  emulator.Dialect
	page     int // page_size
	lookback int // lookback_days
	refresh  int // refresh_days
	side     int // concurrency
	faults   float64
	kills    float64
	pause    [2]int // no run from one day to another
	moved    int    // start_date begins so many days late and is moved back half-way
}

// setups are the accounts that are known to be hard, by what makes them so.
var setups = map[string]setup{
	"defaults, daily": {
		life: life{sessions: 24, events: 8}, every: 24 * time.Hour, page: 10_000, lookback: 30, refresh: 7, side: 2,
		faults: 0.02, kills: 0.1,
	},
	"small pages, hourly": {
		life: life{sessions: 24, events: 8, burst: 500}, every: time.Hour, page: 200, lookback: 30, refresh: 7, side: 1,
		faults: 0.01, kills: 0.05,
	},
	"small pages, hourly, nothing vanishes": {
		life: life{sessions: 24, events: 8, burst: 500, kept: true}, every: time.Hour, page: 200, lookback: 30, refresh: 7, side: 1,
		faults: 0.01, kills: 0.05,
	},
	"whole seconds, inclusive end, lagging replicas, lower bounds": {
		life: life{sessions: 30, events: 8, burst: 350}, every: 6 * time.Hour, page: 150, lookback: 21, refresh: 3, side: 1,
		dialect: emulator.Dialect{SecondClock: true, EndInclusive: true, RowsBefore: emulator.LowerBound, ShuffleTies: true,
			Replicas: []time.Duration{0, 90 * time.Second, 20 * time.Minute}},
		faults: 0.02, kills: 0.1,
	},
	"exclusive start, capped limit, caches, other layouts": {
		life: life{sessions: 30, events: 8, burst: 300}, every: 24 * time.Hour, page: 300, lookback: 25, refresh: 5, side: 2,
		dialect: emulator.Dialect{StartExclusive: true, RowsBefore: emulator.Absent, CapLimit: 170, QuoteInt64: true, EscapeSlash: true,
			Layout: emulator.CRLF, MetaLast: true, ShuffleColumns: true, ShuffleTies: true,
			CacheFor: 10 * time.Minute, CacheStubborn: true},
		faults: 0.02, kills: 0.15,
	},
	"pages of forty, sessions open for hours": {
		life: life{sessions: 30, events: 5, burst: 60}, every: 8 * time.Hour, page: 40, lookback: 12, refresh: 4, side: 1,
		faults: 0.005, kills: 0.1,
	},
	"a pause longer than the look-back, start_date moved": {
		life: life{sessions: 24, events: 8, burst: 250}, every: 12 * time.Hour, page: 120, lookback: 8, refresh: 2, side: 2,
		dialect: emulator.Dialect{SecondClock: true, Layout: emulator.Compact},
		faults:  0.02, kills: 0.1, pause: [2]int{20, 31}, moved: 5,
	},
}

// anySetup draws one of all that the others combine.
func anySetup(seed uint64) setup {
	r := rand.New(rand.NewPCG(seed, 46))
	pick := func(list ...int) int { return list[r.IntN(len(list))] }
	yes := func() bool { return r.IntN(2) == 0 }
	s := setup{
		life:  life{sessions: pick(8, 20, 40), events: pick(3, 6, 10), burst: pick(0, 60, 400), kept: yes()},
		every: time.Duration(pick(3, 6, 12, 24)) * time.Hour, page: pick(20, 70, 200, 600), lookback: pick(3, 10, 21, 30),
		refresh: pick(1, 3, 7), side: pick(1, 2, 3), faults: float64(pick(0, 1, 4)) / 100, kills: float64(pick(0, 10, 30)) / 100,
		moved: pick(0, 0, 6),
		dialect: emulator.Dialect{SecondClock: yes(), StartExclusive: yes(), EndInclusive: yes(), ShuffleTies: yes(),
			RowsBefore: emulator.RowsBefore(r.IntN(3)), CapLimit: pick(0, 0, 50), QuoteInt64: yes(), MetaLast: yes(),
			Layout: emulator.Layout(r.IntN(4)), Replicas: []time.Duration{0, time.Duration(r.IntN(1200)) * time.Second}},
	}
	if yes() {
		s.pause = [2]int{15, 15 + r.IntN(15)}
	}
	return s
}

// brief sets how long the account lives: 45 days with -full, 24 with -tags full
// and runs six hours apart at least. Else it is 18 days, a third as large, with
// runs twelve hours apart and a look-back that ends before the account does.
func (s *setup) brief() {
	switch {
	case *full:
		s.days = 45
		return
	case all:
		s.days, s.every = 24, max(s.every, 6*time.Hour)
		s.pause = [2]int{min(s.pause[0], 9), min(s.pause[1], 21)}
		return
	}
	s.days, s.every = 18, max(s.every, 12*time.Hour)
	s.sessions, s.page = (s.sessions+2)/3, (s.page+1)/2
	if s.burst > 0 {
		s.burst = s.burst/3 + 5
	}
	s.lookback, s.moved = min(s.lookback, 8), min(s.moved, 4)
	if s.pause[1] > s.pause[0] {
		s.pause = [2]int{5, 15}
	}
}

// lag is how old an answer may be.
func (s *setup) lag() time.Duration {
	lag := time.Duration(0)
	for _, l := range s.dialect.Replicas {
		lag = max(lag, l)
	}
	if s.dialect.CacheStubborn {
		lag += s.dialect.CacheFor
	}
	return lag
}
