package reprise_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// rewriting changes the bodies of data answers.
func rewriting(s *emulator.Server, change func(b []byte, q url.Values) []byte) {
	s.Fault = func(r *http.Request) *emulator.Fault {
		if r.URL.Path == emulator.TokenPath {
			return nil
		}
		return &emulator.Fault{Rewrite: func(b []byte) []byte { return change(b, r.URL.Query()) }}
	}
}

// TestRowsElsewhere has a row whose clock is missing, far from what was asked
// for, or no moment at all: it is written all the same, with one warning.
func TestRowsElsewhere(t *testing.T) {
	for name, clock := range map[string]string{
		"no clock":          `null`,
		"years earlier":     `"1999-01-01 00:00:00.000"`,
		"years later":       `"2031-01-01 00:00:00.000"`,
		"an impossible day": `"2026-13-41 00:00:00.000"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := small()
				all := s.Truth("replay_session_summary", nil)
				odd := strings.Trim(all[len(all)/2].Get("session_id"), `"`)
				row := regexp.MustCompile(`("session_id": "` + odd + `",\s*"session_created_at": )"[^"]*"`)
				rewriting(s, func(b []byte, _ url.Values) []byte { return row.ReplaceAll(b, []byte("${1}"+clock)) })
				run := harness.Run{Server: s, Config: smallPages, Select: []string{"replay_session_summary"}}
				out := run.Do(t)
				require.Equal(t, 0, out.Code, out.LastLine())
				got := harness.Warehouse{}.Load(t, out)
				require.Contains(t, got["replay_session_summary"], odd)
				require.Len(t, got["replay_session_summary"], len(all))
				require.Len(t, lines(out, "WARNING", "the API sends rows whose session_created_at is missing or outside the time asked for"), 1)

				run.State = out.State()
				s.Advance(day)
				again := run.Do(t)
				require.Equal(t, 0, again.Code, again.LastLine())
				require.Len(t, got.Load(t, again)["replay_session_summary"], len(s.Truth("replay_session_summary", nil)))
			})
		})
	}
}

// TestUnsortedFeed turns the order of each page of the change feed round.
func TestUnsortedFeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := small()
		s.Account.Burst(emulator.Burst{At: emulator.DemoStart.Add(2 * day), Span: day, Changes: 60})
		s.Dialect.Layout = emulator.Compact
		rewriting(s, func(b []byte, q url.Values) []byte {
			head, rest, ok := bytes.Cut(b, []byte(`"data":[{"entity_type`))
			data, tail, found := bytes.Cut(rest, []byte(`}]`))
			if !ok || !found {
				return b
			}
			rows := bytes.Split(data, []byte(`},{"entity_type`))
			slices.Reverse(rows)
			return slices.Concat(head, []byte(`"data":[{"entity_type`), bytes.Join(rows, []byte(`},{"entity_type`)), []byte(`}]`), tail)
		})
		out := harness.Run{Server: s, Config: harness.Config{"page_size": 20}, Select: []string{"replay_change_feed"}}.Do(t)
		require.Equal(t, 0, out.Code, out.LastLine())
		taptest.Same(t, harness.Truth(t, s, harness.Span{}, "replay_change_feed"), harness.Warehouse{}.Load(t, out))
	})
}

// TestHugeAnswer sends one answer of over 100 MB: the stretch is asked for
// again in smaller parts.
func TestHugeAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, hits := settled(), 0
		rewriting(s, func(b []byte, q url.Values) []byte {
			if q.Get("limit") != "50" || hits > 0 {
				return b
			}
			hits++
			return append(bytes.Repeat([]byte{'\n'}, 100<<20), b...)
		})
		out := harness.Run{Server: s, Config: with(loading, harness.Config{"concurrency": 1}), Select: []string{"replay_session_summary"}}.Do(t)
		require.Equal(t, 0, out.Code, out.LastLine())
		require.Equal(t, 1, hits)
		taptest.Same(t, settledRows(t, "replay_session_summary"), harness.Warehouse{}.Load(t, out))
		var asked []url.Values
		for _, r := range s.Requests() {
			if r.Query.Get("limit") == "50" {
				asked = append(asked, r.Query)
			}
		}
		require.Equal(t, asked[0].Get("start_timestamp"), asked[1].Get("start_timestamp"))
		require.Less(t, asked[1].Get("end_timestamp"), asked[0].Get("end_timestamp"))
	})
}

// TestDiscoverWithoutMeta has pipes that describe no columns where they have no
// rows: a row is asked for. Where there is none either the built-in schema is
// taken, and says so.
func TestDiscoverWithoutMeta(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := small()
		meta := regexp.MustCompile(`(?s)"meta":\s*\[.*?\],`)
		rewriting(s, func(b []byte, _ url.Values) []byte {
			if bytes.Contains(b, []byte(`"rows": 0`)) {
				return meta.ReplaceAll(b, []byte(`"meta": [],`))
			}
			return b
		})
		s.Dialect.Extra = []emulator.Column{{Name: "campaign", Type: "String", JSON: `"spring"`}}
		out := harness.Run{Server: s, Args: []string{"--discover"}}.Do(t)
		require.Equal(t, 0, out.Code, out.LastLine())
		require.Empty(t, out.Lines("WARNING"))
		require.Equal(t, 5, strings.Count(out.Stdout, `"campaign": {`))
		out = harness.Run{Server: s, Args: []string{"--discover"}, Config: harness.Config{"start_date": "2126-01-01"}}.Do(t)
		require.Len(t, lines(out, "WARNING", "the API describes no columns; the built-in schema is taken"), 4)

		s.Dialect.Extra = nil
		out = harness.Run{Server: s, Select: harness.Streams}.Do(t)
		require.Equal(t, 0, out.Code, out.LastLine())
		got, want := harness.Warehouse{}.Load(t, out), harness.Truth(t, s, harness.Span{})
		for _, stream := range harness.Streams {
			require.Len(t, got[stream], len(want[stream]), stream)
		}
	})
}

// TestDiscoveryFaults meets each fault while columns are asked for. A person or
// a platform waits: it takes at most a few minutes, and ends with a clear line.
func TestDiscoveryFaults(t *testing.T) {
	for name, trouble := range some(troubles, 5) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settledRows(t)
			synctest.Test(t, func(t *testing.T) {
				s := settled()
				s.Fault = numbered(func(n int, _ *http.Request) *emulator.Fault {
					if n == 1 || n == 4 {
						return &trouble.fault
					}
					return nil
				})
				run := harness.Run{Server: s, Config: loading}
				complete(t, run, run.Do(t), settledRows(t))

				s = settled()
				s.Fault = func(*http.Request) *emulator.Fault { return &trouble.fault }
				began := time.Now()
				out := harness.Run{Server: s, Config: loading, Args: []string{"--discover"}}.Do(t)
				require.Less(t, time.Since(began), 10*time.Minute)
				if out.Code != 0 {
					require.Empty(t, out.Stdout)
					require.Regexp(t, `^CRITICAL .{20,}`, out.LastLine())
				}
			})
		})
	}
}

// TestManyEntities has more entities in a window of replay_metrics than a page
// holds, after a window with more of them still, and totals that do not tell.
func TestManyEntities(t *testing.T) {
	for name, dialect := range map[string]emulator.Dialect{
		"a total that says nothing":              {RowsBefore: emulator.LowerBound},
		"no total":                               {RowsBefore: emulator.Absent},
		"no total, in any order":                 {RowsBefore: emulator.Absent, ShuffleTies: true},
		"a silent cap":                           {RowsBefore: emulator.LowerBound, CapLimit: 31},
		"a silent cap below the page, any order": {RowsBefore: emulator.LowerBound, CapLimit: 13, ShuffleTies: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := emulator.New(emulator.NewAccount(emulator.Options{
					Seed: 8, Start: emulator.DemoStart, Days: 4, SessionsPerDay: 60, EventsPerSession: 2, Replays: 30, Changes: -1,
				}), emulator.DemoStart.Add(5*day))
				s.Dialect = dialect
				out := harness.Run{Server: s, Config: harness.Config{"page_size": 20}, Select: []string{"replay_metrics"}}.Do(t)
				require.Equal(t, 0, out.Code, out.LastLine())
				taptest.Same(t, harness.Truth(t, s, harness.Span{}, "replay_metrics"), harness.Warehouse{}.Load(t, out))
			})
		})
	}
}

// TestAgedAnswers has a few answers out of a cache, which are asked for again
// with another limit, from an API whose total tells nothing beyond the page: a
// page of as many rows as were asked for is never taken for a whole one.
func TestAgedAnswers(t *testing.T) {
	settledRows(t)
	for aged := range 12 {
		synctest.Test(t, func(t *testing.T) {
			s := settled()
			s.Dialect.RowsBefore = emulator.LowerBound
			asked := 0
			s.Fault = func(r *http.Request) *emulator.Fault {
				if strings.HasSuffix(r.URL.Path, "activity.json") {
					asked++
				}
				if asked == aged+2 {
					return &emulator.Fault{Header: header("Age", "60")}
				}
				return nil
			}
			out := harness.Run{Server: s, Config: with(loading, harness.Config{"concurrency": 1}), Select: []string{"replay_session_activity"}}.Do(t)
			require.Equal(t, 0, out.Code, out.LastLine())
			taptest.Same(t, settledRows(t, "replay_session_activity"), harness.Warehouse{}.Load(t, out), "request %d", aged+2)
		})
	}
}

// TestStaleCache loads the change feed twice from its start, which makes the
// same request twice, over a cache. One that listens to no-cache is never met;
// behind one that does not, the same is asked for in other words.
func TestStaleCache(t *testing.T) {
	for _, stubborn := range []bool{false, true} {
		t.Run(fmt.Sprint("stubborn ", stubborn), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := settled()
				s.Account = small().Account
				s.Dialect.CacheFor, s.Dialect.CacheStubborn = 48*time.Hour, stubborn
				run := harness.Run{Server: s, Config: smallPages, Select: []string{"replay_change_feed"}}
				first := run.Do(t)
				require.Equal(t, 0, first.Code, first.LastLine())
				s.Account.AddChange(emulator.Change{ID: "new", Ingested: s.Now().Add(time.Minute)})
				s.Advance(time.Hour)
				s.ResetRequests()
				second := run.Do(t)
				require.Equal(t, 0, second.Code, second.LastLine())
				taptest.Same(t, harness.Truth(t, s, harness.Span{}, "replay_change_feed"), harness.Warehouse{}.Load(t, second))
				reworded := 0
				for _, r := range s.Requests() {
					if limit, _ := strconv.Atoi(r.Query.Get("limit")); limit > 50 {
						reworded++
					}
				}
				require.Equal(t, stubborn, reworded > 0)
				require.Empty(t, lines(second, "a cache answers for the API"))
			})
		})
	}
}
