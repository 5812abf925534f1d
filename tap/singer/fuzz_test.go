package singer

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
	"tap-reprise/tap/taptest"
)

// FuzzState: a state is refused in words, or goes out on one line as it came
// in, by the standard library's reading.
func FuzzState(f *testing.F) {
	for _, seed := range []string{``, `null`, `{}`, `{"bookmarks":{"events":{"n":1},"old_events":null},"x":[1,"\n"]}`, `{"type":"STATE","value":{"bookmarks":{}}}`,
		`{"singer_state":{"value":{}}}`, "{\"bookmarks\":{\"\xff\\ud800\":{\"a\":1e999}}}", `{"a":1,"a":2,"bookmarks":{},"bookmarks":null}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		st, err := parseState(data)
		if err != nil {
			require.NotContains(t, err.Error(), "\n")
			return
		}
		out := st.append(nil)
		require.True(t, json.Valid(out), "%q", out)
		require.NotContains(t, string(out), "\n")
		again, err := parseState(out)
		if bytes.HasPrefix(out, []byte(`{"bookmarks":{}`)) && err != nil {
			return // a wrapper within a wrapper reads differently from outside
		}
		require.NoError(t, err)
		require.Equal(t, string(out), string(again.append(nil)))
		if b := st.Of(taptest.TwoStreams()[0]); b != nil {
			require.NoError(t, tap.CheckBookmark(b))
		}
	})
}

// FuzzCatalog: a catalog is refused in words, or gives a plan whose SCHEMA
// lines are one line of JSON with the key among the columns.
func FuzzCatalog(f *testing.F) {
	for _, seed := range []string{``, `{"streams":[]}`, string(renderCatalog(taptest.TwoStreams())),
		`{"streams":[{"stream":"events","key_properties":["n","title"],"schema":{"properties":{"n":{"type":["string",7]},"title":{"items":{"items":{}}}}}}]}`,
		`{"streams":[{"tap_stream_id":"events","metadata":[{"breadcrumb":["properties","id"],"metadata":{"selected":"false","inclusion":"unsupported"}}]},{"tap_stream_id":"%s\n"}]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		cat, err := parseCatalog(data)
		if err != nil {
			require.NotContains(t, err.Error(), "\n")
			return
		}
		var log bytes.Buffer
		tasks, err := tap.Plan(taptest.TwoStreams(), cat, tap.NewBookmarks(nil), tap.Voice{Logger: taptest.Log(&log)})
		if err != nil {
			require.NotEmpty(t, program.ExitCode(err))
		}
		for _, task := range tasks {
			line := appendSchema(nil, task.Stream)
			require.Equal(t, 1, bytes.Count(line, []byte("\n")))
			var schema struct {
				Stream string
				Schema struct{ Properties map[string]tap.Property }
				Keys   []string `json:"key_properties"`
			}
			require.NoError(t, json.Unmarshal(line, &schema), "%s", line)
			require.NotEmpty(t, schema.Keys)
			for _, k := range schema.Keys {
				require.Contains(t, schema.Schema.Properties, k)
			}
		}
		for line := range strings.Lines(log.String()) {
			require.True(t, strings.HasPrefix(line, "WARNING ") || strings.HasPrefix(line, "INFO "), "%q", line)
		}
	})
}
