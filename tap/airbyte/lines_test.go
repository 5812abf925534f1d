package airbyte_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/tap/taptest"
)

// A streamDescriptor names a stream.
type streamDescriptor struct{ Name string }

// An airbyteLine is a message that was written. Its parts are pointers: each
// message has the one that its type names.
type airbyteLine struct {
	Type string
	Log  *struct{ Level, Message string }
	Spec json.RawMessage

	ConnectionStatus *struct{ Status, Message string }
	Catalog          json.RawMessage
	Record           *struct {
		Stream    string
		Data      json.RawMessage
		EmittedAt int64 `json:"emitted_at"`
		Meta      json.RawMessage
	}
	State *struct {
		Type   string
		Stream struct {
			Descriptor streamDescriptor `json:"stream_descriptor"`
			State      json.RawMessage  `json:"stream_state"`
		}
		Stats struct{ RecordCount json.Number } `json:"sourceStats"`
	}
	Trace *struct {
		Type   string
		Status *struct {
			Descriptor streamDescriptor `json:"stream_descriptor"`
			Status     string
			Reasons    json.RawMessage
		} `json:"stream_status"`
		Error *struct {
			Message     string
			Internal    string            `json:"internal_message"`
			FailureType string            `json:"failure_type"`
			Descriptor  *streamDescriptor `json:"stream_descriptor"`
		}
		Estimate *struct {
			Name string
			Rows int64 `json:"row_estimate"`
		}
	}
}

// messages parses every line of stdout.
func messages(t testing.TB, o taptest.Output) []airbyteLine {
	var list []airbyteLine
	for _, line := range o.Written() {
		var m airbyteLine
		require.NoError(t, json.Unmarshal([]byte(line), &m), line)
		list = append(list, m)
	}
	return list
}

// brief writes messages as short as a test can be read: "events STARTED",
// "events e0", "events {\"n\":1} 1.0".
func brief(t testing.TB, o taptest.Output) []string {
	var out []string
	for _, m := range messages(t, o) {
		switch {
		case m.Log != nil && m.Log.Level == "INFO":
		case m.Log != nil:
			out = append(out, m.Log.Level+" "+m.Log.Message)
		case m.Record != nil:
			var row struct{ ID string }
			require.NoError(t, json.Unmarshal(m.Record.Data, &row))
			out = append(out, m.Record.Stream+" "+row.ID)
		case m.State != nil:
			out = append(out, fmt.Sprintf("%s %s %s", m.State.Stream.Descriptor.Name, m.State.Stream.State, m.State.Stats.RecordCount))
		case m.Trace == nil:
			out = append(out, m.Type)
		case m.Trace.Status != nil:
			out = append(out, m.Trace.Status.Descriptor.Name+" "+m.Trace.Status.Status+string(m.Trace.Status.Reasons))
		case m.Trace.Error != nil:
			out = append(out, m.Trace.Error.FailureType+": "+m.Trace.Error.Message)
		case m.Trace.Estimate != nil:
			out = append(out, fmt.Sprintf("%s about %d", m.Trace.Estimate.Name, m.Trace.Estimate.Rows))
		}
	}
	return out
}

// checksums holds the platform's count: the records of a stream between two of
// its states are what the second tells. It returns the records of each stream
// that no state covers.
func checksums(t testing.TB, o taptest.Output) map[string]int {
	since := map[string]int{}
	for _, m := range messages(t, o) {
		if m.Record != nil {
			since[m.Record.Stream]++
		}
		if m.State != nil {
			name := m.State.Stream.Descriptor.Name
			require.Equal(t, fmt.Sprintf("%d.0", since[name]), string(m.State.Stats.RecordCount), name)
			delete(since, name)
		}
	}
	return since
}

const (
	bothConfigured = `{"streams":[{"stream":{"name":"events","json_schema":{}},"sync_mode":"incremental","destination_sync_mode":"append_dedup"},
		{"stream":{"name":"empty","json_schema":{"properties":{}}},"sync_mode":"full_refresh","destination_sync_mode":"overwrite"}]}`
	jobConfigured    = `{"streams":[{"stream":{"name":"events"},"sync_mode":"full_refresh","destination_sync_mode":"overwrite","sync_id":7}]}`
	eventsConfigured = `{"streams":[{"stream":{"name":"events","json_schema":null},"sync_mode":"MODE","destination_sync_mode":"append"}]}`
)

var (
	eventsBegin = []string{"events STARTED", "events RUNNING"}
	emptyWhole  = []string{"empty STARTED", "empty RUNNING", `empty {"__ab_no_cursor_state_message":true} 0.0`, "empty COMPLETE"}
)
