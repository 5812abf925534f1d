package tap_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/object"
	"tap-reprise/internal/program"
	"tap-reprise/tap"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

// typed is the SCHEMA's type of a column of type own under a catalog; key makes
// the column the key.
func typed(t *testing.T, own tap.Property, catalog string, key bool) string {
	t.Helper()
	streams := taptest.TwoStreams()
	streams[0].Columns[3].Schema = own
	metadata := ""
	if key {
		metadata = `,"metadata":[{"breadcrumb":[],"metadata":{"selected":true,"table-key-properties":["n"]}}]`
	}
	cat := catalogOf(t, `{"streams":[{"tap_stream_id":"events","schema":{"properties":{"n":`+catalog+`,"title":{}}}`+metadata+`}]}`)
	tasks, err := tap.Plan(streams, cat, tap.NewBookmarks(nil), tap.Voice{Logger: taptest.Log(&bytes.Buffer{})})
	require.NoError(t, err)
	return string(object.Encode(tasks[0].Stream.Columns[3].Schema.Plain()))
}

// TestCatalogTypesAreKept: the catalog's plain type wins, and everything but a key
// may be null.
func TestCatalogTypesAreKept(t *testing.T) {
	const own = `{"type":["integer","null"]}`
	for name, c := range map[string]struct{ catalog, want string }{
		"a list":             {`{"type":["null","string"]}`, `{"type":["null","string"]}`},
		"one text":           {`{"type":"string"}`, `{"type":["string","null"]}`},
		"a time":             {`{"type":["string","null"],"format":"date-time","description":"x"}`, `{"type":["string","null"],"format":"date-time"}`},
		"another format":     {`{"type":["string"],"format":"uuid","pattern":"x","maxLength":3,"enum":["a"],"const":"a"}`, `{"type":["string","null"]}`},
		"a number's format":  {`{"type":"number","format":"date-time","multipleOf":0.01,"minimum":0}`, `{"type":["number","null"]}`},
		"several types":      {`{"type":["integer","string","integer"]}`, `{"type":["integer","string","null"]}`},
		"a list of integers": {`{"type":"array","items":{"type":"integer"}}`, `{"type":["array","null"],"items":{"type":["integer","null"]}}`},
		"an object": {`{"type":"object","additionalProperties":false,"required":["a"],"properties":{"a":{"type":"number"},"b":{}}}`,
			`{"type":["object","null"],"properties":{"a":{"type":["number","null"]}}}`},
		"items of a text":      {`{"type":"string","items":{"type":"integer"},"properties":{"a":{"type":"string"}}}`, `{"type":["string","null"]}`},
		"no plain type":        {`{"anyOf":[{"type":"string"}]}`, own},
		"no type":              {`{}`, own},
		"nonsense":             {`{"type":7}`, own},
		"an empty type":        {`{"type":[]}`, own},
		"null alone":           {`{"type":["null"]}`, own},
		"a type that is none":  {`{"type":"any"}`, own},
		"one of them is none":  {`{"type":["varchar","string"]}`, `{"type":["string","null"]}`},
		"no object":            {`true`, own},
		"a list of other than": {`{"type":["string",7]}`, own},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, typed(t, tap.Property{Type: []string{"integer", "null"}}, c.catalog, false))
		})
	}
}

// TestKeysAreNeverNull: the key in force, whatever the catalog says of its type.
func TestKeysAreNeverNull(t *testing.T) {
	for catalog, want := range map[string]string{
		`{}`:                          `{"type":["integer"]}`,
		`{"type":["null","integer"]}`: `{"type":["integer"]}`,
		`{"type":"string"}`:           `{"type":["string"]}`,
		`{"type":["null"]}`:           `{"type":["integer"]}`,
	} {
		require.Equal(t, want, typed(t, tap.Property{Type: []string{"integer", "null"}}, catalog, true), catalog)
	}
	streams := taptest.TwoStreams()
	cat := catalogOf(t, `{"streams":[{"tap_stream_id":"events","key_properties":["title"]}]}`)
	tasks, err := tap.Plan(streams, cat, tap.NewBookmarks(nil), tap.Voice{Logger: taptest.Log(&bytes.Buffer{})})
	require.NoError(t, err)
	require.Equal(t, []string{"string", "null"}, tasks[0].Stream.Columns[0].Schema.Type, "a key no more")
	require.Equal(t, []string{"string"}, tasks[0].Stream.Columns[2].Schema.Type)
	require.Equal(t, []string{"string", "null"}, streams[0].Columns[2].Schema.Type, "the source keeps its own")
}

// TestCatalogPromisesNoMore: of what is inside arrays and objects SCHEMA says no
// more than the API's own type does.
func TestCatalogPromisesNoMore(t *testing.T) {
	null := func(base string) tap.Property { return tap.Property{Type: []string{base, "null"}} }
	list := func(items *tap.Property) tap.Property { p := null("array"); p.Items = items; return p }
	text := null("string")
	object := null("object")
	object.Properties = map[string]tap.Property{"a": null("integer"), "b": list(&text)}
	for name, c := range map[string]struct {
		own           tap.Property
		catalog, want string
	}{
		"items that are not described": {list(nil), `{"type":"array","items":{"type":"integer"}}`, `{"type":["array","null"]}`},
		"items that are":               {list(&text), `{"type":"array","items":{"type":"string"}}`, `{"type":["array","null"],"items":{"type":["string","null"]}}`},
		"moments leave as they came":   {list(&text), `{"type":"array","items":{"type":"string","format":"date-time"}}`, `{"type":["array","null"],"items":{"type":["string","null"]}}`},
		"members of any name":          {null("object"), `{"type":"object","properties":{"a":{"type":"integer"}}}`, `{"type":["object","null"]}`},
		"members that are known": {object, `{"type":"object","properties":{"a":{"type":"integer"},"c":{"type":"string"},"b":{"type":"array","items":{"type":"string"}}}}`,
			`{"type":["object","null"],"properties":{"a":{"type":["integer","null"]},"b":{"type":["array","null"],"items":{"type":["string","null"]}}}}`},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, typed(t, c.own, c.catalog, false)) })
	}
}

// TestUnsuitedStreams: a stream that its source cannot write as the catalog has it
// is refused before anything of it is written; the others go on.
func TestUnsuitedStreams(t *testing.T) {
	sick := func() *taptest.Memory {
		m := &taptest.Memory{Rows: 3, Offers: taptest.TwoStreams()}
		m.Offers[0].Suits = func(s tap.Stream) error {
			require.Equal(t, "events", s.Name)
			return &program.Error{Code: program.ExitConfig, Err: errors.New("column n is no integer"), Hint: "discover again"}
		}
		return m
	}
	for name, args := range map[string][]string{"sync": nil, "test": {"--test"}, "schemas": {"--test=schema"}} {
		t.Run(name, func(t *testing.T) {
			o := taptest.Do(cli.Main, sick(), append([]string{"--config", taptest.GoodConfig(t)}, args...)...)
			require.Equal(t, program.ExitConfig, o.Code)
			require.NotContains(t, o.Stdout, `"stream":"events"`)
			require.Contains(t, o.Stdout, `"stream":"empty"`)
			require.Contains(t, o.Stderr, "column n is no integer; hint: discover again")
		})
	}
	t.Run("airbyte", func(t *testing.T) {
		o := taptest.Do(cli.Main, sick(), "read", "--config", taptest.GoodConfig(t), "--catalog", taptest.File(t, "catalog.json", `{"streams":[{"stream":{"name":"events","json_schema":{}},"sync_mode":"incremental","destination_sync_mode":"append_dedup"},
		{"stream":{"name":"empty","json_schema":{"properties":{}}},"sync_mode":"full_refresh","destination_sync_mode":"overwrite"}]}`))
		require.Equal(t, program.ExitConfig, o.Code)
		require.NotContains(t, o.Stdout, `"RECORD"`)
		require.Contains(t, o.Stdout, `"status":"INCOMPLETE"`)
		require.Contains(t, o.Stdout, `"status":"COMPLETE"`)
		require.Contains(t, o.Stdout, "column n is no integer; hint: discover again")
	})
	t.Run("a stream that cannot be read has its own reason", func(t *testing.T) {
		m := sick()
		m.Offers[0].Broken = errors.New("no answer")
		o := taptest.Do(cli.Main, m, "--config", taptest.GoodConfig(t))
		require.Contains(t, o.Stderr, "no answer")
		require.NotContains(t, o.Stderr, "column n")
	})
}
