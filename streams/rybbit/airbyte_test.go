package rybbit_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/rybbit/harness"
)

// TestAirbyte reads as Airbyte does, and goes on from the states that came: what did
// not change comes no more.
func TestAirbyte(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := server(onCurrent, small)
		want := harness.Truth(t, s, harness.Span{})
		names := []string{"sessions", "session_events"}
		var streams []map[string]any
		for _, name := range names {
			streams = append(streams, map[string]any{"stream": map[string]any{"name": name, "json_schema": map[string]any{}}, "sync_mode": "incremental", "destination_sync_mode": "append_dedup"})
		}
		path := filepath.Join(t.TempDir(), "configured.json")
		text, err := json.Marshal(map[string]any{"streams": streams})
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, text, 0o600))
		run := harness.Run{Server: s, Args: []string{"read", "--catalog", path}}
		out := run.Do(t)
		require.Equal(t, 0, out.Code, out.Stdout+out.Stderr)
		records, states := airbyteOf(t, out.Stdout)
		states2, err := json.Marshal(states)
		require.NoError(t, err)
		for _, name := range names {
			require.Equal(t, len(want[name]), records[name], name)
		}
		run.State = string(states2)
		out = run.Do(t)
		require.Equal(t, 0, out.Code, out.Stdout+out.Stderr)
		records, _ = airbyteOf(t, out.Stdout)
		require.Empty(t, records)
	})
}

// airbyteOf counts the records of each stream, and keeps the last state of each.
func airbyteOf(t *testing.T, stdout string) (map[string]int, []json.RawMessage) {
	t.Helper()
	records, last := map[string]int{}, map[string]json.RawMessage{}
	for text := range strings.Lines(stdout) {
		var line struct {
			Type   string
			Record struct{ Stream string }
			State  json.RawMessage
		}
		require.NoError(t, json.Unmarshal([]byte(text), &line), text)
		switch line.Type {
		case "RECORD":
			records[line.Record.Stream]++
		case "STATE":
			var of struct {
				Stream struct {
					Descriptor struct{ Name string } `json:"stream_descriptor"`
				}
			}
			require.NoError(t, json.Unmarshal(line.State, &of))
			last[of.Stream.Descriptor.Name] = line.State
		}
	}
	var states []json.RawMessage
	for _, state := range last {
		states = append(states, state)
	}
	return records, states
}
