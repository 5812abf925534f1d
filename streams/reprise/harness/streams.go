package harness

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/tap/taptest"
)

// Streams are the names of all streams, in the order in which they are synced.
var Streams = []string{
	"replay_session_activity", "replay_session_summary", "replicate_session_activity", "replay_metrics", "replay_change_feed",
}

// Keys are the columns that identify a row, by stream.
var Keys = map[string][]string{
	"replay_session_activity":    {"activity_id"},
	"replay_session_summary":     {"session_id"},
	"replicate_session_activity": {"session_id"},
	"replay_metrics":             {"entity_type", "entity_id", "period", "period_start"},
	"replay_change_feed":         {"entity_type", "entity_id"},
}

// clocks are the columns by which a stream's rows belong to a span of time.
var clocks = map[string]string{
	"replay_session_activity":    "session_created_at",
	"replay_session_summary":     "session_created_at",
	"replicate_session_activity": "session_date",
	"replay_metrics":             "period_start",
	"replay_change_feed":         "ingested_at",
}

// KeyOf names a row by the columns of its stream's key: see [taptest.KeyOf].
func KeyOf(t testing.TB, stream string, row map[string]any) string {
	t.Helper()
	return taptest.KeyOf(t, stream, Keys[stream], row)
}

// Clock is a row's moment of server time.
func Clock(t testing.TB, stream string, row map[string]any) time.Time {
	t.Helper()
	text, ok := row[clocks[stream]].(string)
	if !ok {
		require.Failf(t, "no clock", "%s: %v", stream, row)
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	require.NoError(t, err)
	return at
}

// What a run leaves behind, and what a loader makes of it, is the same for
// every source.
type (
	Output    = taptest.Output
	Message   = taptest.Message
	Warehouse = taptest.Warehouse
	Table     = taptest.Table
)

// Bookmark is how far the last STATE of a run says that a stream is complete.
func Bookmark(t testing.TB, o Output, stream string) time.Time {
	t.Helper()
	var state struct {
		Bookmarks map[string]map[string]any `json:"bookmarks"`
	}
	require.NoError(t, json.Unmarshal([]byte(o.State()), &state))
	text, ok := state.Bookmarks[stream]["since_created_at"].(string)
	require.True(t, ok, "no bookmark of %s in %s", stream, o.State())
	at, err := time.Parse(time.RFC3339Nano, text)
	require.NoError(t, err)
	return at
}
