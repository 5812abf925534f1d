package airbyte_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

func TestAirbyteRead(t *testing.T) {
	for name, c := range map[string]struct {
		source  taptest.Memory
		state   string
		catalog string // "": both streams
		want    [][]string
		code    int
	}{
		"a first run": {
			source: taptest.Memory{Rows: 2, Page: 1},
			want: [][]string{eventsBegin, {"events e0", "events about 2", "events e1",
				`events {"n":2} 2.0`, "events COMPLETE"}, emptyWhole},
		},
		"a resumed run": {
			source: taptest.Memory{Rows: 3},
			state:  `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":{"n":2}}}]`,
			want:   [][]string{eventsBegin, {"events e2", "events about 1", `events {"n":3} 1.0`, "events COMPLETE"}, emptyWhole},
		},
		"nothing new gives one state": {
			source: taptest.Memory{Rows: 2},
			state:  `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":{"n":2}}}]`,
			want:   [][]string{eventsBegin, {`events {"n":2} 0.0`, "events COMPLETE"}, emptyWhole},
		},
		"the state of another full refresh is not gone on from": {
			source:  taptest.Memory{Rows: 1},
			state:   `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":{"n":1}}}]`,
			catalog: strings.Replace(eventsConfigured, "MODE", "full_refresh", 1),
			want:    [][]string{eventsBegin, {"events e0", "events about 1", `events {"n":1} 1.0`, "events COMPLETE"}},
		},
		"an unfinished full refresh is gone on from": {
			source:  taptest.Memory{Rows: 2},
			state:   `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":{"full_refresh":{"n":1}}}}]`,
			catalog: strings.Replace(eventsConfigured, "MODE", "full_refresh", 1),
			want:    [][]string{eventsBegin, {"events e1", "events about 1", `events {"n":2} 1.0`, "events COMPLETE"}},
		},
		"a full refresh of another sync is not gone on from": {
			source:  taptest.Memory{Rows: 2},
			state:   `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":{"full_refresh":{"n":1},"sync_id":6}}}]`,
			catalog: jobConfigured,
			want:    [][]string{eventsBegin, {"events e0", "events e1", "events about 2", `events {"full_refresh":{"n":2},"sync_id":7,"ended":true} 2.0`, "events COMPLETE"}},
		},
		"the next attempt of a sync goes on from its full refresh": {
			source:  taptest.Memory{Rows: 2},
			state:   `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":{"full_refresh":{"n":1},"sync_id":7}}}]`,
			catalog: jobConfigured,
			want:    [][]string{eventsBegin, {"events e1", "events about 1", `events {"full_refresh":{"n":2},"sync_id":7,"ended":true} 1.0`, "events COMPLETE"}},
		},
		"a full refresh that ended in an earlier attempt is not read again": {
			source:  taptest.Memory{Rows: 2},
			state:   `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":{"full_refresh":{"n":2},"sync_id":7,"ended":true}}}]`,
			catalog: jobConfigured,
			want:    [][]string{eventsBegin, {`events {"full_refresh":{"n":2},"sync_id":7,"ended":true} 0.0`, "events COMPLETE"}},
		},
		"an incremental run goes on from a full refresh that ended": {
			source:  taptest.Memory{Rows: 3},
			state:   `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":{"full_refresh":{"n":2},"sync_id":7,"ended":true}}}]`,
			catalog: strings.Replace(eventsConfigured, "MODE", "incremental", 1),
			want:    [][]string{eventsBegin, {"events e2", "events about 1", `events {"n":3} 1.0`, "events COMPLETE"}},
		},
		"a full refresh that fails says that it has not ended": {
			source:  taptest.Memory{Rows: 2, Page: 1, Fail: map[string]error{"events": &program.Error{Code: program.ExitRetry, Err: errors.New("boom")}}},
			catalog: strings.Replace(eventsConfigured, "MODE", "full_refresh", 1),
			want: [][]string{eventsBegin, {"events e0", "events about 2", "events e1", `events {"full_refresh":{"n":2}} 2.0`,
				"transient_error: read events after the start: boom", "events INCOMPLETE",
				"WARN stream is incomplete stream=events rows=2 requests=0 seconds=0"}},
			code: program.ExitRetry,
		},
		"an incremental run starts over after an unfinished full refresh": {
			source:  taptest.Memory{Rows: 2},
			state:   `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":{"full_refresh":{"n":1}}}}]`,
			catalog: strings.Replace(eventsConfigured, "MODE", "incremental", 1),
			want: [][]string{{"WARN the last full refresh did not end; the stream starts over stream=events"}, eventsBegin,
				{"events e0", "events e1", "events about 2", `events {"n":2} 2.0`, "events COMPLETE"}},
		},
		"a stream that cannot be asked is told, and the others go on": {
			source: taptest.Memory{Rows: 1, Offers: func() []tap.Stream {
				list := taptest.TwoStreams()
				list[1].Broken = &program.Error{Code: program.ExitConfig, Hint: "mend it", Err: errors.New("status 400")}
				return list
			}()},
			want: [][]string{eventsBegin, {"events e0", "events about 1", `events {"n":1} 1.0`, "events COMPLETE"},
				{"empty STARTED", "config_error: read empty: status 400; hint: mend it", "empty INCOMPLETE",
					"WARN stream is incomplete stream=empty rows=0 requests=0 seconds=0"}},
			code: program.ExitConfig,
		},
		"a stream that fails does not stop the next": {
			source: taptest.Memory{Rows: 1, Fail: map[string]error{"events": &program.Error{Code: program.ExitAuth, Hint: "ask", Err: errors.New("no")}}},
			want: [][]string{eventsBegin, {"events e0", "events about 1", `events {"n":1} 1.0`,
				"config_error: read events after the start: no; hint: ask", "events INCOMPLETE",
				"WARN stream is incomplete stream=events rows=1 requests=0 seconds=0"}, emptyWhole},
			code: program.ExitAuth,
		},
		"a stream that fails at once never ran": {
			source:  taptest.Memory{Fail: map[string]error{"events": errors.New("boom")}},
			catalog: strings.Replace(eventsConfigured, "MODE", "incremental", 1),
			want: [][]string{{"events STARTED", "system_error: read events after the start: boom", "events INCOMPLETE",
				"WARN stream is incomplete stream=events rows=0 requests=0 seconds=0"}},
			code: program.ExitRetry,
		},
		"a stream that is not there is told, and the others go on": {
			source: taptest.Memory{Rows: 1},
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
			source:  taptest.Memory{Rows: 1},
			state:   `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":{"n":1}}}]`,
			catalog: strings.Replace(eventsConfigured, "MODE", "cdc", 1),
			want: [][]string{{"WARN sync mode is not known stream=events sync_mode=cdc taken=incremental"}, eventsBegin,
				{`events {"n":1} 0.0`, "events COMPLETE"}},
		},
		"a bookmark that would break its line fails the stream": {
			source:  taptest.Memory{Rows: 1, Marks: func(int) tap.Bookmark { return tap.Bookmark("{\n}") }},
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
			args := []string{"read", "--config", taptest.GoodConfig(t), "--catalog", taptest.File(t, "catalog.json", catalog)}
			if c.state != "" {
				args = append(args, "--state", taptest.File(t, "state.json", c.state))
			}
			synctest.Test(t, func(t *testing.T) {
				o := taptest.Do(cli.Main, &c.source, args...)
				var want []string
				for _, part := range c.want {
					want = append(want, part...)
				}
				require.Equal(t, want, brief(t, o))
				require.Equal(t, c.code, o.Code)
				require.Empty(t, checksums(t, o))
				require.Empty(t, o.Stderr, "nothing on stderr")
			})
		})
	}
}

// TestAirbyteGolden holds every byte of the messages of a sync.
func TestAirbyteGolden(t *testing.T) {
	catalog := taptest.File(t, "catalog.json", strings.Replace(eventsConfigured, "MODE", "incremental", 1))
	config := taptest.GoodConfig(t)
	synctest.Test(t, func(t *testing.T) {
		a := taptest.New(&taptest.Memory{Rows: 1}, "read", "--config="+config, "--catalog="+catalog)
		a.Environ = []string{"LOG_LEVEL=WARN"}
		require.Equal(t, []string{
			`{"type":"TRACE","trace":{"type":"STREAM_STATUS","emitted_at":946684800000,"stream_status":{"stream_descriptor":{"name":"events"},"status":"STARTED"}}}`,
			`{"type":"TRACE","trace":{"type":"STREAM_STATUS","emitted_at":946684800000,"stream_status":{"stream_descriptor":{"name":"events"},"status":"RUNNING"}}}`,
			`{"type":"RECORD","record":{"stream":"events","data":{"id":"e0","at":"2026-01-01T00:00:00.000000Z","title":"<a&b>","n":9007199254740993},"emitted_at":946684800000}}`,
			`{"type":"TRACE","trace":{"type":"ESTIMATE","emitted_at":946684800000,"estimate":{"name":"events","type":"STREAM","row_estimate":1,"byte_estimate":83}}}`,
			`{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":{"n":1}},"sourceStats":{"recordCount":1.0}}}`,
			`{"type":"TRACE","trace":{"type":"STREAM_STATUS","emitted_at":946684800000,"stream_status":{"stream_descriptor":{"name":"events"},"status":"COMPLETE"}}}`,
		}, a.Do(t.Context(), cli.Main).Written())
	})
}
