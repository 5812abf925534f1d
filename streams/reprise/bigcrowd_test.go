package reprise_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/internal/stretch"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// TestEndlessSecond has a second that fills more than a thousand pages: its
// stream ends and says what to do, and the others are loaded.
func TestEndlessSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := small()
		s.Account.Burst(emulator.Burst{At: crowd, Span: time.Second, Lives: 1100})
		span := harness.Span{From: crowd.Add(-12 * time.Hour), To: crowd.Add(12 * time.Hour)}
		config := harness.Config{"page_size": 2, "start_date": span.From.Format(time.RFC3339), "end_date": span.To.Format(time.RFC3339)}
		out := harness.Run{Server: s, Config: config, Select: withClock}.Do(t)
		require.Equal(t, program.ExitConfig, out.Code)
		require.Contains(t, out.LastLine(), "the API has more than 1001 rows that no time divides")
		require.Contains(t, out.LastLine(), "page_size")
		others := []string{"replay_session_activity", "replay_session_summary"}
		taptest.Same(t, harness.Truth(t, s, span, others...), harness.Warehouse{}.Load(t, out).Only(others...))

		config["page_size"] = 100
		again := harness.Run{Server: s, Config: config, State: out.State(), Select: withClock}.Do(t)
		require.Equal(t, 0, again.Code, again.LastLine())
		taptest.Same(t, harness.Truth(t, s, span, withClock...), harness.Warehouse{}.Load(t, out, again))
	})
}

// TestCrowdIsCoveredWhole ends a run in the middle of a crowded second, of which
// rows are written by then: its state does not cover them.
func TestCrowdIsCoveredWhole(t *testing.T) {
	for _, stream := range withClock {
		t.Run(stream, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := small()
				s.Account.Burst(emulator.Burst{At: crowd, Sessions: 300, EventsEach: 1, Lives: 300})
				pages := 0
				s.Fault = func(r *http.Request) *emulator.Fault {
					if !readsCrowd(r) {
						return nil
					}
					if pages++; pages == 4 {
						return &emulator.Fault{Status: http.StatusBadRequest, Body: `{"error":"not today"}`}
					}
					return nil
				}
				run := harness.Run{Server: s, Config: oneAtATime, Select: []string{stream}}
				out := run.Do(t)
				require.NotEqual(t, 0, out.Code)
				of := func(w harness.Warehouse) (n int) {
					for _, row := range w[stream] {
						if harness.Clock(t, stream, row).Truncate(time.Second).Equal(crowd) {
							n++
						}
					}
					return n
				}
				require.Greater(t, of(harness.Warehouse{}.Load(t, out)), 100, "rows are written as they are met")
				require.NotContains(t, out.State(), crowd.Add(time.Second).Format(`"since_created_at":"2006-01-02T15:04:05`))
				s.Fault = nil
				run.State = out.State()
				again := run.Do(t)
				require.Equal(t, 0, again.Code, again.LastLine())
				// What came first may be lost by a loader, but not what the state does not cover.
				require.GreaterOrEqual(t, of(harness.Warehouse{}.Load(t, again)), 300)
				taptest.Same(t, harness.Truth(t, s, harness.Span{}, stream), harness.Warehouse{}.Load(t, out, again))
			})
		})
	}
}

// TestCrowdKeepsTheLastChange has many changes of few links in one second of the
// feed, in any order: on whatever page it comes, the last one is written last.
func TestCrowdKeepsTheLastChange(t *testing.T) {
	for name, dialect := range map[string]emulator.Dialect{"in any order": {ShuffleTies: true}, "the last first": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := small()
				s.Dialect = dialect
				number := regexp.MustCompile(`~\d+`)
				rewriting(s, func(b []byte, _ url.Values) []byte { return number.ReplaceAll(b, nil) })
				last := map[string]string{}
				for i := range 200 {
					// The emulator shows one change of each entity.
					id, at := fmt.Sprint("link-", i%7), crowd.Add(-time.Duration(200+i)*time.Millisecond)
					s.Account.AddChange(emulator.Change{Link: true, ID: fmt.Sprint(id, "~", i), Parent: "a", Changed: at, Ingested: crowd, Arrives: crowd})
					last[id] = max(last[id], at.Format("2006-01-02T15:04:05.000000Z"))
				}
				out := harness.Run{Server: s, Config: oneAtATime, Select: []string{"replay_change_feed"}}.Do(t)
				require.Equal(t, 0, out.Code, out.LastLine())
				got := harness.Warehouse{}.Load(t, out)["replay_change_feed"]
				for id, at := range last {
					require.Equal(t, at, got["published_replay_link "+id]["changed_at"], id)
				}
			})
		})
	}
}

// TestCrowdBeyondMemory has too many rows in a second to tell them apart: it is
// read twice, and written twice. A feed cannot be brought into order then.
func TestCrowdBeyondMemory(t *testing.T) {
	defer func(was int) { stretch.CrowdedBytes = was }(stretch.CrowdedBytes)
	stretch.CrowdedBytes = 1
	s := small()
	s.Account.Burst(emulator.Burst{At: crowd, Sessions: 130, EventsEach: 2, Lives: 130, Changes: 130})
	out := harness.Run{Server: s, Config: smallPages}.Do(t)
	require.Equal(t, program.ExitConfig, out.Code)
	require.Contains(t, out.LastLine(), "replay_change_feed")
	taptest.Same(t, harness.Truth(t, s, harness.Span{}, withClock...), harness.Warehouse{}.Load(t, out).Only(withClock...))
	twice := strings.Count(out.Stdout, `"stream":"replicate_session_activity"`) - len(s.Truth("replicate_session_activity", nil))
	require.InDelta(t, 130, twice, 20)
}

// TestLargeWindow has more links in a window of metrics than fit a page, of any
// size that the API gives, in any order. What did not change is not written.
func TestLargeWindow(t *testing.T) {
	for name, dialect := range map[string]emulator.Dialect{
		"": {}, "a silent cap": {CapLimit: 5}, "ties in any order": {ShuffleTies: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := settled()
				s.Dialect = dialect
				run := harness.Run{Server: s, Config: with(loading, harness.Config{"page_size": 5}), Select: []string{"replay_metrics"}}
				out := run.Do(t)
				require.Equal(t, 0, out.Code, out.LastLine())
				taptest.Same(t, harness.Truth(t, s, loaded, "replay_metrics"), harness.Warehouse{}.Load(t, out))
				run.State = out.State()
				again := run.Do(t)
				require.Equal(t, 0, again.Code, again.LastLine())
				require.Empty(t, harness.Warehouse{}.Load(t, again)["replay_metrics"])
			})
		})
	}
}
