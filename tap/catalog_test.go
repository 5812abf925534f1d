package tap

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
)

// TestDiscovered holds the whole catalog of one small stream.
func TestDiscovered(t *testing.T) {
	s := twoStreams()[0]
	s.Columns[2].Selected = false
	s.Columns[3].Schema = Property{Type: []string{"object", "null"}, Properties: map[string]Property{"inner": {Type: []string{"string"}}}}
	o := runMain(t, &memory{streams: []Stream{s}}, "--config", goodConfig(t), "--discover", "--catalog", "x", "--state", "y")
	require.Zero(t, o.code, o.err)
	const want = `{"streams":[{
		"tap_stream_id":"events","replication_key":"at","replication_method":"INCREMENTAL","key_properties":["id"],
		"schema":{"type":"object","properties":{
			"id":{"type":["string"],"description":"the <key>"},
			"at":{"type":["string","null"],"format":"date-time"},
			"title":{"type":["string","null"]},
			"n":{"type":["object","null"],"properties":{"inner":{"type":["string"]}}}}},
		"stream":"events",
		"metadata":[
			{"breadcrumb":[],"metadata":{"inclusion":"available","selected-by-default":true,"table-key-properties":["id"],
				"forced-replication-method":"INCREMENTAL","valid-replication-keys":["at"],"replication-key":"at"}},
			{"breadcrumb":["properties","id"],"metadata":{"inclusion":"automatic"}},
			{"breadcrumb":["properties","at"],"metadata":{"inclusion":"automatic"}},
			{"breadcrumb":["properties","title"],"metadata":{"inclusion":"available","selected-by-default":false}},
			{"breadcrumb":["properties","n"],"metadata":{"inclusion":"available"}},
			{"breadcrumb":["properties","n","properties","inner"],"metadata":{"inclusion":"automatic"}}]}]}`
	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, []byte(want)))
	var got bytes.Buffer
	require.NoError(t, json.Compact(&got, []byte(o.out)))
	require.Equal(t, compact.String(), got.String())
	for _, line := range o.lines() {
		require.Less(t, len(line), 64<<10, "Meltano reads lines of at most 64 KiB")
	}
}

// TestDiscoveredCatalogSelects feeds a catalog back: it selects what it says.
func TestDiscoveredCatalogSelects(t *testing.T) {
	streams := twoStreams()
	streams[0].Columns[2].Selected = false
	cat, err := parseCatalog(renderCatalog(streams))
	require.NoError(t, err)
	var log bytes.Buffer
	tasks, err := plan(streams, cat, newState(), voice{logTo(&log), nil})
	require.NoError(t, err)
	require.Empty(t, log.String())
	require.Equal(t, "events(id,at,n) empty(id,title)", chosen(tasks))
	bare, err := plan(streams, nil, newState(), voice{logTo(&log), nil})
	require.NoError(t, err)
	require.Equal(t, bare, tasks, "no catalog and the discovered one are the same")
}

func TestBadCatalogs(t *testing.T) {
	for name, c := range map[string]struct{ catalog, want string }{
		"empty":                    {"", "is empty"},
		"not JSON":                 {`{"streams":[}`, "is not JSON: line 1, column 13"},
		"a list":                   {`[]`, "is not a catalog: it: want an object, got array"},
		"null":                     {`null`, `is not a catalog: it has no "streams"`},
		"another object":           {`{"type":"CATALOG"}`, `is not a catalog: it has no "streams"`},
		"streams are an object":    {`{"streams":{}}`, "is not a catalog: streams: want a list, got object"},
		"a stream is text":         {`{"streams":["a"]}`, "is not a catalog: stream 1: want an object, got text"},
		"a stream without a name":  {`{"streams":[{"schema":{}}]}`, "is not a catalog: stream 1: it has no tap_stream_id"},
		"a name that is a number":  {`{"streams":[{"tap_stream_id":7}]}`, "is not a catalog: stream 1: tap_stream_id: want text, got number"},
		"Airbyte's form":           {`{"streams":[{"stream":{"name":"events"},"sync_mode":"full_refresh"}]}`, "is not a catalog: stream 1: it is Airbyte's form"},
		"a breadcrumb missing":     {`{"streams":[{"tap_stream_id":"a","metadata":[{"metadata":{}}]}]}`, "is not a catalog: stream 1: metadata without breadcrumb"},
		"selected is a number":     {`{"streams":[{"tap_stream_id":"a","metadata":[{"breadcrumb":[],"metadata":{"selected":1}}]}]}`, "is not a catalog: stream 1: want true or false, got a number"},
		"selected is another text": {`{"streams":[{"tap_stream_id":"a","metadata":[{"breadcrumb":[],"metadata":{"selected":"maybe"}}]}]}`, "is not a catalog: stream 1: want true or false, got text"},
		"properties are a list":    {`{"streams":[{"tap_stream_id":"a","schema":{"properties":[]}}]}`, "is not a catalog: stream 1: schema properties: want an object, got a list"},
		"metadata is an object":    {`{"streams":[{"tap_stream_id":"a","metadata":{}}]}`, "is not a catalog: stream 1: metadata: want a list, got object"},
	} {
		t.Run(name, func(t *testing.T) {
			path := file(t, "catalog.json", c.catalog)
			o := runMain(t, &memory{rows: 1}, "--config", goodConfig(t), "--catalog", path)
			require.Equal(t, program.ExitConfig, o.code)
			require.Empty(t, o.out)
			require.Equal(t, "CRITICAL catalog <FILE> "+c.want+"; hint: write a new one with --discover",
				strings.ReplaceAll(o.lastErr(), path, "<FILE>"))
		})
	}
}

func TestLastOfTwoEntriesWins(t *testing.T) {
	cat, err := parseCatalog([]byte(`{"streams":[{"tap_stream_id":"a","replication_key":"x"},{"tap_stream_id":"b"},{"tap_stream_id":"a","replication_key":"y"}]}`))
	require.NoError(t, err)
	require.Len(t, cat, 2)
	require.Equal(t, "y", cat.find("a").clock)
}
