package emulator_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/rybbit/emulator"
)

const queryPath = "/api/organizations/org-1/analytics/query"

func ask(t *testing.T, s *emulator.Server, statement string) reply {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": statement})
	require.NoError(t, err)
	return send(t, s, "POST", queryPath, emulator.DemoKey, string(body))
}

func TestStatements(t *testing.T) {
	s := one(t, emulator.Current,
		emulator.Event{Session: "a", User: "u", At: noon.Add(-3 * time.Hour), Title: "007", Query: "?utm_source=0x1F", Props: `{"n":1}`, Country: "DE", BrowserVersion: "18.60"},
		emulator.Event{Session: "a", User: "u", At: noon.Add(-2 * time.Hour), Type: "custom_event", EventName: "it's"},
		emulator.Event{Session: "b", User: "v", At: noon.Add(-time.Hour)},
		emulator.Event{Session: "c", User: "w", At: noon.Add(-30 * time.Minute), Site: 2})
	for statement, want := range map[string]string{
		"SELECT session_id, count() AS n, min(timestamp) AS first, max(timestamp) AS last FROM scoped_events WHERE site_id = 1 GROUP BY session_id ORDER BY session_id":   `[{"session_id":"a","n":2,"first":"2026-09-15 09:00:00","last":"2026-09-15 10:00:00"},{"session_id":"b","n":1,"first":"2026-09-15 11:00:00","last":"2026-09-15 11:00:00"}]`,
		"select page_title, browser_version, country, url_parameters, props from scoped_events where type = 'pageview' and session_id = 'a'":                              `[{"page_title":"007","browser_version":"18.60","country":"DE","url_parameters":{"utm_source":"0x1F"},"props":{"n":1}}]`,
		"SELECT url_parameters['utm_source'] AS utm, url_parameters['x'] AS x FROM scoped_events WHERE page_title = '007'":                                                `[{"utm":"0x1F","x":""}]`,
		"SELECT event_name FROM scoped_events WHERE event_name = 'it''s' AND timestamp >= toDateTime('2026-09-15 10:00:00', 'UTC')":                                       `[{"event_name":"it's"}]`,
		"SELECT session_id FROM scoped_events WHERE timestamp < toDateTime('2026-09-15 11:00:00', 'Europe/Berlin') ORDER BY timestamp":                                    `[]`,
		"SELECT session_id FROM scoped_events WHERE timestamp > '2026-09-15 10:00:00' ORDER BY timestamp DESC LIMIT 1":                                                    `[{"session_id":"c"}]`,
		"SELECT timestamp, session_id FROM scoped_events WHERE (timestamp, session_id) > (toDateTime('2026-09-15 10:00:00'), 'a') ORDER BY timestamp, session_id LIMIT 1": `[{"timestamp":"2026-09-15 11:00:00","session_id":"b"}]`,
		"SELECT COUNT(*), uniqExact(user_id) AS users, count(DISTINCT session_id) AS sessions, countIf(type = 'pageview') AS views FROM scoped_events":                    `[{"COUNT(*)":4,"users":3,"sessions":3,"views":3}]`,
		"SELECT session_id, argMax(type, timestamp) AS type FROM scoped_events WHERE session_id IN ('a', 'b') GROUP BY session_id HAVING count() > 1":                     `[{"session_id":"a","type":"custom_event"}]`,
		"SELECT session_id FROM scoped_events WHERE NOT (session_id = 'a' OR site_id != 1) LIMIT 5 OFFSET 0;":                                                             `[{"session_id":"b"}]`,
		"SELECT session_id FROM scoped_events ORDER BY timestamp LIMIT 2, 1":                                                                                              `[{"session_id":"b"}]`,
	} {
		t.Run(statement, func(t *testing.T) {
			r := ask(t, s, statement)
			require.Equal(t, 200, r.status, r.body)
			data, err := json.Marshal(r.object()["data"])
			require.NoError(t, err)
			require.JSONEq(t, want, string(data))
		})
	}
	all := ask(t, s, "SELECT * FROM scoped_events WHERE session_id = 'a' ORDER BY timestamp LIMIT 1").rows("data")
	require.Equal(t, "007", all[0]["page_title"])
	require.Len(t, all[0], 31)
	one := send(t, s, "POST", queryPath, emulator.DemoKey, `{"query":"SELECT session_id FROM scoped_events","siteId":2}`)
	require.Equal(t, []any{"c"}, column(one.rows("data"), "session_id"))
}

func TestStatementsThatAreRefused(t *testing.T) {
	s := one(t, emulator.Current, emulator.Event{})
	const only, failed = "Queries can only read from scoped_events", "Failed to run query"
	for statement, want := range map[string]string{
		"SELECT * FROM events":                            only,
		"SELECT * FROM scoped_events JOIN events ON 1=1":  only,
		"SELECT * FROM scoped_events, sessions_mv_target": only,
		"SELECT 1":                  "Query must read from scoped_events",
		"DELETE FROM scoped_events": "Only SELECT queries are allowed",
		"SELECT 1 FROM scoped_events; SELECT 2 FROM scoped_events":                                        "Only one SQL statement is allowed",
		"SELECT 1 FROM scoped_events FORMAT JSON":                                                         "FORMAT is not allowed in custom analytics queries",
		"SELECT session_id FROM scoped_events SETTINGS max_threads = 1":                                   "SETTINGS is not allowed in custom analytics queries",
		"SELECT url('x') FROM scoped_events":                                                              "url() is not allowed in custom analytics queries",
		"SELECT nothing FROM scoped_events":                                                               failed,
		"SELECT session_id, count() FROM scoped_events":                                                   failed,
		"SELECT sum(lat) FROM scoped_events":                                                              failed,
		"SELECT max(timestamp) AS timestamp FROM scoped_events WHERE timestamp > '2026-01-01 00:00:00'":   failed,
		"SELECT session_id FROM scoped_events WHERE timestamp > 'x'":                                      failed,
		"SELECT session_id FROM scoped_events WHERE timestamp > toDateTime('2026-01-01 00:00:00', 'utc')": failed,
		"SELECT session_id FROM scoped_events WHERE session_id > 7":                                       failed,
		"SELECT session_id FROM scoped_events LIMIT all":                                                  failed,
		"SELECT session_id FROM scoped_events WHERE session_id LIKE 'a%'":                                 failed,
		"SELECT a AS b, b AS a FROM scoped_events":                                                        failed,
	} {
		r := ask(t, s, statement)
		require.Equal(t, 400, r.status, statement)
		require.JSONEq(t, fmt.Sprintf(`{"error":%q}`, want), r.body, statement)
	}
	require.Equal(t, 400, ask(t, s, `SELECT "session_id" FROM scoped_events`).status)
	require.Equal(t, 400, send(t, s, "POST", queryPath, emulator.DemoKey, `nonsense`).status)
	require.Equal(t, 403, send(t, s, "POST", queryPath, emulator.SessionsKey, `{"query":"x"}`).status)
	require.Equal(t, 404, send(t, one(t, emulator.Legacy), "POST", queryPath, emulator.DemoKey, `{"query":"x"}`).status)
	require.Equal(t, 404, get(t, s, queryPath, "").status)
}

func TestAThousandRowsAreCutSilently(t *testing.T) {
	var events []emulator.Event
	for i := range 2500 {
		events = append(events, emulator.Event{Session: fmt.Sprintf("s%04d", i/2), At: noon.Add(-time.Duration(i) * time.Second)})
	}
	s := one(t, emulator.Current, events...)
	r := ask(t, s, "SELECT session_id FROM scoped_events LIMIT 2000")
	require.Len(t, r.rows("data"), 1000)
	meta := r.object()["meta"].(map[string]any)
	require.Equal(t, []any{1000.0, 1000.0}, []any{meta["rowCount"], meta["maxRows"]})

	last, sessions := "", 0
	for {
		rows := ask(t, s, "SELECT session_id, count() AS n FROM scoped_events WHERE session_id > '"+last+"' GROUP BY session_id ORDER BY session_id LIMIT 1000").rows("data")
		sessions += len(rows)
		if len(rows) < 1000 {
			break
		}
		last = rows[len(rows)-1]["session_id"].(string)
	}
	require.Equal(t, 1250, sessions, "by the last id it is complete")
}
