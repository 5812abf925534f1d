package emulator

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParametersAreChecked(t *testing.T) {
	const activity, summary, replicate, metrics, changes = "replay_session_activity", "replay_session_summary",
		"replicate_session_activity", "replay_metrics", "replay_change_feed"
	const missing = "start_timestamp (String) query param is required"
	for name, c := range map[string]struct{ pipe, query, text string }{
		"activity needs a start":             {activity, "limit=1", missing},
		"summary needs a start":              {summary, "", missing},
		"replicate needs a start":            {replicate, "since_created_at=2026-01-01%2000:00:00", missing},
		"metrics need a start":               {metrics, "group_by=published_replay", missing},
		"the end names both":                 {activity, "start_timestamp=2026-02-01%2000:00:00&end_timestamp=2026-01-01%2000:00:00", "end_timestamp (2026-01-01 00:00:00) must not be earlier than start_timestamp (2026-02-01 00:00:00)"},
		"a date alone is refused":            {summary, "start_timestamp=2026-01-01", "start_timestamp"},
		"RFC 3339 is refused":                {summary, "start_timestamp=2026-01-01T00:00:00Z", "start_timestamp"},
		"a fraction in a start is refused":   {summary, "start_timestamp=2026-01-01%2000:00:00.000", "start_timestamp"},
		"a fraction of six is refused":       {activity, all + "&since_created_at=2026-01-01%2000:00:00.000000", "since_created_at"},
		"a comma is no point":                {activity, all + "&since_created_at=2026-01-01%2000:00:00,000", "since_created_at"},
		"summary's cursor has no fraction":   {summary, all + "&since_created_at=2026-01-01%2000:00:00.000", "since_created_at"},
		"the feed's cursor has no fraction":  {changes, "since_ingested_at=2026-01-01%2000:00:00.000", "since_ingested_at"},
		"the 31st of February is refused":    {activity, "start_timestamp=2026-02-31%2000:00:00", "start_timestamp"},
		"an empty timestamp is refused":      {activity, "start_timestamp=", "start_timestamp"},
		"a year before 1970 is refused":      {activity, "start_timestamp=1969-12-31%2023:59:59", "out of range"},
		"a year that DateTime lacks":         {activity, all + "&end_timestamp=2107-01-01%2000:00:00", "out of range"},
		"a negative limit is refused":        {activity, all + "&limit=-1", "limit"},
		"a negative offset is refused":       {changes, "offset=-1", "offset"},
		"a signed limit is refused":          {activity, all + "&limit=%2B1", "limit"},
		"a limit in words is refused":        {metrics, all + "&limit=all", "limit"},
		"a limit with a point is refused":    {metrics, all + "&limit=10.0", "limit"},
		"an empty limit is refused":          {metrics, all + "&limit=", "limit"},
		"unknown parameters are refused":     {activity, all + "&page=2", "page"},
		"another pipe's are refused":         {activity, all + "&group_by=published_replay", "group_by"},
		"the feed has no window":             {changes, all, "start_timestamp"},
		"summary has no visitor_key":         {summary, all + "&visitor_key=1", "visitor_key"},
		"a parameter given twice is refused": {activity, all + "&limit=1&limit=2", "limit"},
		"an unknown grouping is refused":     {metrics, all + "&group_by=link", "group_by"},
		"an empty list is refused":           {activity, all + "&activity_type=", "activity_type"},
	} {
		t.Run(name, func(t *testing.T) {
			got := get(t, sampleServer(), c.pipe, c.query)
			require.Equal(t, http.StatusBadRequest, got.status, "%s", got.body)
			require.Contains(t, got.error(t), c.text)
		})
	}
}

func TestParametersThatAreFine(t *testing.T) {
	for name, c := range map[string]struct{ pipe, query string }{
		"a plus for the space":           {"replay_session_activity", "start_timestamp=2026-01-01+00:00:00"},
		"the end may equal the start":    {"replay_session_activity", "start_timestamp=2026-01-01+00:00:00&end_timestamp=2026-01-01+00:00:00"},
		"milliseconds in a cursor":       {"replay_session_activity", all + "&since_created_at=2026-01-01%2000:00:00.001"},
		"a cursor without milliseconds":  {"replicate_session_activity", all + "&since_created_at=2026-01-01%2000:00:00"},
		"an empty flag":                  {"replay_session_activity", all + "&visitor_key="},
		"the change feed takes nothing":  {"replay_change_feed", ""},
		"limit 0":                        {"replay_change_feed", "limit=0"},
		"an offset beyond the last row":  {"replay_change_feed", "offset=100000"},
		"a type that nobody has":         {"replay_session_activity", all + "&activity_type=no%20such"},
		"an id that nobody has":          {"replay_metrics", all + "&replay_ids=a%7Cb&link_ids=c&replay_id=d"},
		"a start in the server's future": {"replay_session_summary", "start_timestamp=2105-12-31%2023:59:59"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, http.StatusOK, get(t, sampleServer(), c.pipe, c.query).status)
		})
	}
}
