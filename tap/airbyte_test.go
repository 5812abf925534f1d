package tap

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
)

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
func (o outcomeOf) messages(t testing.TB) []airbyteLine {
	var list []airbyteLine
	for _, line := range o.lines() {
		var m airbyteLine
		require.NoError(t, json.Unmarshal([]byte(line), &m), line)
		list = append(list, m)
	}
	return list
}

// brief writes messages as short as a test can be read: "events STARTED",
// "events e0", "events {\"n\":1} 1.0".
func (o outcomeOf) brief(t testing.TB) []string {
	var out []string
	for _, m := range o.messages(t) {
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
func (o outcomeOf) checksums(t testing.TB) map[string]int {
	since := map[string]int{}
	for _, m := range o.messages(t) {
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

func TestAirbyteRead(t *testing.T) {
	for name, c := range map[string]struct {
		source  memory
		state   string
		catalog string // "": both streams
		want    [][]string
		code    int
	}{
		"a first run": {
			source: memory{rows: 2, page: 1},
			want: [][]string{eventsBegin, {"events e0", "events about 2", "events e1",
				`events {"n":2} 2.0`, "events COMPLETE"}, emptyWhole},
		},
		"a resumed run": {
			source: memory{rows: 3},
			state:  `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":{"n":2}}}]`,
			want:   [][]string{eventsBegin, {"events e2", "events about 1", `events {"n":3} 1.0`, "events COMPLETE"}, emptyWhole},
		},
		"nothing new gives one state": {
			source: memory{rows: 2},
			state:  `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":{"n":2}}}]`,
			want:   [][]string{eventsBegin, {`events {"n":2} 0.0`, "events COMPLETE"}, emptyWhole},
		},
		"the state of another full refresh is not gone on from": {
			source:  memory{rows: 1},
			state:   `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":{"n":1}}}]`,
			catalog: strings.Replace(eventsConfigured, "MODE", "full_refresh", 1),
			want:    [][]string{eventsBegin, {"events e0", "events about 1", `events {"n":1} 1.0`, "events COMPLETE"}},
		},
		"an unfinished full refresh is gone on from": {
			source:  memory{rows: 2},
			state:   `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":{"full_refresh":{"n":1}}}}]`,
			catalog: strings.Replace(eventsConfigured, "MODE", "full_refresh", 1),
			want:    [][]string{eventsBegin, {"events e1", "events about 1", `events {"n":2} 1.0`, "events COMPLETE"}},
		},
		"a full refresh of another sync is not gone on from": {
			source:  memory{rows: 2},
			state:   `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":{"full_refresh":{"n":1},"sync_id":6}}}]`,
			catalog: jobConfigured,
			want:    [][]string{eventsBegin, {"events e0", "events e1", "events about 2", `events {"full_refresh":{"n":2},"sync_id":7,"ended":true} 2.0`, "events COMPLETE"}},
		},
		"the next attempt of a sync goes on from its full refresh": {
			source:  memory{rows: 2},
			state:   `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":{"full_refresh":{"n":1},"sync_id":7}}}]`,
			catalog: jobConfigured,
			want:    [][]string{eventsBegin, {"events e1", "events about 1", `events {"full_refresh":{"n":2},"sync_id":7,"ended":true} 1.0`, "events COMPLETE"}},
		},
		"a full refresh that ended in an earlier attempt is not read again": {
			source:  memory{rows: 2},
			state:   `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":{"full_refresh":{"n":2},"sync_id":7,"ended":true}}}]`,
			catalog: jobConfigured,
			want:    [][]string{eventsBegin, {`events {"full_refresh":{"n":2},"sync_id":7,"ended":true} 0.0`, "events COMPLETE"}},
		},
		"an incremental run goes on from a full refresh that ended": {
			source:  memory{rows: 3},
			state:   `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":{"full_refresh":{"n":2},"sync_id":7,"ended":true}}}]`,
			catalog: strings.Replace(eventsConfigured, "MODE", "incremental", 1),
			want:    [][]string{eventsBegin, {"events e2", "events about 1", `events {"n":3} 1.0`, "events COMPLETE"}},
		},
		"a full refresh that fails says that it has not ended": {
			source:  memory{rows: 2, page: 1, fail: map[string]error{"events": &program.Error{Code: program.ExitRetry, Err: errors.New("boom")}}},
			catalog: strings.Replace(eventsConfigured, "MODE", "full_refresh", 1),
			want: [][]string{eventsBegin, {"events e0", "events about 2", "events e1", `events {"full_refresh":{"n":2}} 2.0`,
				"transient_error: read events after the start: boom", "events INCOMPLETE",
				"WARN stream is incomplete stream=events rows=2 requests=0 seconds=0"}},
			code: program.ExitRetry,
		},
		"an incremental run starts over after an unfinished full refresh": {
			source:  memory{rows: 2},
			state:   `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":{"full_refresh":{"n":1}}}}]`,
			catalog: strings.Replace(eventsConfigured, "MODE", "incremental", 1),
			want: [][]string{{"WARN the last full refresh did not end; the stream starts over stream=events"}, eventsBegin,
				{"events e0", "events e1", "events about 2", `events {"n":2} 2.0`, "events COMPLETE"}},
		},
		"a stream that cannot be asked is told, and the others go on": {
			source: memory{rows: 1, streams: func() []Stream {
				list := twoStreams()
				list[1].Broken = &program.Error{Code: program.ExitConfig, Hint: "mend it", Err: errors.New("status 400")}
				return list
			}()},
			want: [][]string{eventsBegin, {"events e0", "events about 1", `events {"n":1} 1.0`, "events COMPLETE"},
				{"empty STARTED", "config_error: read empty: status 400; hint: mend it", "empty INCOMPLETE",
					"WARN stream is incomplete stream=empty rows=0 requests=0 seconds=0"}},
			code: program.ExitConfig,
		},
		"a stream that fails does not stop the next": {
			source: memory{rows: 1, fail: map[string]error{"events": &program.Error{Code: program.ExitAuth, Hint: "ask", Err: errors.New("no")}}},
			want: [][]string{eventsBegin, {"events e0", "events about 1", `events {"n":1} 1.0`,
				"config_error: read events after the start: no; hint: ask", "events INCOMPLETE",
				"WARN stream is incomplete stream=events rows=1 requests=0 seconds=0"}, emptyWhole},
			code: program.ExitAuth,
		},
		"a stream that fails at once never ran": {
			source:  memory{fail: map[string]error{"events": errors.New("boom")}},
			catalog: strings.Replace(eventsConfigured, "MODE", "incremental", 1),
			want: [][]string{{"events STARTED", "system_error: read events after the start: boom", "events INCOMPLETE",
				"WARN stream is incomplete stream=events rows=0 requests=0 seconds=0"}},
			code: program.ExitRetry,
		},
		"a stream that is not there is told, and the others go on": {
			source: memory{rows: 1},
			catalog: `{"streams":[{"stream":{"name":"old_events"},"sync_mode":"incremental"},` +
				`{"stream":{"name":"events"},"sync_mode":"incremental"}]}`,
			want: [][]string{{"old_events STARTED",
				`config_error: stream 1 of the catalog is not offered; hint: it is called events here; discover the catalog again`,
				"old_events INCOMPLETE"}, eventsBegin, {"events e0", "events about 1", `events {"n":1} 1.0`, "events COMPLETE"}},
			code: program.ExitConfig,
		},
		"a catalog without streams": {
			catalog: `{"streams":[]}`,
			want:    [][]string{{"WARN the catalog selects no stream"}},
		},
		"a mode that is not known falls back to what loses nothing": {
			source:  memory{rows: 1},
			state:   `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":{"n":1}}}]`,
			catalog: strings.Replace(eventsConfigured, "MODE", "cdc", 1),
			want: [][]string{{"WARN sync mode is not known stream=events sync_mode=cdc taken=incremental"}, eventsBegin,
				{`events {"n":1} 0.0`, "events COMPLETE"}},
		},
		"a bookmark that would break its line fails the stream": {
			source:  memory{rows: 1, marks: func(int) Bookmark { return Bookmark("{\n}") }},
			catalog: strings.Replace(eventsConfigured, "MODE", "incremental", 1),
			want: [][]string{{"events STARTED", `system_error: stream events: its bookmark of 3 bytes is not a JSON object on one line`, "events INCOMPLETE",
				"WARN stream is incomplete stream=events rows=0 requests=0 seconds=0"}},
			code: program.ExitRetry,
		},
	} {
		t.Run(name, func(t *testing.T) {
			catalog := c.catalog
			if catalog == "" {
				catalog = bothConfigured
			}
			args := []string{"read", "--config", goodConfig(t), "--catalog", file(t, "catalog.json", catalog)}
			if c.state != "" {
				args = append(args, "--state", file(t, "state.json", c.state))
			}
			synctest.Test(t, func(t *testing.T) {
				o := runMain(t, &c.source, args...)
				var want []string
				for _, part := range c.want {
					want = append(want, part...)
				}
				require.Equal(t, want, o.brief(t))
				require.Equal(t, c.code, o.code)
				require.Empty(t, o.checksums(t))
				require.Empty(t, o.err, "nothing on stderr")
			})
		})
	}
}

// TestAirbyteGolden holds every byte of the messages of a sync.
func TestAirbyteGolden(t *testing.T) {
	catalog := file(t, "catalog.json", strings.Replace(eventsConfigured, "MODE", "incremental", 1))
	config := goodConfig(t)
	synctest.Test(t, func(t *testing.T) {
		a := testApp(&memory{rows: 1}, "read", "--config="+config, "--catalog="+catalog)
		a.Environ = []string{"LOG_LEVEL=WARN"}
		require.Equal(t, []string{
			`{"type":"TRACE","trace":{"type":"STREAM_STATUS","emitted_at":946684800000,"stream_status":{"stream_descriptor":{"name":"events"},"status":"STARTED"}}}`,
			`{"type":"TRACE","trace":{"type":"STREAM_STATUS","emitted_at":946684800000,"stream_status":{"stream_descriptor":{"name":"events"},"status":"RUNNING"}}}`,
			`{"type":"RECORD","record":{"stream":"events","data":{"id":"e0","at":"2026-01-01T00:00:00.000000Z","title":"<a&b>","n":9007199254740993},"emitted_at":946684800000}}`,
			`{"type":"TRACE","trace":{"type":"ESTIMATE","emitted_at":946684800000,"estimate":{"name":"events","type":"STREAM","row_estimate":1,"byte_estimate":83}}}`,
			`{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":{"n":1}},"sourceStats":{"recordCount":1.0}}}`,
			`{"type":"TRACE","trace":{"type":"STREAM_STATUS","emitted_at":946684800000,"stream_status":{"stream_descriptor":{"name":"events"},"status":"COMPLETE"}}}`,
		}, runApp(t.Context(), a).lines())
	})
}
