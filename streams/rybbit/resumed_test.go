package rybbit_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/localapi"
	"tap-reprise/internal/program"
	"tap-reprise/streams/rybbit/emulator"
	"tap-reprise/streams/rybbit/harness"
	"tap-reprise/tap/taptest"
)

// TestKilled cuts the output after seeded byte counts, with -tags full 200, as kill -9
// does, and resumes from the last STATE line that is whole: no row is missing.
func TestKilled(t *testing.T) {
	for i, dialect := range []emulator.Dialect{onLegacy, onCurrent} {
		t.Run(dialect.Generation.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				random := rand.New(rand.NewPCG(uint64(i), 9))
				s := server(dialect, small)
				// Time must pass between pages: STATE lines are at least a second apart.
				s.Fault = func(*http.Request) *localapi.Fault { return &localapi.Fault{Stall: 700 * time.Millisecond} }
				run := harness.Run{Server: s, Select: harness.Streams}
				full := run.Do(t)
				require.Equal(t, 0, full.Code, full.LastLine())
				require.Greater(t, strings.Count(full.Stdout, `{"type":"STATE"`), 5, "a state is there to resume from")
				s.Fault = nil
				want := harness.Truth(t, s, harness.Span{})
				for range 100 / (6*share - 5) {
					first := full.Cut(random.IntN(len(full.Stdout) + 1))
					run.State = first.State()
					second := run.Do(t)
					require.Equal(t, 0, second.Code, second.LastLine())
					taptest.Same(t, want, harness.Warehouse{}.Load(t, first, second), "killed after %d bytes", len(first.Stdout))
				}
			})
		})
	}
}

// TestSlicesAddUp loads up to an end_date, and goes on from its state without one. The
// rows are those of one run.
func TestSlicesAddUp(t *testing.T) {
	for name, dialect := range some(dialects, 4) {
		for _, at := range []time.Duration{0, oneDay, 36*time.Hour + 7*time.Second, 3 * oneDay} {
			t.Run(fmt.Sprint(name, at), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := server(dialect, emulator.Options{Seed: 4, Days: 4, SessionsPerDay: 8, Deleted: -1, Imported: -1})
					end := harness.Start.Add(at)
					run := harness.Run{Server: s, Select: []string{"sessions", "session_events"}, Config: harness.Config{"end_date": end.Format(time.RFC3339)}}
					first := run.Do(t)
					if at == 0 {
						require.Equal(t, program.ExitConfig, first.Code, "nothing lies between the two: %s", first.LastLine())
						return
					}
					require.Equal(t, 0, first.Code, first.Stderr)
					taptest.Same(t, harness.Truth(t, s, harness.Span{To: end}, run.Select...), harness.Warehouse{}.Load(t, first))
					run.Config, run.State = nil, first.State()
					second := run.Do(t)
					require.Equal(t, 0, second.Code, second.Stderr)
					taptest.Same(t, harness.Truth(t, s, harness.Span{}, run.Select...), harness.Warehouse{}.Load(t, first, second))

					run.Config, run.State = harness.Config{"start_date": end.Format(time.RFC3339)}, ""
					right := run.Do(t)
					require.Equal(t, 0, right.Code, right.Stderr)
					taptest.Same(t, harness.Truth(t, s, harness.Span{From: end}, run.Select...), harness.Warehouse{}.Load(t, right))
				})
			})
		}
	}
}

// TestSites reads some sites, then others: a site that is new in the config is read
// from the start, and one that was left out goes on where it was.
func TestSites(t *testing.T) {
	for _, dialect := range []emulator.Dialect{onLegacy, onCurrent} {
		synctest.Test(t, func(t *testing.T) {
			s := server(dialect, small)
			got := harness.Warehouse{}
			run := harness.Run{Server: s, Select: harness.Streams}
			for _, sites := range [][]string{{"2"}, {"1", "3"}, {"3", "2"}, {"1", "2", "3"}} {
				run.Config = harness.Config{"sites": sites}
				out := run.Do(t)
				require.Equal(t, 0, out.Code, out.Stderr)
				got.Load(t, out)
				run.State = out.State()
			}
			taptest.Same(t, harness.Truth(t, s, harness.Span{}), got)
		})
	}
}

// TestBookmarks takes states that are damaged or another connector's.
func TestBookmarks(t *testing.T) {
	for name, c := range map[string]struct {
		bookmark string
		code     int
	}{
		"a number for the parts":      {`{"v":1,"parts":7}`, program.ExitConfig},
		"a list":                      {`[]`, program.ExitConfig},
		"no parts":                    {`{"v":1}`, 0},
		"parts that are null":         {`{"v":1,"parts":{"1":null}}`, 0},
		"a part of the wrong kind":    {`{"v":1,"parts":{"1":7}}`, program.ExitConfig},
		"a part whose moment is none": {`{"v":1,"parts":{"1":{"v":1,"since_session_end":"soon"}}}`, program.ExitConfig},
		"a ledger that is none":       {`{"v":1,"parts":{"1":{"v":1,"since_session_end":"2026-07-01T00:00:00Z","ledger":"x"}}}`, 0},
		"a site that is no more":      {`{"v":1,"parts":{"77":{"v":1,"since_session_end":"2026-07-01T00:00:00Z"}}}`, 0},
		"another connector's":         {`{"session_end":"2026-07-01T00:00:00Z"}`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := server(onCurrent, small)
				out := harness.Run{Server: s, State: `{"bookmarks":{"sessions":` + c.bookmark + `}}`, Select: []string{"sessions"}}.Do(t)
				require.Equal(t, c.code, out.Code, out.Stderr)
				if c.code == 0 {
					taptest.Same(t, harness.Truth(t, s, harness.Span{}, "sessions"), harness.Warehouse{}.Load(t, out))
				}
			})
		})
	}
}

// TestVerify says that all is well behind a run, and what is not once a session is
// gone or has changed.
func TestVerify(t *testing.T) {
	for _, dialect := range []emulator.Dialect{onLegacy, onCurrent} {
		synctest.Test(t, func(t *testing.T) {
			now := harness.Start.Add(5 * oneDay)
			a := account(t, dialect, visit("s1", now.Add(-25*time.Hour)), visit("s2", now.Add(-30*time.Hour)), visit("open", now.Add(-5*time.Minute)))
			s := emulator.New(a, now)
			s.Dialect = dialect
			state := whole(t, harness.Run{Server: s}, harness.Span{}).State()
			verify := harness.Run{Server: s, State: state, Args: []string{"verify", "--deep"}}
			out := verify.Do(t)
			require.Equal(t, 0, out.Code, out.Stdout+out.Stderr)
			require.NoError(t, a.AddEvent(visit("open", now.Add(2*time.Minute))))
			s.Advance(4 * time.Minute)
			out = verify.Do(t)
			require.Equal(t, 0, out.Code, "a session that was open went on\n"+out.Stdout+out.Stderr)
			a.DeleteSession(1, "s2", now.Add(time.Minute))
			s.Advance(time.Hour)
			out = verify.Do(t)
			require.NotEqual(t, 0, out.Code, out.Stdout+out.Stderr)
			require.Contains(t, out.LastLine(), "differences between the state and the API")
		})
	}
}

// TestClockOfThisMachine changes nothing: now is the server's.
func TestClockOfThisMachine(t *testing.T) {
	var outs []string
	for _, ahead := range []time.Duration{0, 365 * oneDay} {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(ahead) // costs nothing in a bubble
			s := server(onCurrent, emulator.Options{Seed: 9, Days: 3, SessionsPerDay: 5, Imported: -1})
			s.Dialect.Quiet = true
			out := harness.Run{Server: s, Select: harness.Streams}.Do(t)
			require.Equal(t, 0, out.Code, out.Stderr)
			taptest.Same(t, harness.Truth(t, s, harness.Span{}), harness.Warehouse{}.Load(t, out))
			outs = append(outs, out.State())
		})
	}
	require.Equal(t, outs[0], outs[1])
}

// TestPersonal leaves out or hashes what says who somebody is.
func TestPersonal(t *testing.T) {
	for _, data := range []string{"hashed", "none"} {
		synctest.Test(t, func(t *testing.T) {
			s := server(onCurrent, small)
			var secret []string
			for _, site := range []int{1, 2} {
				for _, row := range s.Account.Truth(site, s.Now(), s.Dialect).Sessions {
					secret = append(secret, `"`+row["user_id"].(string)+`"`)
					if ip, ok := row["ip"].(string); ok {
						secret = append(secret, `"`+ip+`"`)
					}
				}
			}
			require.NotEmpty(t, secret)
			// Without a catalog: one of other types would have to be discovered again.
			out := harness.Run{Server: s, Config: harness.Config{"viewer_data": data, "viewer_data_salt": "salt and pepper"}}.Do(t)
			require.Equal(t, 0, out.Code, out.Stderr)
			for _, text := range secret {
				require.NotContains(t, out.Stdout, text)
			}
			got := harness.Warehouse{}.Load(t, out)
			want := harness.Truth(t, s, harness.Span{})
			for _, stream := range []string{"sites", "sessions"} {
				require.Len(t, got[stream], len(want[stream]), stream)
			}
			require.NotContains(t, out.Stderr, "pepper")
			for _, row := range got["sessions"] {
				if data == "hashed" && len(row["city"].(string)) != 64 {
					require.Empty(t, row["city"], "a place that is not known is not hashed")
				}
			}
		})
	}
}

// TestSitesWithoutAnOrganization: a legacy server does not list single sites. Their
// sessions are read all the same.
func TestSitesWithoutAnOrganization(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := server(onLegacy, small)
		out := harness.Run{Server: s, Config: harness.Config{"organization": "", "sites": []string{"1"}}}.Do(t)
		require.Equal(t, 0, out.Code, out.Stderr)
		require.Contains(t, out.Stderr, "lists sites by organization only")
		got := harness.Warehouse{}.Load(t, out)
		require.Empty(t, got["sites"])
		require.NotEmpty(t, got["sessions"])
	})
}
