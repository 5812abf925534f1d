package reprise_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// TestRanges gives every kind of start and end: the API is never asked for a
// range that runs backwards, nor with a stamp that it cannot read, each row of
// the range is there, and a start long before the account's costs next to nothing.
func TestRanges(t *testing.T) {
	const usual = "2026-07-01"
	for name, c := range some(map[string]struct {
		start, end string
		rows       bool
		warning    string
	}{
		"the account's own start":        {start: usual, rows: true},
		"the year 0":                     {start: "0000-01-01", rows: true},
		"the year 1":                     {start: "0001-01-01T00:00:00Z", rows: true},
		"1900":                           {start: "1900-01-01", rows: true},
		"the last moment before 1970":    {start: "1969-12-31T23:59:59.999999Z", rows: true},
		"1970":                           {start: "1970-01-01", rows: true},
		"1970, by the clock of Auckland": {start: "1970-01-01T00:00:00+13:00", rows: true},
		"all of time":                    {start: "0000-01-01", end: "9999-12-31T23:59:59.999999Z", rows: true},
		"all of it before 1970":          {start: "1900-01-01", end: "1950-01-01"},
		"up to 1970":                     {start: "1900-01-01", end: "1970-01-01"},
		"one microsecond":                {start: "2026-07-03T10:00:00Z", end: "2026-07-03T10:00:00.000001Z"},
		"one second before the year 1":   {start: "0000-12-31T23:59:59Z", end: "0001-01-01"},
		"the end of the API's clock":     {start: "2105-12-31", warning: "start_date lies in the future"},
		"beyond the API's clock":         {start: "2200-01-01", end: "2300-01-01", warning: "start_date lies in the future"},
		"the year 9999":                  {start: "9999-12-31T23:59:59Z", warning: "start_date lies in the future"},
		"an end beyond now":              {start: usual, end: "9999-12-31", rows: true},
	}, 3) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := settled()
				run := harness.Run{Server: s, Config: harness.Config{"start_date": c.start, "end_date": c.end}}
				out := run.Do(t)
				require.Equal(t, 0, out.Code, out.LastLine())
				requireForward(t, s.Requests())
				require.LessOrEqual(t, len(s.Requests()), 160, "a run from %s asks for 45 days of metrics", usual)
				if c.rows {
					taptest.Same(t, harness.Truth(t, s, harness.Span{}), harness.Warehouse{}.Load(t, out))
				} else {
					require.NotContains(t, out.Stdout, `"type":"RECORD","stream":"replay_session`)
				}
				require.Contains(t, out.Stderr, c.warning)
				s.ResetRequests()
				run.State = out.State()
				next := run.Do(t)
				require.Equal(t, 0, next.Code, next.LastLine())
				requireForward(t, s.Requests())
				require.LessOrEqual(t, len(s.Requests()), 30)
			})
		})
	}
}

// requireForward wants no range that ends before it begins.
func requireForward(t *testing.T, requests []emulator.Request) {
	t.Helper()
	for _, r := range requests {
		start, end := r.Query.Get("start_timestamp"), r.Query.Get("end_timestamp")
		require.Less(t, r.Status, 400, "%v", r.Query)
		require.True(t, start <= end, "%s asks from %s to %s", r.Pipe, start, end)
		for _, stamp := range []string{start, end} {
			require.True(t, stamp == "" || len(stamp) == 19 && !strings.HasPrefix(stamp, "0"), stamp)
		}
	}
}

// TestBookmarksOfOddYears goes on from moments that no clock shows.
func TestBookmarksOfOddYears(t *testing.T) {
	for _, moment := range []string{"0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "2150-01-01T00:00:00Z", "9999-12-31T23:59:59Z"} {
		for name, form := range map[string]string{
			"ours":    `{"since_created_at":"M","since_ingested_at":"M","v":1,"from":"M"}`,
			"foreign": `{"since_created_at":"M"}`,
		} {
			if share > 1 && (name == "ours") != strings.HasPrefix(moment, "1") {
				continue
			}
			t.Run(name+" "+moment, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := small()
					bookmark := strings.ReplaceAll(form, "M", moment)
					var all []string
					for _, stream := range harness.Streams {
						all = append(all, `"`+stream+`":`+bookmark)
					}
					out := harness.Run{Server: s, State: `{"bookmarks":{` + strings.Join(all, ",") + `}}`}.Do(t)
					require.Equal(t, 0, out.Code, out.LastLine())
					requireForward(t, s.Requests())
					taptest.Same(t, harness.Truth(t, s, harness.Span{}), harness.Warehouse{}.Load(t, out))
				})
			})
		}
	}
}
