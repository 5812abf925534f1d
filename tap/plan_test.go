package tap_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/object"
	"tap-reprise/internal/program"
	"tap-reprise/tap"
	"tap-reprise/tap/singer"
	"tap-reprise/tap/taptest"
)

// chosen is the streams and columns that a catalog selects: "events(id,at)".
func chosen(tasks []tap.Task) string {
	var out []string
	for _, t := range tasks {
		var columns []string
		for _, c := range t.Stream.Columns {
			if c.Selected {
				columns = append(columns, c.Name)
			}
		}
		out = append(out, t.Stream.Name+"("+strings.Join(columns, ",")+")")
	}
	return strings.Join(out, " ")
}

// catalogOf is a Singer catalog as it is read.
func catalogOf(t *testing.T, text string) tap.Choices {
	t.Helper()
	choices, err := singer.LoadCatalog(taptest.File(t, "catalog.json", text))
	require.NoError(t, err)
	return choices
}

func TestPlan(t *testing.T) {
	const all = "events(id,at,title,n)"
	for name, c := range map[string]struct {
		catalog string // of the stream events; "": no catalog
		want    string
		key     string
		errs    []string
		log     string
	}{
		"no catalog is all streams": {want: all + " empty(id,title)", key: "id"},
		"a stream that the catalog leaves out is not synced": {
			catalog: `{"tap_stream_id":"events"}`, want: all, key: "id"},
		"a stream may go by its name alone": {
			catalog: `{"stream":"events"}`, want: all, key: "id"},
		"keys cannot be deselected": {
			catalog: `{"tap_stream_id":"events","metadata":[{"breadcrumb":["properties","id"],"metadata":{"selected":false}},
				{"breadcrumb":["properties","at"],"metadata":{"inclusion":"unsupported"}}]}`, want: all, key: "id"},
		"keys are there even if the catalog lost them": {
			catalog: `{"tap_stream_id":"events","schema":{"properties":{"title":{}}}}`, want: "events(id,at,title)", key: "id",
			log: `WARNING columns of the API are not in the catalog and are left out; discover again to load them stream=events columns=n`},
		"a column that is no longer sent is left out": {
			catalog: `{"tap_stream_id":"events","schema":{"properties":{"id":{},"at":{},"title":{},"n":{},"old":{},"shy":{}}},
				"metadata":[{"breadcrumb":["properties","shy"],"metadata":{"selected":false}}]}`, want: all, key: "id",
			log: `WARNING columns of the catalog are not offered by the API and are left out stream=events columns=old`},
		"another key of its columns": {
			catalog: `{"tap_stream_id":"events","key_properties":["id","title"],"metadata":[{"breadcrumb":["properties","title"],"metadata":{"selected":false}}]}`,
			want:    all, key: "id,title"},
		"another key by metadata": {
			catalog: `{"tap_stream_id":"events","key_properties":["id"],"metadata":[{"breadcrumb":[],"metadata":{"selected":true,"table-key-properties":["n","n"]}}]}`,
			want:    all, key: "n",
			log: "WARNING the catalog gives the stream another key; rows that share it replace one another in a loader that merges stream=events key=n own_key=id"},
		"a key that is no column": {
			catalog: `{"tap_stream_id":"events","key_properties":["nope"]}`,
			errs:    []string{`stream "events" of the catalog: key column 1 is not one of its columns`}},
		"no key": {
			catalog: `{"tap_stream_id":"events","key_properties":[]}`,
			errs:    []string{`stream "events" of the catalog: it has no key; loaders need id`}},
		"another replication key": {
			catalog: `{"tap_stream_id":"events","replication_key":"title"}`,
			errs:    []string{`stream "events" of the catalog: its replication key is not supported, only "at"`}},
		"its own replication key": {
			catalog: `{"tap_stream_id":"events","replication_key":"at","replication_method":"INCREMENTAL"}`, want: all, key: "id"},
		"log based": {
			catalog: `{"tap_stream_id":"events","metadata":[{"breadcrumb":[],"metadata":{"selected":true,"replication-method":"LOG_BASED"}}]}`,
			errs:    []string{`stream "events" of the catalog: its replication method is not supported, only INCREMENTAL and FULL_TABLE`}},
		"an unknown stream is an error": {
			catalog: `{"tap_stream_id":"nope"}`,
			errs:    []string{`stream 1 of the catalog is not offered`}},
		"an unknown stream that is deselected is none": {
			catalog: `{"tap_stream_id":"nope","metadata":[{"breadcrumb":[],"metadata":{"selected":false}}]}`,
			log:     "WARNING the catalog selects no stream"},
	} {
		t.Run(name, func(t *testing.T) {
			var cat tap.Choices
			if c.catalog != "" {
				cat = catalogOf(t, `{"streams":[`+c.catalog+`]}`)
			}
			var log bytes.Buffer
			streams := taptest.TwoStreams()
			tasks, err := tap.Plan(streams, cat, tap.NewBookmarks(nil), tap.Voice{Logger: taptest.Log(&log)})
			require.Equal(t, taptest.TwoStreams(), streams, "the source keeps its own")
			require.Equal(t, c.want, chosen(tasks))
			if c.want != "" {
				require.Equal(t, c.key, strings.Join(tasks[0].Stream.Key, ","))
			}
			require.Equal(t, c.log, strings.TrimSpace(log.String()))
			var errs []string
			if err != nil {
				for _, e := range program.Flatten(err) {
					require.Equal(t, program.ExitConfig, program.ExitCode(e))
					require.NotEmpty(t, program.Hint(e))
					errs = append(errs, e.Error())
				}
			}
			require.Equal(t, c.errs, errs)
		})
	}
}

// TestOptIn: a stream that costs much is read if a catalog selects it, or if an
// earlier run has begun with it.
func TestOptIn(t *testing.T) {
	streams := []tap.Stream{
		{Name: "rows", Key: []string{"id"}, Columns: []tap.Column{{Name: "id"}}},
		{Name: "details", Key: []string{"id"}, Columns: []tap.Column{{Name: "id"}}, OptIn: true, Costs: "one request a row"},
	}
	begun := tap.NewBookmarks([]object.Member{{Name: "details", Value: []byte(`{"v":1}`)}})
	for name, c := range map[string]struct {
		catalog string
		marks   *tap.Bookmarks
		want    string
		log     string
	}{
		"no catalog":              {"", &tap.Bookmarks{}, "rows(id)", `INFO stream is not read unless a catalog selects it stream=details costs="one request a row"`},
		"no catalog, and a state": {"", begun, "rows(id) details(id)", ""},
		"selected":                {`{"streams":[{"tap_stream_id":"details","metadata":[{"breadcrumb":[],"metadata":{"selected":true}}]}]}`, &tap.Bookmarks{}, "details(id)", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var choices tap.Choices
			if c.catalog != "" {
				choices = catalogOf(t, c.catalog)
			}
			var stderr bytes.Buffer
			tasks, err := tap.Plan(streams, choices, c.marks, tap.Voice{Logger: taptest.Log(&stderr)})
			require.NoError(t, err)
			require.Equal(t, c.want, chosen(tasks))
			require.Equal(t, c.log, strings.TrimSpace(stderr.String()))
		})
	}
}

func TestMethod(t *testing.T) {
	marks := tap.NewBookmarks([]object.Member{{Name: "events", Value: []byte(`{"n":7}`)}})
	for name, c := range map[string]struct {
		entry string
		over  bool // the stream starts over
	}{
		"nothing said":                         {`{}`, false},
		"INCREMENTAL":                          {`{"replication_method":"INCREMENTAL"}`, false},
		"FULL_TABLE":                           {`{"replication_method":"FULL_TABLE"}`, true},
		"FULL_TABLE by metadata":               {`{"replication_method":"INCREMENTAL","metadata":[{"breadcrumb":[],"metadata":{"selected":true,"forced-replication-method":"INCREMENTAL","replication-method":"FULL_TABLE"}}]}`, true},
		"INCREMENTAL by metadata":              {`{"replication_method":"FULL_TABLE","metadata":[{"breadcrumb":[],"metadata":{"selected":true,"replication-method":"INCREMENTAL"}}]}`, false},
		"FULL_TABLE where discovery forces":    {`{"replication_method":"INCREMENTAL","metadata":[{"breadcrumb":[],"metadata":{"selected":true,"forced-replication-method":"FULL_TABLE"}}]}`, true},
		"FULL_TABLE beside what is discovered": {`{"replication_method":"FULL_TABLE","metadata":[{"breadcrumb":[],"metadata":{"selected":true,"forced-replication-method":"INCREMENTAL"}}]}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			entry := strings.Replace(strings.Replace(c.entry, "{", `{"tap_stream_id":"events",`, 1), ",}", "}", 1)
			tasks, err := tap.Plan(taptest.TwoStreams(), catalogOf(t, `{"streams":[`+entry+`]}`), marks, tap.Voice{Logger: taptest.Log(&bytes.Buffer{})})
			require.NoError(t, err)
			require.Equal(t, c.over, tasks[0].Since == nil)
		})
	}
}
