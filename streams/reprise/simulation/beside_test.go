package simulation

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/emulator"
)

// A loss is how a warehouse stands against the account after the last run.
type loss struct {
	due, missing int // rows that arrived in time; of them, those that it lacks
	stale        int // rows of the look-back with other values
}

// lost compares a warehouse with what the API held as the last run began.
// Metrics are left out: the vendor's page tells no loop for them.
func (p *promise) lost(h *warehouse, began time.Time) loss {
	var l loss
	at := began.Add(-p.lag())
	for _, b := range p.world.births {
		if b.arrives > at.UnixMilli() {
			break
		}
		p.pending[b.stream][b.key] = b
	}
	c := &check{promise: p, began: began}
	for _, stream := range []string{activity, summaries, lives, feed} {
		c.stream = stream
		for _, row := range p.oracle.rows(at, stream, p.start, time.Time{}) {
			b, known := p.pending[stream][row.key]
			if known && !p.inTime(b) {
				continue
			}
			l.due++
			have, ok := h.rows[stream][row.key]
			switch {
			case !ok:
				l.missing++
			case have != row.hash && c.inLookback(row):
				l.stale++
			}
		}
	}
	return l
}

// beside gives the sim the documented loop to run after each of the tap's.
func (m *sim) beside() *documented {
	server := emulator.New(m.world.account, firstDay)
	server.Dialect, server.Ticks = m.dialect, true
	server.Fault = troubles(m.seed+1, m.faults).Next
	return &documented{server: server, house: newWarehouse(), limit: m.page, cursor: map[string]string{}}
}

func sum(counts map[string]int) int {
	n := 0
	for _, stream := range []string{activity, summaries, lives, feed} {
		n += counts[stream]
	}
	return n
}

// TestBesideTheDocumentedLoop runs both on one account and schedule. The tap
// has every row; the loop has not.
func TestBesideTheDocumentedLoop(t *testing.T) {
	s := setup{life: life{sessions: 24, events: 8}, page: 10_000, lookback: 30, refresh: 7, side: 2}
	rough := s
	rough.faults, rough.kills = 0.02, 0.1
	right := s
	right.right = true
	low := s
	low.burst, low.page, low.dialect = 500, 200, emulator.Dialect{RowsBefore: emulator.LowerBound}
	for name, s := range map[string]setup{"as it comes": s, "every clock right": right, "faults and kills": rough, "small pages, counts as lower bounds": low} {
		for _, every := range []time.Duration{time.Hour, 24 * time.Hour} {
			if every == time.Hour && !*full || !all && (name == "every clock right" || name == "as it comes") {
				continue
			}
			t.Run(fmt.Sprint(name, ", every ", every), func(t *testing.T) {
				s.every, s.seed = every, *seed
				s.compare(t)
			})
		}
	}
}

// compare runs the tap and the loop and prints a row of the table.
func (s setup) compare(t *testing.T) {
	t.Parallel()
	s.brief()
	synctest.Test(t, func(t *testing.T) {
		m := newSim(t, s)
		m.loop = m.beside()
		require.Empty(t, m.live(t), "seed %d", s.seed)
		last := m.promise.kept
		tap, loop := m.promise.lost(m.house, last), m.promise.lost(m.loop.house, last)
		runs, all := m.codes[0], len(m.promise.runs)
		t.Logf("tap: %d runs, %d rows due, %d missing, %d stale, %d written, %d repeated, %.1f requests and %.0f rows a run", all, tap.due,
			tap.missing, tap.stale, sum(m.house.written), sum(m.house.repeated), float64(m.requests)/float64(runs), float64(m.rows)/float64(runs))
		t.Logf("loop: %d failed, %d rows due, %d missing, %d stale, %d written, %d repeated, %.1f requests and %.0f rows a run", m.loop.failed, loop.due,
			loop.missing, loop.stale, sum(m.loop.house.written), sum(m.loop.house.repeated), float64(m.loop.requests)/float64(all), float64(m.loop.rows)/float64(all))
		require.LessOrEqual(t, tap.missing, len(m.promise.excused), "seed %d", s.seed)
		require.Positive(t, loop.missing, "seed %d", s.seed)
	})
}
