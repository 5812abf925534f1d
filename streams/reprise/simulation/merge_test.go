package simulation

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// merged is what Meltano makes of two states: objects merge member by member
// and never lose one, anything else is replaced.
func merged(old, fresh any) any {
	a, isObject := old.(map[string]any)
	b, both := fresh.(map[string]any)
	if !isObject || !both {
		return fresh
	}
	a = maps.Clone(a)
	for name, value := range b {
		a[name] = merged(a[name], value)
	}
	return a
}

// mergedState merges two states as text.
func mergedState(t testing.TB, old, fresh []byte) []byte {
	if old == nil {
		return fresh
	}
	var a, b any
	require.NoError(t, json.Unmarshal(old, &a))
	require.NoError(t, json.Unmarshal(fresh, &b))
	text, err := json.Marshal(merged(a, b))
	require.NoError(t, err)
	return text
}

var extracted = regexp.MustCompile(`,"time_extracted":"[^"]*"`)

// TestMergedStatesChangeNothing runs two taps on one account, the second from
// states that were merged as Meltano merges them: what both write is the same,
// also when the config changes and where another connector's state comes first.
func TestMergedStatesChangeNothing(t *testing.T) {
	foreign := []byte(`{"bookmarks":{
		"replay_session_activity":{"since_created_at":"2026-07-03 07:45:12"},
		"replay_session_summary":{"replication_key":"session_created_at","replication_key_value":"2026-07-03T07:45:12"},
		"replay_metrics":{"since_created_at":"2026-07-02 00:00:00"},
		"replay_change_feed":{"since_ingested_at":"2026-07-02 00:00:00"}}}`)
	small := setup{life: life{sessions: 12, events: 5, days: 12}, every: 8 * time.Hour, page: 10_000, lookback: 30, refresh: 7, side: 1}
	if !all {
		small.sessions, small.events, small.days, small.every = 6, 4, 14, 12*time.Hour
	}
	large := small
	large.page, large.burst = 50, 80
	for name, from := range map[string]struct {
		setup
		state []byte
	}{
		"from nothing":                     {small, nil},
		"from nothing, small pages":        {large, nil},
		"from another connector":           {small, foreign},
		"from another connector, the same": {large, foreign},
	} {
		if !all && (from.page == small.page) != (from.state == nil) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				from.seed = *seed
				plain, merging := newSim(t, from.setup), newSim(t, from.setup)
				plain.state, merging.state = from.state, from.state
				for i, at := range plain.schedule() {
					one, state := plain.turn(t, i, at)
					other, same := merging.turn(t, i, at)
					require.True(t, bytes.Equal(one, other), "run %d wrote %d bytes, %d from a merged state", i, len(one), len(other))
					require.JSONEq(t, string(state), string(same), "run %d", i)
					plain.state, merging.state = state, mergedState(t, merging.state, same)
				}
			})
		})
	}
}

// turn runs once at a moment, with a config that changes on the way, and
// returns the records, without the time of day, and the last state.
func (m *sim) turn(t testing.TB, i int, at time.Time) (records, state []byte) {
	m.trouble.Begin(i)
	switch i {
	case 6:
		m.runner.config["activity_types"] = []string{"url view", "new snapshot"}
		m.runner.config["metrics_windows"] = []string{"day", "week"}
	case 12:
		delete(m.runner.config, "activity_types")
		m.runner.config["metrics_windows"] = []string{"day"}
	case 18:
		m.runner.config["lookback_days"] = 5
	}
	m.runner.server.SetNow(at)
	run := m.runner.run(t, m.state)
	require.Zero(t, run.code, "%s", run.log)
	for line := range bytes.Lines(extracted.ReplaceAll(run.out, nil)) {
		if bytes.HasPrefix(line, []byte(`{"type":"RECORD"`)) {
			records = append(records, line...)
		}
	}
	return records, lastState(t, run.out)
}

func lastState(t testing.TB, out []byte) []byte {
	state, err := newWarehouse().load(out)
	require.NoError(t, err)
	require.NotNil(t, state)
	return state
}
