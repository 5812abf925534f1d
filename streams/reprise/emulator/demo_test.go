package emulator

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDemo(t *testing.T) {
	first, second := Demo(false), Demo(true)
	require.Equal(t, DemoNow, first.Now())
	require.Equal(t, DemoNow.Add(24*time.Hour), second.Now())
	require.InDelta(t, 3000, len(first.Truth("replay_session_activity", nil)), 300)
	require.InDelta(t, 350, len(first.Truth("replay_session_summary", nil)), 150)
	require.Greater(t, len(first.Truth("replicate_session_activity", nil)), 50)
	require.NotEmpty(t, first.Truth("replay_change_feed", nil))
	for _, p := range pipes {
		require.Equal(t, first.Truth(p.name, nil), Demo(false).Truth(p.name, nil), p.name)
		require.NotEqual(t, first.Truth(p.name, nil), second.Truth(p.name, nil), p.name)
	}
}

func TestDemoADayLater(t *testing.T) {
	first, second := Demo(false), Demo(true)
	day := `"` + stamp(DemoNow)
	before := map[string]Row{}
	for _, r := range first.Truth("replay_session_activity", nil) {
		before[r.Get("activity_id")] = r
	}
	fresh, late, renamed := 0, 0, 0
	after := second.Truth("replay_session_activity", nil)
	for _, r := range after {
		old, known := before[r.Get("activity_id")]
		switch {
		case known && old.Get("published_replay_title") != r.Get("published_replay_title"):
			renamed++
		case !known && r.Get("session_created_at") < day:
			late++
		case !known:
			fresh++
		}
	}
	require.Positive(t, fresh, "new sessions")
	require.Positive(t, late, "late events")
	require.Positive(t, renamed, "a renamed demo")
	ids := cells(after, "activity_id")
	for id := range before {
		require.Contains(t, ids, id, "nothing is taken away")
	}

	counts := map[string]string{}
	for _, r := range first.Truth("replay_session_summary", nil) {
		counts[r.Get("session_id")] = r.Get("activity_count")
	}
	moved := 0
	for _, r := range second.Truth("replay_session_summary", nil) {
		if old, known := counts[r.Get("session_id")]; known && old != r.Get("activity_count") {
			moved++
		}
	}
	require.Positive(t, moved, "counters that moved")

	deleted := 0
	for _, r := range second.Truth("replay_change_feed", values(t, "since_ingested_at="+escaped(DemoNow))) {
		if r.Get("change_type") == `"deleted"` {
			deleted++
		}
	}
	require.Equal(t, 1, deleted)
}
