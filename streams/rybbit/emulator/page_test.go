package emulator_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/rybbit/emulator"
)

// crowd is a server with 350 sessions, 300 of which end in one second.
func crowd(t *testing.T, g emulator.Generation) *emulator.Server {
	t.Helper()
	var events []emulator.Event
	for i := range 350 {
		at := noon.Add(-2 * time.Hour)
		if i < 50 {
			at = at.Add(time.Duration(i-25) * time.Minute)
		}
		events = append(events, emulator.Event{Session: fmt.Sprintf("s%03d", i), User: fmt.Sprintf("u%03d", i), At: at})
	}
	return one(t, g, events...)
}

// paged are the values of a column, read page by page.
func paged(t *testing.T, s *emulator.Server, endpoint, size, name string) []any {
	t.Helper()
	var all []any
	for page := 1; page < 100; page++ {
		rows := get(t, s, path(s.Dialect.Generation, endpoint, 1), fmt.Sprintf("page=%d&%s=20", page, size)).rows("data")
		if len(rows) == 0 {
			return all
		}
		all = append(all, column(rows, name)...)
	}
	return all
}

func distinct(list []any) int {
	seen := map[any]bool{}
	for _, v := range list {
		seen[v] = true
	}
	return len(seen)
}

func TestPagesLoseRowsAndDoubleOthers(t *testing.T) {
	for _, g := range []emulator.Generation{emulator.Legacy, emulator.Current} {
		for endpoint, names := range map[string][2]string{"sessions": {"limit", "session_id"}, "users": {"page_size", "effective_user_id"}} {
			s := crowd(t, g)
			all := paged(t, s, endpoint, names[0], names[1])
			require.Len(t, all, 350, "the count is right, and nothing shows")
			require.Less(t, distinct(all), 350)

			whole := get(t, s, path(g, endpoint, 1), names[0]+"=100000").rows("data")
			require.Equal(t, 350, distinct(column(whole, names[1])), "one page holds all")

			s.Dialect.Quiet = true
			require.Equal(t, 350, distinct(paged(t, s, endpoint, names[0], names[1])))
		}
	}
}

func TestTheNewestListHasATotalOrder(t *testing.T) {
	s := crowd(t, emulator.Current)
	s.Dialect.Newest = true
	require.Equal(t, 350, distinct(paged(t, s, "sessions", "limit", "session_id")))
	r := get(t, s, "/api/sites/1/sessions", "sort_by=nonsense")
	require.Equal(t, 400, r.status)
	require.Contains(t, r.body, "Invalid sort_by")
	ids := column(get(t, s, "/api/sites/1/sessions", "sort_by=started&sort_order=asc&limit=3").rows("data"), "session_id")
	require.Equal(t, []any{"s000", "s001", "s002"}, ids)
	require.Contains(t, get(t, s, "/api/sites/1/sessions", "limit=1").body, `"device_model":"","app_version":""`)
	require.Empty(t, get(t, s, "/api/sites/1/sessions", "max_pageviews=0").rows("data"))
}

func TestACappedListGivesAHundred(t *testing.T) {
	s := crowd(t, emulator.Legacy)
	s.Dialect.Capped = true
	require.Len(t, get(t, s, "/api/sessions/1", "limit=100000").rows("data"), 100)
	require.Len(t, get(t, s, "/api/sessions/1", "limit=1&page=4").rows("data"), 50)
}

func TestOddPages(t *testing.T) {
	rows := func(n int) string { return fmt.Sprintf("200 %d", n) }
	for query, want := range map[string][2]string{ // legacy, current
		"":                        {rows(100), rows(100)},
		"limit=":                  {rows(100), rows(100)},
		"limit=0":                 {rows(0), rows(0)},
		"page=0&limit=10":         {"500", rows(10)},
		"page=0&limit=300":        {"500", rows(50)}, // the first of all but the last 300
		"page=-1&limit=10":        {"500", rows(10)},
		"limit=-1":                {"500", rows(1)},
		"page=0&limit=-5":         {"500", rows(5)}, // of what follows the first five
		"page=2&limit=-5":         {"500", rows(5)},
		"page=abc":                {"500", "500"},
		"page=1.5":                {"500", "500"},
		"limit=abc":               {"500", "500"},
		"limit=10abc":             {"500", "500"},
		"limit=2147483647":        {rows(350), rows(350)},
		"limit=2147483648":        {"500", "500"},
		"page=1000000&limit=1000": {rows(0), rows(0)},
		"page=3000000&limit=1000": {"500", "500"}, // the offset has more than 32 bits
		"page=9&limit=100":        {rows(0), rows(0)},
	} {
		t.Run(query, func(t *testing.T) {
			for i, g := range []emulator.Generation{emulator.Legacy, emulator.Current} {
				r := get(t, crowd(t, g), path(g, "sessions", 1), query)
				got := fmt.Sprint(r.status)
				if r.status == 200 {
					got += fmt.Sprint(" ", len(r.rows("data")))
				}
				require.Equal(t, want[i], got)
			}
		})
	}
}

func TestNegativePagesCountFromTheEnd(t *testing.T) {
	var events []emulator.Event
	for i := range 6 {
		events = append(events, emulator.Event{Session: fmt.Sprint(i), At: noon.Add(-time.Duration(i+1) * time.Hour)})
	}
	s := one(t, emulator.Current, events...)
	for query, want := range map[string]string{
		"page=0&limit=2": "[0 1]", "page=-1&limit=2": "[0 1]", "page=-2&limit=2": "[]", "limit=-1": "[5]", "limit=-2": "[4 5]",
		"page=2&limit=-2": "[2 3]", "page=0&limit=-1": "[5]",
	} {
		got := get(t, s, "/api/sites/1/sessions", query).rows("data")
		require.Equal(t, want, fmt.Sprint(column(got, "session_id")), query)
	}
}

func TestPagesOfADetail(t *testing.T) {
	var events []emulator.Event
	for i := range 5 {
		events = append(events, emulator.Event{Path: fmt.Sprint("/p", i), At: noon.Add(time.Duration(i-10) * time.Minute)})
	}
	for query, want := range map[string][2]string{
		"":                 {"[/p0 /p1 /p2 /p3 /p4] 5 false", "[/p0 /p1 /p2 /p3 /p4] 5 false"},
		"limit=0":          {"[] 5 true", "[] 5 true"},
		"limit=2abc":       {"[/p0 /p1] 5 true", "[/p0 /p1] 5 true"},
		"limit=1.9":        {"[/p0] 5 true", "[/p0] 5 true"},
		"limit=2&offset=4": {"[/p4] 5 false", "[/p4] 5 false"},
		"offset=9":         {"[] 5 false", "[] 5 false"},
		"limit=1000000":    {"[/p0 /p1 /p2 /p3 /p4] 5 false", "[/p0 /p1 /p2 /p3 /p4] 5 false"},
		"limit=-1":         {"500", "[/p4] 5 true"},
		"limit=x":          {"500", "500"},
		"minutes=8":        {"[/p3 /p4] 2 false", "[/p3 /p4] 2 false"},
	} {
		t.Run(query, func(t *testing.T) {
			for i, target := range []string{"/api/sessions/s1/1", "/api/sites/1/sessions/s1"} {
				r := get(t, one(t, emulator.Generation(i), events...), target, query)
				if r.status != 200 {
					require.Equal(t, want[i], fmt.Sprint(r.status))
					require.JSONEq(t, `{"error":"Failed to fetch session data"}`, r.body)
					continue
				}
				data := r.object()["data"].(map[string]any)
				var paths []string
				for _, e := range data["events"].([]any) {
					paths = append(paths, e.(map[string]any)["pathname"].(string))
				}
				about := data["pagination"].(map[string]any)
				require.Equal(t, want[i], fmt.Sprint(paths, " ", about["total"], " ", about["hasMore"]))
			}
		})
	}
	s := one(t, emulator.Current, events...)
	require.Equal(t, 404, get(t, s, "/api/sites/2/sessions/s1", "").status, "of another site")
}

func TestTheCursorOfEventsLosesThoseOfItsSecond(t *testing.T) {
	s := crowd(t, emulator.Current)
	var all []any
	before := ""
	for {
		r := get(t, s, "/api/sites/1/events", "page_size=50"+before)
		rows := r.rows("data")
		all = append(all, column(rows, "session_id")...)
		cursor := r.object()["cursor"].(map[string]any)
		if cursor["hasMore"] != true {
			break
		}
		before = "&before_timestamp=" + escape("x=" + cursor["oldestTimestamp"].(string))[2:]
	}
	require.Less(t, len(all), 350)
	require.Equal(t, len(all), distinct(all))
	require.Equal(t, 500, get(t, s, "/api/sites/1/events", "before_timestamp=2026-09-15T10:00:00").status)
	require.Equal(t, 500, get(t, s, "/api/sites/1/events", "since_timestamp=2026-09-15T10:00:00Z").status)
	require.Equal(t, 500, get(t, s, "/api/sites/1/events", "page_size=x").status)
}

func TestEventsOfBothGenerations(t *testing.T) {
	var events []emulator.Event
	for i, kind := range []string{"pageview", "custom_event", "outbound", "error", "performance", "button_click", "copy", "form_submit", "input_change"} {
		events = append(events, emulator.Event{Type: kind, At: noon.Add(time.Duration(-i-1) * 5 * time.Minute)})
	}
	events = append(events, emulator.Event{Type: "outbound", At: noon.Add(-40 * time.Minute)})
	types := func(g emulator.Generation, query string) []any {
		return column(get(t, one(t, g, events...), path(g, "events", 1), query).rows("data"), "type")
	}
	day := "start_date=2026-09-15&end_date=2026-09-15&time_zone=UTC"
	require.Equal(t, []any{"pageview", "custom_event", "outbound", "outbound"}, types(emulator.Legacy, day))
	require.Equal(t, []any{"pageview", "custom_event", "outbound"}, types(emulator.Legacy, ""), "the last 30 minutes")
	require.Equal(t, []any{"pageview", "custom_event", "outbound"}, types(emulator.Legacy, "past_minutes_start=6&past_minutes_end=0"), "minutes do not bind it")
	require.Equal(t, []any{"custom_event"}, types(emulator.Legacy, day+"&page_size=1&page=2"))
	require.Equal(t, []any{"pageview", "custom_event"}, types(emulator.Legacy, day+"&count=2&page_size=1"))
	require.Equal(t, []any{"pageview", "custom_event", "outbound", "button_click", "copy", "form_submit", "outbound", "input_change"}, types(emulator.Current, ""))
	require.Equal(t, []any{"pageview"}, types(emulator.Current, "page_size=1&page=2"), "page is ignored")
	require.Equal(t, []any{"pageview"}, types(emulator.Current, "since_timestamp=2026-09-15%2011:50:00"))
}

func TestUsersAreSorted(t *testing.T) {
	s := one(t, emulator.Current,
		emulator.Event{User: "a", Session: "1", At: noon.Add(-3 * time.Hour)}, emulator.Event{User: "a", Session: "2", At: noon.Add(-time.Hour)},
		emulator.Event{User: "b", Session: "3", At: noon.Add(-4 * time.Hour), Name: "n"}, emulator.Event{User: "c", Session: "4", At: noon.Add(-2 * time.Hour)})
	require.NoError(t, s.Account.SetTraits(1, "n", `{"username":"Someone","email":"x@y.example"}`, noon.Add(-time.Hour)))
	for query, want := range map[string]string{
		"": "[a c n]", "sort_order=asc": "[n c a]", "sort_by=first_seen": "[c a n]", "sort_by=sessions&page_size=1": "[a]", "sort_by=nonsense": "[a c n]",
		"identified_only=true": "[n]", "search=some": "[n]", "search=y.ex&search_field=email": "[n]", "search=x": "[]", "search=N&search_field=user_id": "[n]",
		"page_size=2147483647": "[a c n]", "page=2&page_size=2": "[n]",
	} {
		r := get(t, s, "/api/sites/1/users", query)
		ids := column(r.rows("data"), "effective_user_id")
		require.Equal(t, want, fmt.Sprint(ids), query)
		require.False(t, slices.Contains(ids, any("b")), "the device is nobody any more")
	}
	require.Equal(t, 3.0, get(t, s, "/api/sites/1/users", "page_size=1").object()["totalCount"])
}
