package simulation

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/rybbit/emulator"
	"tap-reprise/streams/rybbit/harness"
	"tap-reprise/tap/taptest"
)

var (
	seed  = flag.Uint64("seed", 1, "of the first account")
	draws = flag.Int("draws", 1, "accounts of each setup")
	full  = flag.Bool("full", false, "30 days of hourly and daily runs of every setup")
)

// A setup is an account, a server and a schedule.
type setup struct {
	dialect       emulator.Dialect
	days          int
	every         time.Duration
	faults, kills float64
	streams       []string
	seed          uint64
}

func (s setup) lookback() time.Duration {
	return map[emulator.Generation]time.Duration{emulator.Legacy: 3 * oneDay, emulator.Current: 31 * oneDay}[s.dialect.Generation]
}

// A sim is one account, and the tap run on it.
type sim struct {
	setup
	server  *emulator.Server
	trouble *taptest.Trouble
	rng     *rand.Rand
	house   harness.Warehouse
	promise *promise
	state   string
	loops   []*loop

	runs, killed, failed, requests, rows int
	failure                              string
}

func newSim(s setup) *sim {
	a := emulator.Generate(emulator.Options{Generation: s.dialect.Generation, Seed: int64(s.seed), Days: s.days, SessionsPerDay: 16})
	m := &sim{setup: s, server: emulator.New(a, harness.Start), house: harness.Warehouse{}, rng: rand.New(rand.NewPCG(s.seed, 53)),
		trouble: &taptest.Trouble{Seed: s.seed, Share: s.faults}}
	m.server.Dialect, m.server.Ticks, m.server.Fault = s.dialect, true, m.trouble.Next
	m.promise = &promise{sim: m, verified: map[string]time.Time{}, seen: map[string]time.Time{}}
	m.server.SetNow(harness.Start)
	return m
}

// live runs the whole schedule in a bubble, and returns what was broken.
func (m *sim) live(t testing.TB) (broken []string) {
	last := harness.Start.AddDate(0, 0, m.days)
	for at := harness.Start.Add(3 * time.Hour); at.Before(last) && len(broken) < 20; at = at.Add(m.every) {
		time.Sleep(at.Add(time.Duration(m.rng.IntN(600)) * time.Second).Sub(m.server.Now()))
		broken = append(broken, m.once(t)...)
	}
	return broken
}

// once runs the tap once, perhaps killed: what it wrote ends at any byte.
func (m *sim) once(t testing.TB) []string {
	m.trouble.Begin(m.runs)
	m.runs++
	m.server.ResetRequests()
	began := m.server.Now()
	for _, l := range m.loops {
		l.run(t, began)
	}
	out := harness.Run{Server: m.server, State: m.state, Select: m.streams}.Do(t)
	ended := m.server.Now()
	kill := m.rng.Float64() < m.kills
	if kill {
		out.Stdout = out.Stdout[:m.rng.IntN(len(out.Stdout)+1)]
		m.killed++
	}
	m.house.Load(t, out)
	if state := out.State(); state != "" {
		m.state = state
	}
	good := !kill && out.Code == 0
	switch {
	case good:
		for _, line := range m.server.Requests() {
			m.requests++
			m.rows += line.Rows
		}
	case !kill:
		m.failed++
		m.failure = out.Stderr
	}
	return m.promise.hold(t, began, ended, good)
}

func (m *sim) report(t testing.TB) {
	good := max(1, m.runs-m.killed-m.failed)
	t.Logf("seed %d: %d runs, %d killed, %d ended otherwise %s; %.1f requests and %.0f rows a run", m.seed, m.runs, m.killed, m.failed, m.failure,
		float64(m.requests)/float64(good), float64(m.rows)/float64(good))
}

var dialects = map[string]emulator.Dialect{
	"legacy":  {},
	"current": {Generation: emulator.Current},
	"newest":  {Generation: emulator.Current, Newest: true},
}

// length is how long an account lives, and how often it is read: with -full as given,
// with -tags full 12 days and six hours apart at least, else twelve.
func length(every time.Duration) (days int, apart time.Duration) {
	switch {
	case *full:
		return 30, every
	case all:
		return 12, max(every, 6*time.Hour)
	}
	return 12, max(every, 12*time.Hour)
}

// TestPromise lives through days with faults and kills, hourly and daily.
func TestPromise(t *testing.T) {
	for name, dialect := range dialects {
		for _, every := range []time.Duration{time.Hour, oneDay} {
			if !all && name == "newest" {
				continue
			}
			for i := range uint64(*draws) {
				t.Run(fmt.Sprint(name, ", every ", every, ", seed ", *seed+i), func(t *testing.T) {
					s := setup{dialect: dialect, faults: 0.02, kills: 0.15, streams: []string{"sites", "sessions", "users"}, seed: *seed + i}
					if every == oneDay {
						s.streams = append(s.streams, "session_events")
					}
					s.days, s.every = length(every)
					s.hold(t)
				})
			}
		}
	}
}

// hold lives through a setup and holds the tap to its promise, which is about runs
// that exit 0: of those that were not killed, most must.
func (s setup) hold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newSim(s)
		broken := m.live(t)
		m.report(t)
		require.Empty(t, broken, "seed %d", s.seed)
		require.Less(t, 4*m.failed, m.runs, "seed %d: %s", s.seed, m.failure)
	})
}
