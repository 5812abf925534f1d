package singer

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/tap"
	"tap-reprise/tap/taptest"
)

// TestDiscoveredCatalogSelects feeds a catalog back: it selects what it says.
func TestDiscoveredCatalogSelects(t *testing.T) {
	streams := taptest.TwoStreams()
	streams[0].Columns[2].Selected = false
	cat, err := parseCatalog(renderCatalog(streams))
	require.NoError(t, err)
	var log bytes.Buffer
	tasks, err := tap.Plan(streams, cat, tap.NewBookmarks(nil), tap.Voice{Logger: taptest.Log(&log)})
	require.NoError(t, err)
	require.Empty(t, log.String())
	require.Equal(t, "events(id,at,n) empty(id,title)", chosen(tasks))
	bare, err := tap.Plan(streams, nil, tap.NewBookmarks(nil), tap.Voice{Logger: taptest.Log(&log)})
	require.NoError(t, err)
	require.Equal(t, bare, tasks, "no catalog and the discovered one are the same")
}

func TestLastOfTwoEntriesWins(t *testing.T) {
	cat, err := parseCatalog([]byte(`{"streams":[{"tap_stream_id":"a","replication_key":"x"},{"tap_stream_id":"b"},{"tap_stream_id":"a","replication_key":"y"}]}`))
	require.NoError(t, err)
	require.Len(t, cat, 2)
	require.Equal(t, "y", cat.Find("a").ReplicationKey)
}

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
			tasks, err := tap.Plan(taptest.TwoStreams(), cat, tap.NewBookmarks(nil), tap.Voice{Logger: taptest.Log(&log)})
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
			tasks, err := tap.Plan(taptest.TwoStreams(), cat, tap.NewBookmarks(nil), tap.Voice{Logger: taptest.Log(&bytes.Buffer{})})
			require.NoError(t, err)
			require.Equal(t, c.want, chosen(tasks))
		})
	}
}
