package singer_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
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
		source  taptest.Memory
		state   string
		catalog string
		args    []string
		want    []string
		code    int
		err     string // part of the last line of stderr
	}{
		"a first run begins with an empty state": {
			source: taptest.Memory{Rows: 2, Page: 1},
			want:   []string{stateLine(`{"bookmarks":{}}`), eventsSchema, record(0, 0), record(1, 0), bookmarks(2), emptySchema, bookmarks(2)},
		},
		"a resumed run carries everything through": {
			source: taptest.Memory{Rows: 3},
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
			source: taptest.Memory{Rows: 3},
			state:  `{"bookmarks":{"old_events":{"n":2},"events":null}}`,
			want: []string{
				stateLine(`{"bookmarks":{"old_events":{"n":2},"events":null}}`), eventsSchema, record(2, 0),
				stateLine(`{"bookmarks":{"old_events":{"n":2},"events":{"n":3}}}`), emptySchema,
				stateLine(`{"bookmarks":{"old_events":{"n":2},"events":{"n":3}}}`),
			},
		},
		"a whole STATE message is taken for its value": {
			source: taptest.Memory{Rows: 2},
			state:  bookmarks(2),
			want:   []string{bookmarks(2), eventsSchema, bookmarks(2), emptySchema, bookmarks(2)},
		},
		"FULL_TABLE starts over and keeps the others' bookmarks": {
			source:  taptest.Memory{Rows: 1},
			state:   `{"bookmarks":{"empty":{"n":9},"events":{"n":1}}}`,
			catalog: `{"streams":[{"tap_stream_id":"events","replication_method":"FULL_TABLE"}]}`,
			want: []string{
				stateLine(`{"bookmarks":{"empty":{"n":9},"events":{"n":1}}}`), eventsSchema, record(0, 0),
				stateLine(`{"bookmarks":{"empty":{"n":9},"events":{"n":1}}}`),
			},
		},
		"deselected columns are in neither SCHEMA nor RECORD": {
			source:  taptest.Memory{Rows: 1},
			catalog: onlyID,
			want: []string{
				stateLine(`{"bookmarks":{}}`), fewSchema,
				`{"type":"RECORD","stream":"events","record":{"id":"e0","at":"2026-01-01T00:00:00.000000Z"},"time_extracted":"2000-01-01T00:00:00.000000Z"}`,
				bookmarks(1),
			},
		},
		"a catalog that selects nothing gives the state alone": {
			source:  taptest.Memory{Rows: 1},
			state:   bookmarks(1),
			catalog: `{"streams":[{"tap_stream_id":"events","metadata":[{"breadcrumb":[],"metadata":{"selected":false}}]}]}`,
			want:    []string{bookmarks(1)},
		},
		"a failing stream keeps its rows and does not stop the next": {
			source: taptest.Memory{Rows: 1, Fail: map[string]error{"events": errors.New("boom")}},
			want:   []string{stateLine(`{"bookmarks":{}}`), eventsSchema, record(0, 0), bookmarks(1), emptySchema, bookmarks(1)},
			code:   program.ExitRetry,
			err:    "CRITICAL read events after the start: boom",
		},
		"a failure before the first row still lets the SCHEMA out": {
			source: taptest.Memory{Fail: map[string]error{"empty": &program.Error{Code: program.ExitAuth, Hint: "ask", Err: errors.New("no")}}},
			want:   []string{stateLine(`{"bookmarks":{}}`), eventsSchema, stateLine(`{"bookmarks":{}}`), emptySchema, stateLine(`{"bookmarks":{}}`)},
			code:   program.ExitAuth,
			err:    "CRITICAL read empty after the start: no; hint: ask",
		},
		"a catalog stream that is not offered fails the run after the others": {
			source:  taptest.Memory{Rows: 1},
			catalog: `{"streams":[{"tap_stream_id":"old_events"},{"tap_stream_id":"events"}]}`,
			want:    []string{stateLine(`{"bookmarks":{}}`), eventsSchema, record(0, 0), bookmarks(1)},
			code:    program.ExitConfig,
			err:     `CRITICAL stream 1 of the catalog is not offered; hint: it is called events here`,
		},
		"--test gives one record of each stream": {
			source: taptest.Memory{Rows: 5},
			args:   []string{"--test"},
			want:   []string{stateLine(`{"bookmarks":{}}`), eventsSchema, record(0, 0), stateLine(`{"bookmarks":{}}`), emptySchema, stateLine(`{"bookmarks":{}}`)},
		},
		"--test=schema gives schemas only": {
			source: taptest.Memory{Rows: 5},
			args:   []string{"--test=schema"},
			want:   []string{stateLine(`{"bookmarks":{}}`), eventsSchema, stateLine(`{"bookmarks":{}}`), emptySchema, stateLine(`{"bookmarks":{}}`)},
		},
		"a bookmark that would break its line fails the stream": {
			source: taptest.Memory{Rows: 1, Marks: func(int) tap.Bookmark { return tap.Bookmark("{\n}") }},
			want:   []string{stateLine(`{"bookmarks":{}}`), eventsSchema, stateLine(`{"bookmarks":{}}`), emptySchema, stateLine(`{"bookmarks":{}}`)},
			code:   program.ExitRetry,
			err:    `CRITICAL stream events: its bookmark of 3 bytes is not a JSON object on one line`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"--config", taptest.GoodConfig(t)}, c.args...)
			if c.state != "" {
				args = append(args, "--state", taptest.File(t, "state.json", c.state))
			}
			if c.catalog != "" {
				args = append(args, "--catalog", taptest.File(t, "catalog.json", c.catalog))
			}
			synctest.Test(t, func(t *testing.T) {
				o := taptest.Do(cli.Main, &c.source, args...)
				require.Equal(t, c.want, o.Written())
				require.Equal(t, c.code, o.Code)
				require.Contains(t, o.LastLine(), c.err)
			})
		})
	}
}

// TestStateNeverAhead reads the output as a loader that is killed after each
// line: what a STATE claims must be on the lines before it.
func TestStateNeverAhead(t *testing.T) {
	for name, source := range map[string]*taptest.Memory{
		"fast pages":        {Rows: 5000, Page: 7},
		"slow pages":        {Rows: 60, Page: 3, Pause: 700 * time.Millisecond},
		"pages of one row":  {Rows: 300, Page: 1, Pause: 10 * time.Millisecond},
		"one enormous page": {Rows: 20000},
	} {
		t.Run(name, func(t *testing.T) {
			config := taptest.GoodConfig(t)
			synctest.Test(t, func(t *testing.T) {
				rows := 0
				for _, line := range taptest.Do(cli.Main, source, "--config", config).Written() {
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
				require.Equal(t, source.Rows, rows)
			})
		})
	}
}
