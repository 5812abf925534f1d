package tap

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
)

func TestAirbyteModes(t *testing.T) {
	for name, c := range map[string]struct {
		mode, into string // JSON; "" leaves the key out
		want       string // "incremental" or "full_refresh", with "?" where it is a guess
		err        string
	}{
		"incremental":                       {`"incremental"`, `"append_dedup"`, "incremental", ""},
		"full refresh":                      {`"full_refresh"`, `"overwrite"`, "full_refresh", ""},
		"in capitals":                       {`"FULL_REFRESH"`, `"OVERWRITE"`, "full_refresh", ""},
		"no destination's mode":             {`"incremental"`, ``, "incremental", ""},
		"a destination's mode to come":      {`"incremental"`, `"merge"`, "incremental", ""},
		"a mode to come, adding":            {`"cdc"`, `"append"`, "incremental?", ""},
		"a mode to come, overwriting":       {`"cdc"`, `"overwrite_dedup"`, "full_refresh?", ""},
		"no mode, adding":                   {``, `"append"`, "incremental?", ""},
		"no mode, overwriting":              {`null`, `"overwrite"`, "full_refresh?", ""},
		"neither":                           {``, ``, "incremental?", ""},
		"null for both":                     {`null`, `null`, "incremental?", ""},
		"neither is of this protocol":       {`"INVALID"`, `"INVALID"`, "", "neither its sync_mode nor its destination_sync_mode is known"},
		"a mode that is a number":           {`7`, `"append"`, "", "sync_mode: want text, got number"},
		"a destination's mode that is none": {`"incremental"`, `{}`, "", "destination_sync_mode: want text, got object"},
	} {
		t.Run(name, func(t *testing.T) {
			stream := []string{`"stream":{"name":"events"}`}
			if c.mode != "" {
				stream = append(stream, `"sync_mode":`+c.mode)
			}
			if c.into != "" {
				stream = append(stream, `"destination_sync_mode":`+c.into)
			}
			list, err := parseConfigured([]byte(`{"streams":[{` + strings.Join(stream, ",") + `}]}`))
			if c.err != "" {
				require.EqualError(t, err, "is not a configured catalog: stream 1: "+c.err)
				return
			}
			require.NoError(t, err)
			got := modeName(list[0].refresh)
			if list[0].doubt != "" {
				got += "?"
			}
			require.Equal(t, c.want, got)
		})
	}
}

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
			path := file(t, "catalog.json", c.catalog)
			o := runMain(t, &memory{rows: 1}, "read", "--config", goodConfig(t), "--catalog", path)
			require.Equal(t, program.ExitConfig, o.code)
			require.Equal(t, []string{"config_error: catalog " + path + " " + c.want +
				"; hint: give --catalog a configured catalog: streams of discover's, each with a sync_mode"}, o.brief(t))
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
			m := &memory{read: func(s Stream, _ Bookmark) {
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
			o := runMain(t, m, "read", "--config", goodConfig(t), "--catalog", file(t, "catalog.json", catalog))
			require.Zero(t, o.code, o.out)
			require.Equal(t, c.want, strings.Join(got, " "))
			level, text, _ := strings.Cut(c.says, " ")
			require.Contains(t, o.out, text)
			require.Equal(t, level == "WARN", strings.Contains(o.out, `"WARN"`))
		})
	}
}

// FuzzAirbyteCatalog: no document panics.
func FuzzAirbyteCatalog(f *testing.F) {
	f.Add([]byte(bothConfigured))
	f.Add([]byte(`{"streams":[{"stream":{"name":"e","json_schema":{"properties":{"a":{"type":["string"]}}}},"sync_mode":"x"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := parseConfigured(data)
		require.True(t, err != nil || list != nil)
	})
}
