package emulator_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/rybbit/emulator"
)

// days is a server with a session at 10:00 and one at 23:30 UTC of each of
// some days up to noon's.
func days(t *testing.T, g emulator.Generation) *emulator.Server {
	t.Helper()
	var events []emulator.Event
	for i := range 4 {
		day := time.Date(2026, 9, 12+i, 0, 0, 0, 0, time.UTC)
		for _, at := range []time.Time{day.Add(10 * time.Hour), day.Add(23*time.Hour + 30*time.Minute)} {
			events = append(events, emulator.Event{Session: at.Format("02-15h"), At: at, Arrives: noon.AddDate(0, -1, 0)})
		}
	}
	return one(t, g, events...)
}

const allDays = "[12-10h 12-23h 13-10h 13-23h 14-10h 14-23h 15-10h 15-23h]"

// sessionsIn are the ids that a query shows, oldest end first.
func sessionsIn(t *testing.T, s *emulator.Server, query string) string {
	t.Helper()
	ids := column(get(t, s, path(s.Dialect.Generation, "sessions", 1), query).rows("data"), "session_id")
	for i, j := 0, len(ids)-1; i < j; i, j = i+1, j-1 {
		ids[i], ids[j] = ids[j], ids[i]
	}
	return fmt.Sprint(ids)
}

func TestLegacyReadsOnlyAWholeWindow(t *testing.T) {
	for query, want := range map[string]string{
		"start_date=2026-09-13&end_date=2026-09-13&time_zone=UTC":                                         "[13-10h 13-23h]",
		"start_date=2026-09-13&end_date=2026-09-13&time_zone=Europe/Berlin":                               "[12-23h 13-10h]",
		"start_date=2026-09-15&end_date=2026-09-15&time_zone=UTC":                                         "[15-10h]", // today: up to now
		"start_date=2026-09-15&end_date=2026-09-16&time_zone=UTC":                                         "[15-10h 15-23h]",
		"start_date=2026-09-14&end_date=2026-09-13&time_zone=UTC":                                         "[]",
		"past_minutes_start=180&past_minutes_end=60":                                                      "[15-10h]",
		"past_minutes_start=120&past_minutes_end=0":                                                       "[]", // after the older bound, not at it
		"start_date=2026-09-13&end_date=2026-09-13&time_zone=UTC&past_minutes_start=1&past_minutes_end=0": "[13-10h 13-23h]",

		"": allDays,
		"start_date=2026-09-13&end_date=2026-09-13":                                                       allDays,
		"start_date=2026-09-13&time_zone=UTC":                                                             allDays,
		"start_date=13.9.2026&end_date=2026-09-13&time_zone=UTC":                                          allDays,
		"start_date=2026-13-01&end_date=2026-09-13&time_zone=UTC":                                         allDays,
		"start_date=2026-09-13&end_date=2026-09-13&time_zone=Mars/Olympus":                                allDays,
		"start_date=2026-09-13&end_date=2026-09-13&time_zone=%2B02:00":                                    allDays,
		"startDate=2026-09-13&endDate=2026-09-13&timeZone=UTC":                                            allDays,
		"start_datetime=2026-09-13T00:00:00Z&end_datetime=2026-09-14T00:00:00Z":                           allDays,
		"past_minutes_start=0&past_minutes_end=60":                                                        allDays,
		"start_date=2026-09-13&end_date=2026-09-13&time_zone=UTC&past_minutes_start=0&past_minutes_end=1": allDays,
		"session_id=13-10h": allDays,
	} {
		t.Run(query, func(t *testing.T) { require.Equal(t, want, sessionsIn(t, days(t, emulator.Legacy), query)) })
	}
}

func TestCurrentWindows(t *testing.T) {
	for query, want := range map[string]string{
		"start_date=2026-09-13&end_date=2026-09-13":                                                                     "[13-10h 13-23h]",
		"start_date=2026-09-13&end_date=2026-09-13&time_zone=":                                                          "[13-10h 13-23h]",
		"start_datetime=2026-09-13 10:00:00&end_datetime=2026-09-13 23:30:00":                                           "[13-10h]",
		"start_datetime=2026-09-13T12:00:00%2B02:00&end_datetime=2026-09-13T10:00:01Z":                                  "[13-10h]",
		"start_datetime=2026-09-13T12:00:00%2B0200&end_datetime=2026-09-13T10:00:01Z":                                   "[13-10h]",
		"start_datetime=2026-09-13 10:00:00&end_datetime=2026-09-13 10:00:01&time_zone=Asia/Tokyo":                      "[13-10h]",
		"start_date=2026-09-14&end_date=2026-09-14&start_datetime=2026-09-13 10:00:00&end_datetime=2026-09-13 10:00:01": "[14-10h 14-23h]",
		"start_datetime=2026-09-13 10:00:00&end_datetime=2026-09-13 10:00:01&past_minutes_start=9&past_minutes_end=1":   "[13-10h]",
		"start_date=&end_date=": allDays,
		"":                      allDays,
		"session_id=13-10h":     "[13-10h]",
	} {
		t.Run(query, func(t *testing.T) { require.Equal(t, want, sessionsIn(t, days(t, emulator.Current), escape(query))) })
	}
}

// escape makes a query of a readable one.
func escape(query string) string {
	q, _ := url.ParseQuery(query)
	return q.Encode()
}

func TestCurrentRefusesWindowsInItsWords(t *testing.T) {
	for query, want := range map[string]string{
		"end_date=2026-09-13":                                                 "start_date and end_date must be provided together",
		"start_date=abc&end_date=2026-09-13":                                  "Invalid start_date format. Use YYYY-MM-DD; Invalid start_date value",
		"start_date=2026-13-01&end_date=2026-09-13":                           "Invalid start_date value",
		"time_zone=%2B02:00":                                                  "Invalid time_zone",
		"end_datetime=2026-09-13 10:00:00":                                    "start_datetime and end_datetime must be provided together",
		"start_datetime=2026-09-13 10:00:00&end_datetime=2026-09-13 10:00:00": "start_datetime must be before end_datetime",
		"past_minutes_start=5":                                                "past_minutes_start and past_minutes_end must be provided together",
		"past_minutes_start=5&past_minutes_end=x":                             "past_minutes values must be non-negative numbers",
	} {
		t.Run(query, func(t *testing.T) {
			for _, endpoint := range []string{"sessions", "users", "locations", "events"} {
				r := get(t, days(t, emulator.Current), path(emulator.Current, endpoint, 1), escape(query))
				require.Equal(t, 400, r.status, r.body)
				require.JSONEq(t, fmt.Sprintf(`{"error":%q}`, want), r.body)
			}
		})
	}
}

func TestAZoneInAnotherCasePassesAndFails(t *testing.T) {
	for endpoint, noun := range map[string]string{"sessions": "sessions", "users": "users", "locations": "session locations", "events": "events"} {
		for _, g := range []emulator.Generation{emulator.Legacy, emulator.Current} {
			for _, zone := range []string{"utc", "europe/berlin", "america/new_york"} {
				r := get(t, days(t, g), path(g, endpoint, 1), "start_date=2026-09-13&end_date=2026-09-13&time_zone="+zone)
				require.Equal(t, 500, r.status, r.body)
				require.JSONEq(t, `{"error":"Failed to fetch `+noun+`"}`, r.body)
			}
		}
	}
}

func TestEveryColumnIsThatOfTheWindow(t *testing.T) {
	visit := func(hour int, e emulator.Event) emulator.Event {
		e.At = time.Date(2026, 9, 13, 23, 30+hour*20, 0, 0, time.UTC)
		return e
	}
	for _, g := range []emulator.Generation{emulator.Legacy, emulator.Current} {
		s := one(t, g,
			visit(0, emulator.Event{Path: "/a", Query: "?utm_source=x", Referrer: "https://a.example/", Channel: "Referral", City: "A", Country: "DE", Host: "a.example"}),
			visit(1, emulator.Event{Path: "/b", Type: "custom_event", City: "B"}),
			visit(2, emulator.Event{Path: "/c", Channel: "Internal", City: "C", Host: "c.example"}),
			visit(3, emulator.Event{Path: "/d", Channel: "Internal", City: "D"}),
		)
		day := func(first, last string) map[string]any {
			rows := get(t, s, path(g, "sessions", 1), "start_date="+first+"&end_date="+last+"&time_zone=UTC").rows("data")
			require.Len(t, rows, 1)
			return rows[0]
		}
		whole, cut, tail := day("2026-09-13", "2026-09-14"), day("2026-09-13", "2026-09-13"), day("2026-09-14", "2026-09-14")
		require.Equal(t, []any{"2026-09-13 23:30:00", "2026-09-14 00:30:00", 3600.0, "/a", "/d", 3.0, 1.0, "D", "Referral", "x", "a.example"}, some(whole))
		require.Equal(t, []any{"2026-09-13 23:30:00", "2026-09-13 23:50:00", 1200.0, "/a", "/a", 1.0, 1.0, "B", "Referral", "x", "a.example"}, some(cut))
		require.Equal(t, []any{"2026-09-14 00:10:00", "2026-09-14 00:30:00", 1200.0, "/c", "/d", 2.0, 0.0, "D", "Internal", "", "c.example"}, some(tail))
	}
}

func some(row map[string]any) (list []any) {
	for _, name := range []string{"session_start", "session_end", "session_duration", "entry_page", "exit_page", "pageviews", "events", "city", "channel", "utm_source", "hostname"} {
		list = append(list, row[name])
	}
	return list
}
