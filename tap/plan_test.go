package tap

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
)

// logTo is a log whose lines can be read back.
func logTo(b *bytes.Buffer) *slog.Logger {
	a := program.App{Name: "tap-reprise", Err: b}
	return a.NewLog(a.NewConsole())
}

// chosen is the streams and columns that a catalog selects: "events(id,at)".
func chosen(tasks []task) string {
	var out []string
	for _, t := range tasks {
		var columns []string
		for _, c := range t.stream.Columns {
			if c.Selected {
				columns = append(columns, c.Name)
			}
		}
		out = append(out, t.stream.Name+"("+strings.Join(columns, ",")+")")
	}
	return strings.Join(out, " ")
}

// TestSelection holds the rules of Meltano's SDK for a stream, its columns, and
// both together.
func TestSelection(t *testing.T) {
	const all = "events(id,at,title,n)"
	for name, c := range map[string]struct {
		stream string // metadata of the stream; "": none listed
		title  string // metadata of the column title; "": none listed
		want   string
	}{
		"no metadata at all":                            {"", "", all},
		"stream not listed, column selected":            {"", `{"selected":true}`, all},
		"stream not listed, column deselected":          {"", `{"selected":false}`, "events(id,at,n)"},
		"stream selected":                               {`{"selected":true}`, "", all},
		"stream deselected":                             {`{"selected":false}`, "", ""},
		"stream selected in text":                       {`{"selected":"true"}`, "", all},
		"stream deselected in text":                     {`{"selected":"False"}`, "", ""},
		"stream selected by null":                       {`{"selected":null}`, "", ""},
		"stream with nothing said":                      {`{"inclusion":"available"}`, "", ""},
		"stream selected by default":                    {`{"inclusion":"available","selected-by-default":true}`, "", all},
		"stream not selected by default":                {`{"selected-by-default":false}`, "", ""},
		"selected wins over the default":                {`{"selected":false,"selected-by-default":true}`, "", ""},
		"selected wins over the default, other way":     {`{"selected":true,"selected-by-default":false}`, "", all},
		"stream unsupported":                            {`{"inclusion":"unsupported","selected":true}`, "", ""},
		"stream automatic":                              {`{"inclusion":"automatic","selected":false}`, "", all},
		"column deselected":                             {`{"selected":true}`, `{"selected":false}`, "events(id,at,n)"},
		"column deselected in text":                     {`{"selected":true}`, `{"selected":"false"}`, "events(id,at,n)"},
		"column with nothing said is as its stream":     {`{"selected":true}`, `{"inclusion":"available"}`, all},
		"column deselected by default":                  {`{"selected":true}`, `{"selected-by-default":false}`, "events(id,at,n)"},
		"column selected against its default":           {`{"selected":true}`, `{"selected":true,"selected-by-default":false}`, all},
		"column unsupported":                            {`{"selected":true}`, `{"inclusion":"unsupported","selected":true}`, "events(id,at,n)"},
		"column automatic":                              {`{"selected":true}`, `{"inclusion":"automatic","selected":false}`, all},
		"column selected in a stream that is not":       {`{"selected":false}`, `{"selected":true}`, ""},
		"column automatic in a stream that is not":      {`{"selected":false}`, `{"inclusion":"automatic"}`, ""},
		"stream in text and column in text, both false": {`{"selected":"false"}`, `{"selected":"false"}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var marks []string
			if c.stream != "" {
				marks = append(marks, `{"breadcrumb":[],"metadata":`+c.stream+`}`)
			}
			if c.title != "" {
				marks = append(marks, `{"breadcrumb":["properties","title"],"metadata":`+c.title+`}`)
			}
			cat, err := parseCatalog([]byte(`{"streams":[{"tap_stream_id":"events","metadata":[` + strings.Join(marks, ",") + `]}]}`))
			require.NoError(t, err)
			var log bytes.Buffer
			tasks, err := plan(twoStreams(), cat, newState(), voice{logTo(&log), nil})
			require.NoError(t, err)
			require.Equal(t, c.want, chosen(tasks))
			require.Equal(t, c.want == "", strings.Contains(log.String(), "WARNING the catalog selects no stream"))
		})
	}
}

// TestSelectionWithoutMetadata takes the choice from where it stood before
// Singer had metadata, which wins where both are there.
func TestSelectionWithoutMetadata(t *testing.T) {
	const all = "events(id,at,title,n)"
	for name, c := range map[string]struct{ entry, want string }{
		"beside the name":           {`"selected":false`, ""},
		"beside the name, in text":  {`"selected":"false"`, ""},
		"in the schema":             {`"schema":{"selected":false}`, ""},
		"a column":                  {`"schema":{"properties":{"id":{},"at":{},"title":{"selected":false},"n":{"selected":true}}}`, "events(id,at,n)"},
		"a key":                     {`"schema":{"properties":{"id":{"selected":false},"at":{},"title":{},"n":{}}}`, all},
		"selected, in both":         {`"selected":true,"schema":{"selected":true}`, all},
		"metadata wins":             {`"selected":false,"metadata":[{"breadcrumb":[],"metadata":{"selected":true}}]`, all},
		"metadata wins, other way":  {`"selected":true,"metadata":[{"breadcrumb":[],"metadata":{"selected":false}}]`, ""},
		"metadata that says little": {`"selected":true,"metadata":[{"breadcrumb":[],"metadata":{"inclusion":"available"}}]`, all},
	} {
		t.Run(name, func(t *testing.T) {
			cat, err := parseCatalog([]byte(`{"streams":[{"tap_stream_id":"events",` + c.entry + `}]}`))
			require.NoError(t, err)
			tasks, err := plan(twoStreams(), cat, newState(), voice{logTo(&bytes.Buffer{}), nil})
			require.NoError(t, err)
			require.Equal(t, c.want, chosen(tasks))
		})
	}
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
			var cat catalog
			if c.catalog != "" {
				var err error
				cat, err = parseCatalog([]byte(`{"streams":[` + c.catalog + `]}`))
				require.NoError(t, err)
			}
			var log bytes.Buffer
			streams := twoStreams()
			tasks, err := plan(streams, cat, newState(), voice{logTo(&log), nil})
			require.Equal(t, twoStreams(), streams, "the source keeps its own")
			require.Equal(t, c.want, chosen(tasks))
			if c.want != "" {
				require.Equal(t, c.key, strings.Join(tasks[0].stream.Key, ","))
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

func TestMethod(t *testing.T) {
	st, err := parseState([]byte(`{"bookmarks":{"events":{"n":7}}}`))
	require.NoError(t, err)
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
			cat, err := parseCatalog([]byte(`{"streams":[` + strings.Replace(c.entry, "{", `{"tap_stream_id":"events",`, 1) + `]}`))
			if c.entry == "{}" {
				cat, err = parseCatalog([]byte(`{"streams":[{"tap_stream_id":"events"}]}`))
			}
			require.NoError(t, err)
			tasks, err := plan(twoStreams(), cat, st, voice{logTo(&bytes.Buffer{}), nil})
			require.NoError(t, err)
			require.Equal(t, c.over, tasks[0].since == nil)
		})
	}
}
