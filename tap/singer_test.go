package tap

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
)

const (
	eventsSchema = `{"type":"SCHEMA","stream":"events","schema":{"type":"object","properties":{"id":{"type":["string"]},"at":{"type":["string","null"],"format":"date-time"},"title":{"type":["string","null"]},"n":{"type":["integer","null"]}}},"key_properties":["id"],"bookmark_properties":["at"]}`
	fewSchema    = `{"type":"SCHEMA","stream":"events","schema":{"type":"object","properties":{"id":{"type":["string"]},"at":{"type":["string","null"],"format":"date-time"}}},"key_properties":["id"],"bookmark_properties":["at"]}`
	emptySchema  = `{"type":"SCHEMA","stream":"empty","schema":{"type":"object","properties":{"id":{"type":["string"]},"title":{"type":["string","null"]}}},"key_properties":["id"]}`
)

// record is the RECORD line of row n, of which the bubble's clock read second s.
func record(n, s int) string {
	return fmt.Sprintf(`{"type":"RECORD","stream":"events","record":{"id":"e%d","at":"2026-01-01T00:00:%02d.000000Z","title":"<a&b>","n":9007199254740993},"time_extracted":"2000-01-01T00:00:%02d.000000Z"}`, n, n, s)
}

func stateLine(value string) string { return `{"type":"STATE","value":` + value + `}` }

func bookmarks(n int) string {
	return stateLine(fmt.Sprintf(`{"bookmarks":{"events":{"n":%d}}}`, n))
}

func TestSingerLines(t *testing.T) {
	const onlyID = `{"streams":[{"tap_stream_id":"events","schema":{"properties":{"id":{},"at":{},"title":{}}},"metadata":[
		{"breadcrumb":[],"metadata":{"selected":true}},{"breadcrumb":["properties","title"],"metadata":{"selected":"false"}}]}]}`
	for name, c := range map[string]struct {
		source  memory
		state   string
		catalog string
		args    []string
		want    []string
		code    int
		err     string // part of the last line of stderr
	}{
		"a first run begins with an empty state": {
			source: memory{rows: 2, page: 1},
			want:   []string{stateLine(`{"bookmarks":{}}`), eventsSchema, record(0, 0), record(1, 0), bookmarks(2), emptySchema, bookmarks(2)},
		},
		"a resumed run carries everything through": {
			source: memory{rows: 3},
			state:  `{"currently_syncing": "empty", "bookmarks": {"other": {"x": 1.50}, "events": {"n": 2}}, "_tool": ["<", 1]}`,
			want: []string{
				stateLine(`{"currently_syncing":"empty","bookmarks":{"other":{"x":1.50},"events":{"n":2}},"_tool":["<",1]}`),
				eventsSchema, record(2, 0),
				stateLine(`{"currently_syncing":"empty","bookmarks":{"other":{"x":1.50},"events":{"n":3}},"_tool":["<",1]}`),
				emptySchema,
				stateLine(`{"currently_syncing":"empty","bookmarks":{"other":{"x":1.50},"events":{"n":3}},"_tool":["<",1]}`),
			},
		},
		"a bookmark under another connector's name is used and kept": {
			source: memory{rows: 3},
			state:  `{"bookmarks":{"old_events":{"n":2},"events":null}}`,
			want: []string{
				stateLine(`{"bookmarks":{"old_events":{"n":2},"events":null}}`), eventsSchema, record(2, 0),
				stateLine(`{"bookmarks":{"old_events":{"n":2},"events":{"n":3}}}`), emptySchema,
				stateLine(`{"bookmarks":{"old_events":{"n":2},"events":{"n":3}}}`),
			},
		},
		"a whole STATE message is taken for its value": {
			source: memory{rows: 2},
			state:  bookmarks(2),
			want:   []string{bookmarks(2), eventsSchema, bookmarks(2), emptySchema, bookmarks(2)},
		},
		"FULL_TABLE starts over and keeps the others' bookmarks": {
			source:  memory{rows: 1},
			state:   `{"bookmarks":{"empty":{"n":9},"events":{"n":1}}}`,
			catalog: `{"streams":[{"tap_stream_id":"events","replication_method":"FULL_TABLE"}]}`,
			want: []string{
				stateLine(`{"bookmarks":{"empty":{"n":9},"events":{"n":1}}}`), eventsSchema, record(0, 0),
				stateLine(`{"bookmarks":{"empty":{"n":9},"events":{"n":1}}}`),
			},
		},
		"deselected columns are in neither SCHEMA nor RECORD": {
			source:  memory{rows: 1},
			catalog: onlyID,
			want: []string{
				stateLine(`{"bookmarks":{}}`), fewSchema,
				`{"type":"RECORD","stream":"events","record":{"id":"e0","at":"2026-01-01T00:00:00.000000Z"},"time_extracted":"2000-01-01T00:00:00.000000Z"}`,
				bookmarks(1),
			},
		},
		"a catalog that selects nothing gives the state alone": {
			source:  memory{rows: 1},
			state:   bookmarks(1),
			catalog: `{"streams":[{"tap_stream_id":"events","metadata":[{"breadcrumb":[],"metadata":{"selected":false}}]}]}`,
			want:    []string{bookmarks(1)},
		},
		"a failing stream keeps its rows and does not stop the next": {
			source: memory{rows: 1, fail: map[string]error{"events": errors.New("boom")}},
			want:   []string{stateLine(`{"bookmarks":{}}`), eventsSchema, record(0, 0), bookmarks(1), emptySchema, bookmarks(1)},
			code:   program.ExitRetry,
			err:    "CRITICAL read events after the start: boom",
		},
		"a failure before the first row still lets the SCHEMA out": {
			source: memory{fail: map[string]error{"empty": &program.Error{Code: program.ExitAuth, Hint: "ask", Err: errors.New("no")}}},
			want:   []string{stateLine(`{"bookmarks":{}}`), eventsSchema, stateLine(`{"bookmarks":{}}`), emptySchema, stateLine(`{"bookmarks":{}}`)},
			code:   program.ExitAuth,
			err:    "CRITICAL read empty after the start: no; hint: ask",
		},
		"a catalog stream that is not offered fails the run after the others": {
			source:  memory{rows: 1},
			catalog: `{"streams":[{"tap_stream_id":"old_events"},{"tap_stream_id":"events"}]}`,
			want:    []string{stateLine(`{"bookmarks":{}}`), eventsSchema, record(0, 0), bookmarks(1)},
			code:    program.ExitConfig,
			err:     `CRITICAL stream 1 of the catalog is not offered; hint: it is called events here`,
		},
		"--test gives one record of each stream": {
			source: memory{rows: 5},
			args:   []string{"--test"},
			want:   []string{stateLine(`{"bookmarks":{}}`), eventsSchema, record(0, 0), stateLine(`{"bookmarks":{}}`), emptySchema, stateLine(`{"bookmarks":{}}`)},
		},
		"--test=schema gives schemas only": {
			source: memory{rows: 5},
			args:   []string{"--test=schema"},
			want:   []string{stateLine(`{"bookmarks":{}}`), eventsSchema, stateLine(`{"bookmarks":{}}`), emptySchema, stateLine(`{"bookmarks":{}}`)},
		},
		"a bookmark that would break its line fails the stream": {
			source: memory{rows: 1, marks: func(int) Bookmark { return Bookmark("{\n}") }},
			want:   []string{stateLine(`{"bookmarks":{}}`), eventsSchema, stateLine(`{"bookmarks":{}}`), emptySchema, stateLine(`{"bookmarks":{}}`)},
			code:   program.ExitRetry,
			err:    `CRITICAL stream events: its bookmark of 3 bytes is not a JSON object on one line`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"--config", goodConfig(t)}, c.args...)
			if c.state != "" {
				args = append(args, "--state", file(t, "state.json", c.state))
			}
			if c.catalog != "" {
				args = append(args, "--catalog", file(t, "catalog.json", c.catalog))
			}
			synctest.Test(t, func(t *testing.T) {
				o := runMain(t, &c.source, args...)
				require.Equal(t, c.want, o.lines())
				require.Equal(t, c.code, o.code)
				require.Contains(t, o.lastErr(), c.err)
			})
		})
	}
}

// TestStateNeverAhead reads the output as a loader that is killed after each
// line: what a STATE claims must be on the lines before it.
func TestStateNeverAhead(t *testing.T) {
	for name, source := range map[string]*memory{
		"fast pages":        {rows: 5000, page: 7},
		"slow pages":        {rows: 60, page: 3, pause: 700 * time.Millisecond},
		"pages of one row":  {rows: 300, page: 1, pause: 10 * time.Millisecond},
		"one enormous page": {rows: 20000},
	} {
		t.Run(name, func(t *testing.T) {
			config := goodConfig(t)
			synctest.Test(t, func(t *testing.T) {
				rows := 0
				for _, line := range runMain(t, source, "--config", config).lines() {
					require.True(t, json.Valid([]byte(line)), line)
					if strings.HasPrefix(line, `{"type":"RECORD"`) {
						rows++
					}
					var state struct {
						Value struct {
							Bookmarks struct{ Events struct{ N int } }
						}
					}
					require.NoError(t, json.Unmarshal([]byte(line), &state))
					require.LessOrEqual(t, state.Value.Bookmarks.Events.N, rows)
				}
				require.Equal(t, source.rows, rows)
			})
		})
	}
}

// TestNoAllocationPerRow writes pages of many rows: what is allocated is for the
// page.
func TestNoAllocationPerRow(t *testing.T) {
	s := twoStreams()[0]
	p := Page{Bookmark: Bookmark(`{"n":1}`)}
	for i := range 10000 {
		p.Rows = append(p.Rows, row(s, i))
	}
	k := newSingerSink(t.Context(), io.Discard, newState())
	defer func() { require.NoError(t, k.close()) }()
	allocations := testing.AllocsPerRun(20, func() { require.NoError(t, k.Write(s, p)) })
	require.Less(t, allocations, 100.0)
}

func BenchmarkSinger(b *testing.B) {
	s := twoStreams()[0]
	var p Page
	size := 0
	for i := range 10000 {
		p.Rows = append(p.Rows, row(s, i))
		size += len(p.Rows[i])
	}
	k := newSingerSink(b.Context(), io.Discard, newState())
	b.SetBytes(int64(size))
	for b.Loop() {
		require.NoError(b, k.Write(s, p))
	}
	require.NoError(b, k.close())
}
