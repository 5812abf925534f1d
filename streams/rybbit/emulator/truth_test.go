package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/rybbit/emulator"
)

// TestAnswersAreTheTruth holds that answers without a window, and the truth,
// which is reckoned apart, say the same at several moments.
func TestAnswersAreTheTruth(t *testing.T) {
	for name, d := range map[string]emulator.Dialect{
		"legacy": {}, "current": {Generation: emulator.Current}, "newest": {Generation: emulator.Current, Newest: true},
	} {
		t.Run(name, func(t *testing.T) {
			a := emulator.Generate(emulator.Options{Generation: d.Generation, Seed: 7, Days: 12, SessionsPerDay: 6})
			s := emulator.New(a, time.Time{})
			s.Dialect = d
			for _, days := range []int{4, 8, 20} {
				s.SetNow(time.Date(2026, 7, 1+days, 13, 37, 0, 0, time.UTC))
				for _, site := range a.Sites() {
					truth := a.Truth(site, s.Now(), d)
					same := func(endpoint, query string, rows []emulator.Row) {
						t.Helper()
						require.ElementsMatch(t, lines(t, rows), lines(t, get(t, s, path(d.Generation, endpoint, site), query).rows("data")))
					}
					same("sessions", "limit=100000", truth.Sessions)
					same("users", "page_size=100000", truth.Users)
					same("locations", "", truth.Locations)
					from := s.Now().AddDate(0, 0, -2).Truncate(24 * time.Hour)
					same("locations", "time_zone=UTC&start_date="+from.Format(time.DateOnly)+"&end_date="+from.Format(time.DateOnly),
						a.LocationsIn(site, s.Now(), from, from.AddDate(0, 0, 1)))
					requireEvents(t, s, site, truth)
				}
			}
		})
	}
}

// requireEvents holds that each session's events are the true ones.
func requireEvents(t *testing.T, s *emulator.Server, site int, truth emulator.Truth) {
	t.Helper()
	of := map[string][]emulator.Row{}
	for _, e := range truth.Events {
		id := e["session_id"].(string)
		require.Equal(t, len(of[id]), e["place"])
		of[id] = append(of[id], e)
	}
	for _, row := range truth.Sessions {
		id := row["session_id"].(string)
		target := fmt.Sprintf("/api/sites/%d/sessions/%s", site, id)
		if s.Dialect.Generation == emulator.Legacy {
			target = fmt.Sprintf("/api/sessions/%s/%d", id, site)
		}
		data := get(t, s, target, "limit=1000000").object()["data"].(map[string]any)
		require.Equal(t, float64(len(of[id])), data["pagination"].(map[string]any)["total"])
		for i, e := range data["events"].([]any) {
			got := e.(map[string]any)
			delete(got, "goals")
			want := of[id][i]
			delete(want, "session_id")
			delete(want, "place")
			require.Equal(t, lines(t, []emulator.Row{want}), lines(t, []map[string]any{got}))
		}
	}
}

// lines are rows as JSON, each with its names sorted and its numbers as a float has them.
func lines[R ~map[string]any](t *testing.T, rows []R) []string {
	t.Helper()
	list := []string{}
	for _, row := range rows {
		b, err := json.Marshal(row)
		require.NoError(t, err)
		var plain any
		require.NoError(t, json.Unmarshal(b, &plain))
		b, err = json.Marshal(plain)
		require.NoError(t, err)
		list = append(list, string(b))
	}
	return list
}

func TestEqualOptionsMakeEqualAccounts(t *testing.T) {
	o := emulator.Options{Seed: 3, Days: 6, Generation: emulator.Current}
	now := time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)
	truth := func(o emulator.Options) []string {
		list := lines(t, emulator.Generate(o).Truth(1, now, emulator.Dialect{}).Sessions)
		slices.Sort(list)
		return list
	}
	require.Equal(t, truth(o), truth(o))
	other := o
	other.Seed = 4
	require.NotEqual(t, truth(o), truth(other))
	require.NotEmpty(t, truth(emulator.Options{Plain: true, Days: 3}))
}

func TestTheDemoHasEveryOddValue(t *testing.T) {
	for _, g := range []emulator.Generation{emulator.Legacy, emulator.Current} {
		s := emulator.Demo(g, false)
		list := get(t, s, path(g, "sessions", 1), "limit=100000").body
		for _, part := range []string{`"country":"\u0000\u0000"`, `"city":1,`, `"utm_campaign":7,`, `"utm_campaign":100000,`, `"utm_content":31,`, `"utm_source":0,`, `"utm_term":null,`,
			`"utm_source":12345678901234567000,`, `"utm_content":"1_000"`, `"browser_version":18.6,`, `"ip":null`, `"ip":"2001:db8::`, `"lon":2.3487999999999998`, `"traits":{`} {
			require.Contains(t, list, part)
		}
		rows := get(t, s, path(g, "sessions", 1), "limit=100000").rows("data")
		require.Greater(t, len(rows), 150)
		require.Less(t, len(rows), 300)
		long := slices.ContainsFunc(rows, func(row map[string]any) bool { return row["session_duration"].(float64) > 24*3600 })
		require.True(t, long, "a session of more than a day")

		resumed := emulator.Demo(g, true)
		require.Equal(t, 24*time.Hour, resumed.Now().Sub(s.Now()))
		before, after := lines(t, s.Account.Truth(1, s.Now(), s.Dialect).Sessions), lines(t, resumed.Account.Truth(1, resumed.Now(), s.Dialect).Sessions)
		changed := 0
		for _, line := range before {
			if !slices.Contains(after, line) {
				changed++
			}
		}
		require.Positive(t, changed)
		require.Greater(t, len(after), len(before))
		require.NotEmpty(t, get(t, s, path(g, "sessions", 2), "").rows("data"))
		require.Empty(t, get(t, s, path(g, "sessions", 3), "").rows("data"))
	}
}

func TestControlPaths(t *testing.T) {
	s := emulator.Demo(emulator.Current, false)
	h := s.Control().Handler()
	call := func(method, target string) string {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, target, http.NoBody))
		return w.Body.String()
	}
	require.Contains(t, call("GET", "/_/clock"), "2026-07-31T12:00:00Z")
	require.Contains(t, call("POST", "/_/clock?advance=24h"), "2026-08-01T12:00:00Z")
	var rows []map[string]any
	require.NoError(t, json.Unmarshal([]byte(call("GET", "/_/truth/sessions?site=1")), &rows))
	require.Len(t, rows, len(s.Account.Truth(1, s.Now(), s.Dialect).Sessions))
	require.Equal(t, "[1,2,3]", strings.TrimSpace(call("GET", "/_/truth/sites")))
	require.Contains(t, call("GET", "/_/truth/nonsense?site=1"), "session_locations is wanted")
	require.Contains(t, call("GET", "/_/truth/users"), "the number of a site is wanted")
	require.Contains(t, call("GET", "/api/version"), "2.7.0")
}

func TestTheLogHasNoKey(t *testing.T) {
	s := one(t, emulator.Legacy, emulator.Event{})
	send(t, s, "GET", "/api/sessions/1?limit=5&api_key="+emulator.DemoKey, "", "")
	line := s.Requests()[0]
	require.Equal(t, []any{"sessions", "limit=5", 200, 1}, []any{line.Name, line.Query.Encode(), line.Status, line.Rows})
}

func TestListenServesOnALoopbackPort(t *testing.T) {
	s := one(t, emulator.Current)
	url, stop, err := s.Listen()
	require.NoError(t, err)
	defer stop()
	r, err := http.NewRequestWithContext(t.Context(), "GET", url+"/api/version", http.NoBody)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	response.Body.Close()
	require.Equal(t, 200, response.StatusCode)
}
