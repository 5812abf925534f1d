package reprise_test

import (
	"bytes"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// noUsableDate begins the one warning about a server without a clock.
const noUsableDate = "the API sends no usable Date header"

// TestClocks runs with this machine's clock years off, and with servers whose
// Date is missing or cannot be right. A bubble's clock begins in 2000; to wait
// in it costs nothing.
func TestClocks(t *testing.T) {
	for name, test := range map[string]struct {
		machine  time.Time
		dialect  emulator.Dialect
		warnings int
	}{
		"this machine lives in 2000":                           {},
		"this machine lives in 2043":                           {machine: time.Date(2043, 1, 1, 0, 0, 0, 0, time.UTC)},
		"no Date, and a right clock here":                      {machine: now, dialect: emulator.Dialect{NoDate: true}, warnings: 1},
		"a Date after the token's end, and a right clock here": {machine: now, dialect: emulator.Dialect{DateOffset: 72 * time.Hour}, warnings: 1},
		"a Date a minute ahead, and a wrong clock here":        {dialect: emulator.Dialect{DateOffset: time.Minute}},
		"a Date a day ahead, and a wrong clock here":           {dialect: emulator.Dialect{DateOffset: 24 * time.Hour}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(max(0, time.Until(test.machine)))
				s := small()
				s.Dialect = test.dialect
				s.SetNow(now)
				run := harness.Run{Server: s, Config: harness.Config{"page_size": 200}}
				first := run.Do(t)
				require.Equal(t, 0, first.Code, first.LastLine())
				require.Len(t, first.Lines(noUsableDate), test.warnings)
				got := harness.Warehouse{}.Load(t, first)
				taptest.Same(t, harness.Truth(t, s, harness.Span{}), got)

				s.Advance(26 * time.Hour)
				time.Sleep(26 * time.Hour)
				run.State = first.State()
				second := run.Do(t)
				require.Equal(t, 0, second.Code, second.LastLine())
				taptest.Holds(t, harness.Truth(t, s, harness.Span{}), got.Load(t, second))
			})
		})
	}
}

// now is when the tests of clocks begin: the account goes on for a while.
var now = emulator.DemoStart.Add(8*day + 15*time.Hour + 30*time.Minute)

// TestViewersClocks lets nearly every viewer's clock be wrong, by up to years.
// Nothing follows create_at: the bookmark is the server's time, and runs in a
// row have every row.
func TestViewersClocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := emulator.New(emulator.NewAccount(emulator.Options{
			Seed: 3, Start: emulator.DemoStart, Days: 10, SessionsPerDay: 6, EventsPerSession: 8, Skewed: 0.9,
		}), emulator.DemoStart.Add(2*day))
		session, err := s.Account.AddSession(emulator.Session{Created: emulator.DemoStart.Add(day)})
		require.NoError(t, err)
		for _, year := range []int{1999, 2031} {
			_, err = s.Account.AddEvent(emulator.Event{Session: session, Created: time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)})
			require.NoError(t, err)
		}
		run := harness.Run{Server: s, Config: harness.Config{"page_size": 200}}
		got := harness.Warehouse{}
		for range 6 {
			out := run.Do(t)
			require.Equal(t, 0, out.Code, out.LastLine())
			taptest.Holds(t, harness.Truth(t, s, harness.Span{}), got.Load(t, out))
			run.State = out.State()
			for _, stream := range withClock {
				require.WithinDuration(t, s.Now(), harness.Bookmark(t, out, stream), 2*time.Second)
			}
			s.Advance(37 * time.Hour)
		}
		for _, r := range s.Requests() {
			require.False(t, r.Query.Has("since_created_at"), "no request goes by create_at")
		}
	})
}

// TestPresentSecond has rows of the very second in which the run begins, whose
// Date cannot tell one end of a second from the other: they are loaded.
func TestPresentSecond(t *testing.T) {
	for _, seconds := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			now := emulator.DemoStart.Add(2*day + 700*time.Millisecond)
			s := quiet(emulator.DemoStart.Add(time.Hour), now.Add(-700*time.Millisecond), now.Add(-time.Millisecond), now)
			s.SetNow(now)
			s.Dialect.SecondClock = seconds
			out := harness.Run{Server: s}.Do(t)
			require.Equal(t, 0, out.Code, out.LastLine())
			taptest.Same(t, harness.Truth(t, s, harness.Span{}), harness.Warehouse{}.Load(t, out))
		})
	}
}

// TestOneWrongDate gives one answer a Date of a day ago, as a cache or a server
// with a wrong clock would: the newest rows are there all the same.
func TestOneWrongDate(t *testing.T) {
	for name, test := range map[string]struct {
		header http.Header
		few    []string // streams; nil: all
		at     int      // request; 0: all
	}{
		"all of them, from a cache":    {http.Header{"Age": {"86400"}}, nil, 0},
		"the token's, from a cache":    {http.Header{"Age": {"86400"}}, nil, 1},
		"the first pipe's, of a cache": {http.Header{"Age": {"86400"}}, nil, 2},
		"the token's":                  {nil, nil, 1},
		"the first pipe's":             {nil, nil, 2},
		"one in the middle":            {nil, nil, 20},
		"the token's, of one stream":   {nil, []string{"replay_session_summary"}, 1},
		"the pipe's, of one stream":    {nil, []string{"replay_session_summary"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := small()
				s.SetNow(now)
				s.Fault = numbered(func(n int, r *http.Request) *emulator.Fault {
					if n != test.at && test.at != 0 {
						return nil
					}
					h := http.Header{"Date": {s.Now().Add(-24 * time.Hour).UTC().Format(http.TimeFormat)}}
					maps.Copy(h, test.header)
					return &emulator.Fault{Header: h}
				})
				out := harness.Run{Server: s, Config: harness.Config{"concurrency": 1}, Select: test.few}.Do(t)
				require.Equal(t, 0, out.Code, out.LastLine())
				taptest.Same(t, harness.Truth(t, s, harness.Span{}, test.few...), harness.Warehouse{}.Load(t, out))
			})
		})
	}
}

// TestRepeatedHour has sessions in the hour that New York's clocks show twice in
// autumn: whatever the borders, none is left to a neighbour that has not got it.
func TestRepeatedHour(t *testing.T) {
	first := time.Date(2026, 11, 1, 5, 0, 0, 0, time.UTC)
	for _, start := range []time.Duration{0, time.Second, 10 * time.Minute, 30*time.Minute + time.Second} {
		t.Run(start.String(), func(t *testing.T) {
			var sessions []time.Time
			for _, hours := range []time.Duration{0, time.Hour} { // the two readings of one text
				for s := -2 * time.Second; s <= 2*time.Second; s += time.Second {
					sessions = append(sessions, first.Add(start+hours+s))
				}
			}
			synctest.Test(t, func(t *testing.T) {
				s := quiet(append([]time.Time{first.Add(-time.Hour)}, sessions...)...)
				s.SetNow(first.Add(5 * time.Hour))
				s.Dialect.Zone, s.Dialect.SecondClock = "America/New_York", true
				config := harness.Config{"start_date": first.Add(start).Format(time.RFC3339)}
				out := harness.Run{Server: s, Config: config, Select: []string{"replay_session_summary"}}.Do(t)
				require.Equal(t, 0, out.Code, out.LastLine())
				got := harness.Warehouse{}.Load(t, out)["replay_session_summary"]
				due := slices.DeleteFunc(slices.Clone(sessions), func(at time.Time) bool { return at.Before(first.Add(start)) })
				require.GreaterOrEqual(t, len(got), len(due))
			})
		})
	}
}

// TestFeedStampsAhead has changes that are stamped a year ahead: the bookmark
// stays at now, so that the changes until then are not skipped.
func TestFeedStampsAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := small()
		s.SetNow(now)
		s.Fault = func(r *http.Request) *emulator.Fault {
			return &emulator.Fault{Rewrite: func(b []byte) []byte {
				at := bytes.LastIndex(b, []byte(`"ingested_at": "2026`))
				if !strings.Contains(r.URL.Path, "/replay_change_feed.") || at < 0 {
					return b
				}
				return slices.Concat(b[:at], []byte(`"ingested_at": "2027`), b[at+len(`"ingested_at": "2026`):])
			}}
		}
		run := harness.Run{Server: s, Select: []string{"replay_change_feed"}}
		first := run.Do(t)
		require.Equal(t, 0, first.Code, first.LastLine())
		require.Contains(t, first.Stdout, `"ingested_at":"2027`)
		require.NotContains(t, first.State(), "2027")
		s.Fault = nil
		s.Advance(26 * time.Hour)
		run.State = first.State()
		second := run.Do(t)
		require.Equal(t, 0, second.Code, second.LastLine())
		taptest.Holds(t, harness.Truth(t, s, harness.Span{}, "replay_change_feed"), harness.Warehouse{}.Load(t, first).Load(t, second))
	})
}
