package reprise_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// TestMetricsMidnight has sessions at midnight, just before and just after it.
// Each is counted on one day only, its own, under both readings of both bounds,
// whether the first session of the account, which is what the bounds are asked
// with, lies on a whole second or not.
func TestMetricsMidnight(t *testing.T) {
	midnight := emulator.DemoStart.Add(3 * day)
	for _, first := range []time.Duration{0, 500 * time.Millisecond} {
		for name, dialect := range map[string]emulator.Dialect{
			"milliseconds, exclusive end":  {},
			"seconds, exclusive end":       {SecondClock: true},
			"seconds, inclusive end":       {SecondClock: true, EndInclusive: true},
			"seconds, bounds turned round": {SecondClock: true, EndInclusive: true, StartExclusive: true},
			"seconds, both exclusive":      {SecondClock: true, StartExclusive: true},
			"seconds, in New York":         {SecondClock: true, EndInclusive: true, Zone: "America/New_York"},
		} {
			t.Run(fmt.Sprintf("%s, first session %v past a second", name, first), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := quiet(emulator.DemoStart.Add(9*time.Hour+first), midnight, midnight.Add(-time.Second),
						midnight.Add(-time.Millisecond), midnight.Add(time.Millisecond), midnight.Add(day))
					s.Dialect = dialect
					out := harness.Run{Server: s, Select: []string{"replay_metrics"}}.Do(t)
					require.Equal(t, 0, out.Code, out.LastLine())
					want := harness.Truth(t, s, harness.Span{}, "replay_metrics")
					require.Len(t, want["replay_metrics"], 2*4)
					taptest.Same(t, want, harness.Warehouse{}.Load(t, out))
				})
			})
		}
	}
}

// TestMetricsJustBeforeMidnight has a clock with milliseconds and an end bound
// that is inclusive: a window ends at midnight all the same, since one that
// ended a second earlier would leave the day's last second out. A session of
// exactly midnight is then counted twice; the bounds have no milliseconds.
func TestMetricsJustBeforeMidnight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		midnight := emulator.DemoStart.Add(3 * day)
		s := quiet(emulator.DemoStart.Add(9*time.Hour), midnight.Add(-time.Millisecond), midnight.Add(-900*time.Millisecond))
		s.Dialect.EndInclusive = true
		out := harness.Run{Server: s, Select: []string{"replay_metrics"}}.Do(t)
		require.Equal(t, 0, out.Code, out.LastLine())
		taptest.Same(t, harness.Truth(t, s, harness.Span{}, "replay_metrics"), harness.Warehouse{}.Load(t, out))
	})
}

// TestMetricsWindows loads weeks and months beside days.
func TestMetricsWindows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := settled()
		out := harness.Run{Server: s, Config: harness.Config{
			"start_date": "2026-07-02", "end_date": "2026-07-12", "metrics_windows": []string{"week", "month", "day", "all"},
			"metrics_group_by": []string{"published_replay"},
		}, Select: []string{"replay_metrics"}}.Do(t)
		require.Equal(t, 0, out.Code, out.LastLine())
		periods := map[string]bool{}
		for _, row := range (harness.Warehouse{}).Load(t, out)["replay_metrics"] {
			require.Equal(t, "published_replay", row["entity_type"])
			period := row["period"].(string)
			if period != "day" {
				periods[fmt.Sprint(period, " ", row["period_start"], " ", row["period_end"])] = true
			}
		}
		require.Equal(t, map[string]bool{
			"week 2026-06-29T00:00:00.000000Z 2026-07-06T00:00:00.000000Z":  true,
			"week 2026-07-06T00:00:00.000000Z 2026-07-13T00:00:00.000000Z":  true,
			"month 2026-07-01T00:00:00.000000Z 2026-08-01T00:00:00.000000Z": true,
			"all 2026-07-02T00:00:00.000000Z 2026-07-12T00:00:00.000000Z":   true,
		}, periods)
	})
}

// quiet is a server for an account that has only sessions of these moments,
// each with two events, some days later.
func quiet(moments ...time.Time) *emulator.Server {
	a := emulator.NewAccount(emulator.Options{Seed: 5, Start: emulator.DemoStart, Days: -1, Changes: -1, Plain: true})
	for _, at := range moments {
		id, err := a.AddSession(emulator.Session{Created: at, Viewer: emulator.Viewer{Email: "viewer@example.com"}})
		if err != nil {
			panic(err) // the account has a link
		}
		for i := range 2 {
			if _, err := a.AddEvent(emulator.Event{Session: id, Created: at.Add(time.Duration(i) * time.Minute)}); err != nil {
				panic(err) // the session is there
			}
		}
	}
	return emulator.New(a, emulator.DemoStart.Add(6*day))
}

// TestMetricsOfYears loads three years of days: the bookmark knows the windows of
// the look-back alone, so that it costs no more than one of a month.
func TestMetricsOfYears(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := quiet(emulator.DemoStart.AddDate(-3, 0, 0).Add(9*time.Hour), emulator.DemoStart.Add(9*time.Hour))
		s.Fault = func(*http.Request) *emulator.Fault { return &emulator.Fault{Stall: 2 * time.Second} } // a STATE each
		run := harness.Run{Server: s, Select: []string{"replay_metrics"}}
		month := run.Do(t)
		require.Equal(t, 0, month.Code, month.LastLine())
		run.Config = harness.Config{"start_date": "2023-07-01"}
		years := run.Do(t)
		require.Equal(t, 0, years.Code, years.LastLine())
		for line := range strings.Lines(years.Stdout) {
			if strings.HasPrefix(line, `{"type":"STATE"`) {
				require.Less(t, len(line), 1000+len(month.State()))
			}
		}
		require.Equal(t, 0, (harness.Run{Server: s, Config: run.Config, Select: run.Select, State: years.State()}).Do(t).Code)
	})
}

// TestLargestSums has as many windows in the look-back as there can be: the
// bookmark stays within 12 KB, and none of them is written again.
func TestLargestSums(t *testing.T) {
	if share > 1 {
		t.Skip("only with -tags full: four sizes of window over three years")
	}
	synctest.Test(t, func(t *testing.T) {
		s := quiet(emulator.DemoStart.AddDate(-3, 0, 0).Add(9*time.Hour), emulator.DemoStart.Add(9*time.Hour))
		config := harness.Config{"start_date": "2023-07-01", "lookback_days": 365, "metrics_windows": []string{"day", "week", "month", "all"}}
		run := harness.Run{Server: s, Select: []string{"replay_metrics"}, Config: config}
		first := run.Do(t)
		require.Equal(t, 0, first.Code, first.LastLine())
		require.Less(t, len(first.State()), 12<<10)
		require.Greater(t, len(first.State()), 8<<10, "it knows them all")
		run.State = first.State()
		second := run.Do(t)
		require.Equal(t, 0, second.Code, second.LastLine())
		require.Empty(t, second.Records(t, "replay_metrics"))
	})
}
