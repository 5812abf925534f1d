package reprise_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// owned is a server for the account of a seed.
func owned(seed int64) *emulator.Server {
	return emulator.New(emulator.NewAccount(emulator.Options{
		Seed: seed, Start: emulator.DemoStart, Days: 5, SessionsPerDay: 5, EventsPerSession: 3, Changes: 5,
	}), emulator.DemoStart.Add(4*day))
}

// marks are what the bookmarks of a state remember of its account.
func marks(state string) map[string]int {
	seen := map[string]int{}
	for _, m := range regexp.MustCompile(`"account":"([0-9a-f]*)"`).FindAllStringSubmatch(state, -1) {
		seen[m[1]]++
	}
	return seen
}

var mark = regexp.MustCompile(`,"account":"[^"]*"`)

// TestStateOfAnAccount: a state is gone on from by the key of its account alone,
// as far as client_id tells.
func TestStateOfAnAccount(t *testing.T) {
	for name, c := range map[string]struct {
		seed   int64
		change func(*emulator.Server)
		state  func(string) string
		over   bool // every stream starts over
		marked bool // the new state remembers the second account, or else what it did
	}{
		"its own":                    {seed: 1, marked: true},
		"its own, by another key":    {seed: 1, change: func(s *emulator.Server) { s.Key = "rprswh_rotated" }, marked: true},
		"another's":                  {seed: 2, over: true, marked: true},
		"another's, by the same key": {seed: 2, change: func(s *emulator.Server) { s.Key = emulator.DemoKey }, over: true, marked: true},
		"another's, of an older version": {seed: 2, marked: true,
			state: func(text string) string { return mark.ReplaceAllString(text, "") }},
		"another's, a part of an older version": {seed: 2, over: true, marked: true,
			state: func(text string) string { return strings.Replace(text, mark.FindString(text), "", 2) }},
		"no column": {seed: 2, change: func(s *emulator.Server) { s.Dialect.Missing = []string{"client_id"} }},
		"null":      {seed: 2, change: func(s *emulator.Server) { renamed(s, func(int, url.Values) string { return "null" }) }},
		"several": {seed: 2, change: func(s *emulator.Server) {
			renamed(s, func(i int, _ url.Values) string { return fmt.Sprintf(`"c%d"`, i%2) })
		}},
		"a number": {seed: 2, change: func(s *emulator.Server) { renamed(s, func(int, url.Values) string { return "12345678901234567890" }) }, over: true, marked: true},
		"several, by turns": {seed: 1, change: func(s *emulator.Server) {
			renamed(s, func(_ int, q url.Values) string {
				if q.Get("start_timestamp") < "2026-07-03" {
					return "" // its own
				}
				return `"another"`
			})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				first := harness.Run{Server: owned(1)}.Do(t)
				require.Equal(t, 0, first.Code, first.LastLine())
				before := marks(first.State())
				require.Len(t, before, 1)
				for _, n := range before {
					require.Equal(t, len(harness.Streams), n)
				}
				require.NotContains(t, first.State(), "client-", "hashed")

				s := owned(c.seed)
				run := harness.Run{Server: s, State: first.State()}
				if c.change != nil {
					c.change(s)
				}
				if c.state != nil {
					run.State = c.state(run.State)
				}
				second := run.Do(t)
				require.Equal(t, 0, second.Code, second.LastLine())
				require.Equal(t, c.over, len(second.Lines("WARNING the state belongs to another account than the API key: every stream starts over")) == 1, second.Stderr)
				after := marks(second.State())
				require.Len(t, after, 1)
				for account, n := range after {
					require.Equal(t, len(harness.Streams), n)
					require.Equal(t, c.seed == 1 || !c.marked, before[account] > 0)
				}
				if c.over && c.change == nil {
					taptest.Same(t, harness.Truth(t, s, harness.Span{}), harness.Warehouse{}.Load(t, second))
				}
				run.State = second.State()
				require.Empty(t, run.Do(t).Lines("another account"))
			})
		})
	}
}

// renamed has each row's client_id be another value, in JSON, by the row's place
// in its answer; "" leaves it.
func renamed(s *emulator.Server, value func(i int, q url.Values) string) {
	column := regexp.MustCompile(`"client_id":\s*"[^"]*"`)
	rewriting(s, func(b []byte, q url.Values) []byte {
		i := -1
		return column.ReplaceAllFunc(b, func(old []byte) []byte {
			if i++; value(i, q) == "" {
				return old
			}
			return append([]byte(`"client_id": `), value(i, q)...)
		})
	})
}

// TestStateOfAnAccountWithoutRows: nobody can tell whose it is, so nothing is
// said, and the mark stays for the day on which there are rows.
func TestStateOfAnAccountWithoutRows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := harness.Run{Server: owned(1)}.Do(t)
		s := emulator.New(emulator.NewAccount(emulator.Options{Seed: 2, Start: emulator.DemoStart.Add(30 * day), Days: 3, SessionsPerDay: 5}), emulator.DemoStart.Add(5*day))
		empty := harness.Run{Server: s, State: first.State()}.Do(t)
		require.Equal(t, 0, empty.Code, empty.LastLine())
		require.Empty(t, empty.Lines("WARNING"))
		require.Equal(t, marks(first.State()), marks(empty.State()))
		s.Advance(29 * day)
		last := harness.Run{Server: s, State: empty.State()}.Do(t)
		require.Equal(t, 0, last.Code, last.LastLine())
		require.Len(t, last.Lines("WARNING the state belongs to another account"), 1)
		taptest.Holds(t, harness.Truth(t, s, harness.Span{}), harness.Warehouse{}.Load(t, empty, last))
	})
}

// TestStateOfAnAccountCutShort: a run that started over and was killed leaves a
// state of both accounts. What is of this one is gone on from.
func TestStateOfAnAccountCutShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, s := harness.Run{Server: owned(1)}.Do(t), owned(2)
		run := harness.Run{Server: s, State: first.State()}
		whole := run.Do(t)
		cut := whole.Cut(bytes.Index([]byte(whole.Stdout), []byte(`{"type":"SCHEMA","stream":"replicate_session_activity"`)))
		require.Contains(t, cut.State(), `"replay_metrics":null`)
		run.State = cut.State()
		rest := run.Do(t)
		require.Equal(t, 0, rest.Code, rest.LastLine())
		require.Empty(t, rest.Lines("another account"))
		require.Empty(t, rest.Records(t, "replay_session_activity"))
		taptest.Same(t, harness.Truth(t, s, harness.Span{}), harness.Warehouse{}.Load(t, cut, rest))

		// As merging stores keep it, which never remove a bookmark.
		run.State = strings.Replace(cut.State(), `"replay_metrics":null`, `"replay_metrics":{"since_created_at":"2026-07-05T00:00:00.000000Z","v":1,"account":"0123456789abcdef"}`, 1)
		rest = run.Do(t)
		require.Len(t, rest.Lines(`WARNING a part of the state belongs to another account than the API key: its streams start over kept="replay_session_activity, replay_session_summary"`), 1, rest.Stderr)
		taptest.Same(t, harness.Truth(t, s, harness.Span{}), harness.Warehouse{}.Load(t, cut, rest))
	})
}

// TestAccountOfADeselectedColumn: client_id need not be in the catalog, nor any
// stream that has it.
func TestAccountOfADeselectedColumn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		run := harness.Run{Server: owned(1), Select: []string{"replay_change_feed"}}
		first := run.Do(t)
		require.Len(t, marks(first.State()), 1)
		run.Server, run.State = owned(2), first.State()
		second := run.Do(t)
		require.Len(t, second.Lines("WARNING the state belongs to another account"), 1)
		run.Server.Forbidden = []string{"replay_session_summary", "replicate_session_activity"}
		require.Len(t, run.Do(t).Lines("WARNING the state belongs to another account"), 1)
	})
}

// TestAccountOfABrokenPipe: a pipe that fails, or never answers, does not keep
// the others from telling, nor the run from beginning.
func TestAccountOfABrokenPipe(t *testing.T) {
	for name, fault := range map[string]emulator.Fault{
		"fails": {Status: 500}, "hangs": {Stall: 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				run := harness.Run{Server: owned(1), Select: []string{"replay_change_feed"}}
				first := run.Do(t)
				run.Server, run.State = owned(2), first.State()
				run.Server.Fault = func(r *http.Request) *emulator.Fault {
					if strings.Contains(r.URL.Path, "summary") {
						return &fault
					}
					return nil
				}
				began := time.Now()
				second := run.Do(t)
				require.Equal(t, 0, second.Code, second.LastLine())
				require.Len(t, second.Lines("WARNING the state belongs to another account"), 1)
				require.Greater(t, time.Since(began), time.Minute, "the pipe was asked")
				require.Less(t, time.Since(began), 3*time.Minute)
			})
		})
	}
}

// TestAccountCostsARequest: one where the last day has rows.
func TestAccountCostsARequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := owned(1)
		out := harness.Run{Server: s}.Do(t)
		require.Equal(t, 0, out.Code, out.LastLine())
		asked := 0
		for _, r := range s.Requests() {
			if r.Query.Get("limit") == "25" {
				asked++
			}
		}
		require.Equal(t, 1, asked)
	})
}
