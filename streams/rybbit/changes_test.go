package rybbit_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/streams/rybbit/emulator"
	"tap-reprise/streams/rybbit/harness"
	"tap-reprise/tap/taptest"
)

// visit is an event of a site's first hours, to be changed by a test.
func visit(session string, at time.Time) emulator.Event {
	return emulator.Event{Session: session, User: "u-" + session, At: at, Host: "shop.example", Path: "/"}
}

// account is one of site 1, with events.
func account(t *testing.T, d emulator.Dialect, events ...emulator.Event) *emulator.Account {
	t.Helper()
	a := emulator.NewAccount(d.Generation)
	a.AddSite(emulator.Site{Name: "Shop", Domain: "shop.example"})
	for _, e := range events {
		require.NoError(t, a.AddEvent(e))
	}
	return a
}

// whole runs every stream and holds it to the truth.
func whole(t *testing.T, run harness.Run, span harness.Span) harness.Output {
	t.Helper()
	run.Select = harness.Streams
	out := run.Do(t)
	require.Equal(t, 0, out.Code, out.Stderr)
	taptest.Same(t, harness.Truth(t, run.Server, span), harness.Warehouse{}.Load(t, out))
	return out
}

// TestEdges loads sessions of every awkward place and length: over midnight and the
// edges of windows, of hours and of many days, to the second before they end.
func TestEdges(t *testing.T) {
	for name, dialect := range dialects {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var events []emulator.Event
				add := func(session string, from time.Time, every time.Duration, n int) {
					for i := range n {
						events = append(events, visit(session, from.Add(time.Duration(i)*every)))
					}
				}
				for i, hours := range []int{0, 5, 6, 7, 23, 24, 25} {
					add(fmt.Sprint("midnight", i), harness.Start.Add(time.Duration(hours)*time.Hour-time.Second), time.Second, 3)
					add(fmt.Sprint("edge", i), harness.Start.Add(time.Duration(hours)*time.Hour-25*time.Minute), 29*time.Minute, 4)
				}
				add("days", harness.Start.Add(10*time.Hour), 29*time.Minute, 400)          // eight days
				add("before", harness.Start.Add(-30*time.Hour), 25*time.Minute, 100)       // from before the start
				add("gone before", harness.Start.Add(-time.Hour), time.Minute, 60)         // ends a minute before it
				add("first second", harness.Start, time.Second, 1)                         //
				add("ties", harness.Start.Add(36*time.Hour), 0, 5)                         // all in one second
				add("open", harness.Start.Add(9*oneDay-11*time.Minute), 5*time.Minute, 20) // goes on at the end of the run
				add("a", harness.Start.Add(3*oneDay), 12*time.Minute, 5)                   //
				for i := range 100 {                                                       // exactly a hundred in one second
					add(fmt.Sprintf("hundred%02d", i), harness.Start.Add(4*oneDay), 0, 1)
				}
				s := emulator.New(account(t, dialect, events...), harness.Start.Add(9*oneDay))
				s.Dialect = dialect
				if dialect.Capped { // a hundred in one second are more than such a server shows
					out := harness.Run{Server: s}.Do(t)
					require.Equal(t, program.ExitConfig, out.Code, out.Stderr)
					require.NotContains(t, out.Stdout, "hundred")
					return
				}
				for _, size := range []int{100, 10, 101, 10000}[:4/min(share, 4)] {
					whole(t, harness.Run{Server: s, Config: harness.Config{"page_size": size}}, harness.Span{})
				}
			})
		})
	}
}

// TestLaterRuns lets days go by, with everything that changes what was loaded: a run
// finds it within the look-back, and writes nothing that did not change.
func TestLaterRuns(t *testing.T) {
	for name, dialect := range some(dialects, 2) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				options := emulator.Options{Seed: 5, Days: 12, SessionsPerDay: 4, Imported: -1, Deleted: -1}
				if dialect.Generation == emulator.Legacy {
					options.Late = -1 // no column of a session there counts a late event of a newer kind: nothing shows it
				}
				s := server(dialect, options)
				s.SetNow(harness.Start.Add(4*oneDay + 12*time.Hour))
				run := harness.Run{Server: s, Select: harness.Streams}
				got := harness.Warehouse{}
				for range 12 / min(share, 4) {
					out := run.Do(t)
					require.Equal(t, 0, out.Code, out.Stderr)
					got.Load(t, out)
					run.State = out.State()
					taptest.Holds(t, harness.Truth(t, s, harness.Span{}, "sessions", "sites", "session_locations"), got.Only("sessions", "sites", "session_locations"))
					taptest.Holds(t, harness.Truth(t, s, harness.Span{}), got)

					again := run.Do(t)
					require.Equal(t, 0, again.Code, again.Stderr)
					for _, stream := range []string{"sessions", "session_events", "session_locations"} {
						for line := range strings.Lines(again.Stdout) {
							require.False(t, strings.HasPrefix(line, `{"type":"RECORD","stream":"`+stream+`"`), "nothing has changed: %s", line)
						}
					}
					s.Advance(oneDay)
				}
			})
		})
	}
}

// TestChanges changes one thing each behind a run, and wants it after the next one.
func TestChanges(t *testing.T) {
	now := harness.Start.Add(5 * oneDay)
	for name, change := range map[string]func(t *testing.T, a *emulator.Account, at time.Time){
		"a late event": func(t *testing.T, a *emulator.Account, at time.Time) {
			e := visit("s1", now.Add(-25*time.Hour+time.Minute))
			e.Arrives = at
			require.NoError(t, a.AddEvent(e))
		},
		"a late session": func(t *testing.T, a *emulator.Account, at time.Time) {
			e := visit("late", now.Add(-50*time.Hour))
			e.Arrives = at
			require.NoError(t, a.AddEvent(e))
		},
		"an event before the others": func(t *testing.T, a *emulator.Account, at time.Time) {
			e := visit("s1", now.Add(-25*time.Hour-time.Minute))
			e.Arrives = at
			require.NoError(t, a.AddEvent(e))
		},
		"a name": func(t *testing.T, a *emulator.Account, at time.Time) {
			require.NotZero(t, a.Rename(emulator.Renaming{Device: "u-s1", Name: "ann", Arrives: at}))
		},
		"traits": func(t *testing.T, a *emulator.Account, at time.Time) {
			require.NoError(t, a.SetTraits(1, "bob", `{"plan":"pro","n":12345678901234567890}`, at))
		},
	} {
		for _, dialect := range []emulator.Dialect{onLegacy, onCurrent} {
			t.Run(name+", "+dialect.Generation.String(), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					named := visit("s2", now.Add(-30*time.Hour))
					named.Name = "bob"
					a := account(t, dialect, visit("s1", now.Add(-25*time.Hour)), named)
					s := emulator.New(a, now)
					s.Dialect = dialect
					run := harness.Run{Server: s}
					run.State = whole(t, run, harness.Span{}).State()
					change(t, a, now.Add(10*time.Minute))
					s.Advance(time.Hour)
					run.Select = []string{"sessions", "session_events"}
					out := run.Do(t)
					require.Equal(t, 0, out.Code, out.Stderr)
					require.Equal(t, 1, strings.Count(out.Stdout, `"RECORD","stream":"sessions"`), "what changed alone")
					first := harness.Run{Server: s}.Do(t)
					got := harness.Warehouse{}.Load(t, first, out)
					taptest.Same(t, harness.Truth(t, s, harness.Span{}, "sessions"), got.Only("sessions"))
				})
			})
		}
	}
}
