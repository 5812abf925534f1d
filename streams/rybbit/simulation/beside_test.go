package simulation

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/rybbit/emulator"
	"tap-reprise/streams/rybbit/harness"
)

// A loop is what the vendor's page suggests: sessions day by day, page by page,
// yesterday read once more, rows merged by session_id.
type loop struct {
	server   *emulator.Server
	limit    int
	day      time.Time // of the last run
	rows     map[string]emulator.Row
	requests int
}

// run reads from the day before the last run's on.
func (l *loop) run(t testing.TB, now time.Time) {
	l.server.SetNow(now)
	for day := l.day.AddDate(0, 0, -1); !day.After(now); day = day.AddDate(0, 0, 1) {
		for page := 1; ; page++ {
			list := l.ask(t, day.Format(time.DateOnly), page)
			for _, row := range list {
				l.rows[row["session_id"].(string)] = row
			}
			if len(list) < l.limit {
				break
			}
		}
	}
	l.day = now.Truncate(oneDay)
}

func (l *loop) ask(t testing.TB, day string, page int) []emulator.Row {
	l.requests++
	path := map[emulator.Generation]string{emulator.Legacy: "/api/sessions/1", emulator.Current: "/api/sites/1/sessions"}[l.server.Dialect.Generation]
	url := fmt.Sprintf("http://rybbit.test%s?start_date=%s&end_date=%s&time_zone=UTC&page=%d&limit=%d", path, day, day, page, l.limit)
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, http.NoBody)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+emulator.DemoKey)
	response, err := l.server.Client().Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	var list struct{ Data []emulator.Row }
	require.NoError(t, json.NewDecoder(response.Body).Decode(&list))
	return list.Data
}

// compared are the columns by which a session counts as stale.
var compared = []string{"session_start", "session_end", "pageviews", "events", "entry_page", "exit_page", "identified_user_id"}

// lost counts what the tap's warehouse lacks of all sessions of all ages, also of those
// that the promise leaves out, and what is stale there.
func (m *sim) lost(t testing.TB) (due, missing, stale int) {
	for key, want := range m.promise.truth(t, m.server.Now())["sessions"] {
		have := m.house["sessions"][key]
		due++
		switch {
		case have == nil:
			missing++
		case slices.ContainsFunc(compared, func(column string) bool { return !reflect.DeepEqual(want[column], have[column]) }):
			stale++
		}
	}
	return due, missing, stale
}

// lost counts what the loop lacks of the sessions of its site, and what it has with
// other times, pages or names.
func (l *loop) lost() (due, missing, stale int) {
	for _, want := range l.server.Account.Truth(1, l.server.Now(), l.server.Dialect).Sessions {
		due++
		have, ok := l.rows[want["session_id"].(string)]
		if !ok {
			missing++
			continue
		}
		if slices.ContainsFunc(compared, func(column string) bool { return !reflect.DeepEqual(want[column], have[column]) }) {
			stale++
		}
	}
	return due, missing, stale
}

// TestBesideThePagesLoop runs both on one account and schedule, without faults.
func TestBesideThePagesLoop(t *testing.T) {
	for name, dialect := range dialects {
		for _, every := range []time.Duration{time.Hour, oneDay} {
			days, apart := length(every)
			if !all && (every == time.Hour || name == "newest") {
				continue
			}
			t.Run(fmt.Sprint(name, ", every ", every), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					m := newSim(setup{dialect: dialect, days: days, every: apart, streams: []string{"sessions"}, seed: *seed})
					for _, limit := range []int{20, 100} {
						server := emulator.New(m.server.Account, harness.Start)
						server.Dialect = dialect
						m.loops = append(m.loops, &loop{server: server, limit: limit, day: harness.Start.AddDate(0, 0, 1), rows: map[string]emulator.Row{}})
					}
					require.Empty(t, m.live(t), "seed %d", m.seed)
					m.report(t)
					due, missing, stale := m.lost(t)
					t.Logf("tap: %d sessions, %d missing, %d stale", due, missing, stale)
					wrong := 0
					for _, l := range m.loops {
						due, missing, stale := l.lost()
						wrong += missing + stale
						t.Logf("pages of %d: %d sessions, %d missing, %d stale, %.1f requests a run", l.limit, due, missing, stale, float64(l.requests)/float64(m.runs))
					}
					require.Positive(t, wrong)
				})
			})
		}
	}
}
