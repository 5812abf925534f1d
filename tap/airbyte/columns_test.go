package airbyte_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

func TestAirbyteCatalogFaults(t *testing.T) {
	for name, c := range map[string]struct{ catalog, want string }{
		"not JSON":                       {`{"streams":`, "is not JSON: line 1, column 11"},
		"empty":                          {``, "is empty"},
		"a list":                         {`[]`, "is not a catalog: it: want an object, got array"},
		"no streams":                     {`{}`, `is not a catalog: it has no "streams"`},
		"streams null":                   {`{"streams":null}`, `is not a catalog: it has no "streams"`},
		"a stream that is a text":        {`{"streams":["events"]}`, "is not a configured catalog: stream 1: want an object, got text"},
		"discover's, not configured":     {`{"streams":[{"name":"events","json_schema":{}}]}`, "is not a configured catalog: stream 1: it is not configured: its stream is missing"},
		"Singer's":                       {`{"streams":[{"tap_stream_id":"events","stream":"events"}]}`, "is not a configured catalog: stream 1: it is Singer's form"},
		"a stream without a name":        {`{"streams":[{"stream":{}}]}`, "is not a configured catalog: stream 1: it has no name"},
		"properties that are no objects": {`{"streams":[{"stream":{"name":"events","json_schema":{"properties":[]}}}]}`, "is not a configured catalog: stream 1: json_schema properties: want an object, got a list"},
	} {
		t.Run(name, func(t *testing.T) {
			path := taptest.File(t, "catalog.json", c.catalog)
			o := taptest.Do(cli.Main, &taptest.Memory{Rows: 1}, "read", "--config", taptest.GoodConfig(t), "--catalog", path)
			require.Equal(t, program.ExitConfig, o.Code)
			require.Equal(t, []string{"config_error: catalog " + path + " " + c.want +
				"; hint: give --catalog a configured catalog: streams of discover's, each with a sync_mode"}, brief(t, o))
		})
	}
}

// TestAirbyteColumns: the configured schema tells which columns are wanted; keys
// and cursors come along in any case.
func TestAirbyteColumns(t *testing.T) {
	for name, c := range map[string]struct {
		schema string
		want   string // columns of the source's stream that are selected
		says   string // level and text of the log
	}{
		"all":                           {`{"properties":{"id":{},"at":{},"title":{},"n":{"type":["integer","null"]}}}`, "id at title n", ""},
		"some":                          {`{"properties":{"id":{},"n":{}}}`, "id at n", "INFO left out; discover again to load them stream=events columns=title"},
		"no schema":                     {`null`, "id at title n", ""},
		"a schema without properties":   {`{"type":"object"}`, "id at title n", ""},
		"one that the API has no more":  {`{"properties":{"id":{},"at":{},"title":{},"n":{},"old":{}}}`, "id at title n", "WARN not offered by the API and are left out stream=events columns=old"},
		"a cursor and key of a user's":  {`{"properties":{"title":{}}}`, "id at title", "INFO columns=n"},
		"types of the catalog are kept": {`{"properties":{"id":{},"at":{},"title":{},"n":{"type":"string"}}}`, "id at title n:string", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			m := &taptest.Memory{Watch: func(s tap.Stream, _ tap.Bookmark) {
				for _, col := range s.Columns {
					if col.Selected && col.Name == "n" && col.Schema.Type[0] == "string" {
						got = append(got, "n:string")
					} else if col.Selected {
						got = append(got, col.Name)
					}
				}
			}}
			catalog := `{"streams":[{"stream":{"name":"events","json_schema":` + c.schema +
				`},"sync_mode":"incremental","cursor_field":["since_created_at"],"primary_key":[["title"]],"generation_id":3}]}`
			o := taptest.Do(cli.Main, m, "read", "--config", taptest.GoodConfig(t), "--catalog", taptest.File(t, "catalog.json", catalog))
			require.Zero(t, o.Code, o.Stdout)
			require.Equal(t, c.want, strings.Join(got, " "))
			level, text, _ := strings.Cut(c.says, " ")
			require.Contains(t, o.Stdout, text)
			require.Equal(t, level == "WARN", strings.Contains(o.Stdout, `"WARN"`))
		})
	}
}
