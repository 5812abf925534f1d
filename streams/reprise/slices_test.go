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
)

// withClock are the streams whose rows belong to one moment of server time.
var withClock = []string{"replay_session_activity", "replay_session_summary", "replicate_session_activity"}

// TestSlicesAddUp loads [a, b) and [b, c) by two runs and [a, c) by one: the
// rows of the two are those of the one, and none is in both.
func TestSlicesAddUp(t *testing.T) {
	account := small().Account
	// Rows at and around a border that some of the runs share.
	border := emulator.DemoStart.Add(4*day + 12*time.Hour)
	account.Burst(emulator.Burst{At: border.Add(-time.Second), Span: 2 * time.Second, Sessions: 8, EventsEach: 2, Lives: 8})
	account.Burst(emulator.Burst{At: border, Sessions: 3, EventsEach: 2, Lives: 3})
	for _, seconds := range []bool{false, true} {
		for _, start := range []bool{false, true} {
			for _, end := range []bool{false, true} {
				d := emulator.Dialect{SecondClock: seconds, StartExclusive: start, EndInclusive: end}
				t.Run(fmt.Sprintf("seconds %v, start exclusive %v, end inclusive %v", seconds, start, end), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						s := emulator.New(account, emulator.DemoStart.Add(45*day))
						s.Dialect = d
						truth := rowsOf(t, s)
						random := rand.New(rand.NewPCG(1, 2))
						for range 4 {
							a, b, c := borders(random, border)
							addUp(t, s, truth, a, b, c)
						}
					})
				})
			}
		}
	}
}

// borders are three moments in order: whole seconds, or with fractions, or at
// or beside the border where rows are.
func borders(random *rand.Rand, border time.Time) (a, b, c time.Time) {
	moment := func(from, days int) time.Time {
		at := emulator.DemoStart.Add(time.Duration(from)*day + time.Duration(random.Int64N(int64(days)*int64(day))))
		return at.Truncate([]time.Duration{time.Hour, time.Second, time.Millisecond, time.Microsecond}[random.IntN(4)])
	}
	a, b, c = moment(0, 3), moment(3, 3), moment(6, 4)
	if random.IntN(2) == 0 {
		b = border.Add([]time.Duration{0, -1, 1, -500, 500, -1000, 1000}[random.IntN(7)] * time.Millisecond)
	}
	return a, b, c
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
		harness.Same(t, harness.Warehouse{stream: both[stream]}, harness.Warehouse{stream: sum}, about)
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

// between counts the rows of [from, to).
func (m moments) between(stream string, from, to time.Time) int {
	n := 0
	for _, at := range m[stream] {
		if !at.Before(from) && at.Before(to) {
			n++
		}
	}
	return n
}
