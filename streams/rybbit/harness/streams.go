package harness

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/tap/taptest"
)

// Start is the first day that is loaded where nothing else is said. Generated accounts
// begin there.
var Start = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)

// Streams are the names of all streams, in the order in which they are synced.
var Streams = []string{"sites", "sessions", "session_events", "session_locations", "users"}

// Keys are the columns that identify a row, by stream.
var Keys = map[string][]string{
	"sites":             {"siteId"},
	"sessions":          {"session_id"},
	"session_events":    {"session_id", "n"},
	"session_locations": {"site_id", "window_start", "window_end", "lat", "lon", "city", "country"},
	"users":             {"site_id", "effective_user_id"},
}

// clocks are the columns by which a stream's rows belong to a span of time. The others
// have none.
var clocks = map[string]string{"sessions": "session_end", "session_locations": "window_start"}

// KeyOf names a row by the columns of its stream's key: see [taptest.KeyOf].
func KeyOf(t testing.TB, stream string, row map[string]any) string {
	t.Helper()
	return taptest.KeyOf(t, stream, Keys[stream], row)
}

// Clock is a row's moment of server time, of a stream that has one.
func Clock(t testing.TB, stream string, row map[string]any) time.Time {
	t.Helper()
	text, ok := row[clocks[stream]].(string)
	if !ok {
		require.Failf(t, "no clock", "%s: %v", stream, row)
	}
	layout := time.RFC3339Nano
	if stream == "session_locations" {
		layout = time.DateOnly
	}
	at, err := time.Parse(layout, text)
	require.NoError(t, err)
	return at
}

// What a run leaves behind, and what a loader makes of it, is the same for every
// source.
type (
	Output    = taptest.Output
	Message   = taptest.Message
	Warehouse = taptest.Warehouse
	Table     = taptest.Table
)
