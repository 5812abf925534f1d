package reprise_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// withClock are the streams whose rows belong to one moment of server time.
var withClock = []string{"replay_session_activity", "replay_session_summary", "replicate_session_activity"}

// TestSlicesAddUp loads [a, b) and [b, c) by two runs and [a, c) by one: the
// rows of the two are those of the one, and none is in both. Many rows lie at
// and around the borders.
func TestSlicesAddUp(t *testing.T) {
	account := emulator.NewAccount(emulator.Options{Seed: 7, Start: emulator.DemoStart, Days: 3, SessionsPerDay: 4, EventsPerSession: 3})
	a, b, c := emulator.DemoStart.Add(9*time.Hour), emulator.DemoStart.Add(day+12*time.Hour), emulator.DemoStart.Add(2*day+15*time.Hour)
	for _, border := range []time.Time{a, b, c} {
		account.Burst(emulator.Burst{At: border.Add(-1500 * time.Millisecond), Span: 3 * time.Second, Sessions: 8, EventsEach: 2, Lives: 8})
		account.Burst(emulator.Burst{At: border, Sessions: 2, EventsEach: 2, Lives: 2})
	}
	for i := range 8 {
		d := emulator.Dialect{SecondClock: i&1 != 0, StartExclusive: i&2 != 0, EndInclusive: i&4 != 0}
		t.Run(fmt.Sprintf("seconds %v, start exclusive %v, end inclusive %v", d.SecondClock, d.StartExclusive, d.EndInclusive), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := emulator.New(account, emulator.DemoStart.Add(45*day))
				s.Dialect = d
				truth := rowsOf(t, s)
				random := rand.New(rand.NewPCG(uint64(i), 2))
				for j, off := range []time.Duration{0, -time.Millisecond, time.Millisecond, -time.Second, 500 * time.Millisecond, time.Duration(random.Int64N(int64(day)))} {
					if share > 1 && (i+j)%3 != 0 {
						continue
					}
					addUp(t, s, truth, near(random, a), b.Add(off), near(random, c))
				}
			})
		})
	}
}

// near is a border itself, or a moment beside it.
func near(random *rand.Rand, border time.Time) time.Time {
	return border.Add([]time.Duration{0, 0, -time.Millisecond, time.Millisecond, -time.Second, 300 * time.Microsecond}[random.IntN(6)])
}

func addUp(t *testing.T, s *emulator.Server, truth moments, a, b, c time.Time) {
	t.Helper()
	left, right, both := slice(t, s, a, b), slice(t, s, b, c), slice(t, s, a, c)
	for _, stream := range withClock {
		about := fmt.Sprintf("%s: %v, %v, %v", stream, a, b, c)
		for key := range left[stream] {
			require.NotContains(t, right[stream], key, about)
		}
		sum := harness.Table{}
		maps.Copy(sum, left[stream])
		maps.Copy(sum, right[stream])
		taptest.Same(t, harness.Warehouse{stream: both[stream]}, harness.Warehouse{stream: sum}, about)
		require.Len(t, both[stream], truth.between(stream, a, c), about)
		require.Len(t, left[stream], truth.between(stream, a, b), about)
	}
}

func slice(t *testing.T, s *emulator.Server, from, to time.Time) harness.Warehouse {
	t.Helper()
	out := harness.Run{Server: s, Select: withClock, Config: harness.Config{
		"page_size": 30, "start_date": from.Format(time.RFC3339Nano), "end_date": to.Format(time.RFC3339Nano),
	}}.Do(t)
	require.Equal(t, 0, out.Code, out.LastLine())
	return harness.Warehouse{}.Load(t, out)
}

// moments are the clocks of the account's rows, by stream.
type moments map[string][]time.Time

func rowsOf(t *testing.T, s *emulator.Server) moments {
	t.Helper()
	all := moments{}
	for stream, table := range harness.Truth(t, s, harness.Span{}, withClock...) {
		for _, row := range table {
			all[stream] = append(all[stream], harness.Clock(t, stream, row))
		}
	}
	return all
}

// between counts the rows of [from, to). The ledger's borders are whole seconds:
// what lies behind the point counts for none of them.
func (m moments) between(stream string, from, to time.Time) int {
	from, to = from.Truncate(time.Second), to.Truncate(time.Second)
	n := 0
	for _, at := range m[stream] {
		if !at.Before(from) && at.Before(to) {
			n++
		}
	}
	return n
}
