package airbyte

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xeipuuv/gojsonschema"

	"tap-reprise/acceptance/subject"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
)

// A column is what a stream's schema says of one.
type column struct {
	Type        []string `json:"type"`
	Format      string   `json:"format"`
	AirbyteType string   `json:"airbyte_type"`
	Items       *column  `json:"items"`
}

// columns are the columns of a stream.
func (s stream) columns(t *testing.T) map[string]column {
	t.Helper()
	var schema struct{ Properties map[string]column }
	require.NoError(t, json.Unmarshal(s.Schema, &schema))
	return schema.Properties
}

// everyColumn is a config that asks for all columns there are.
var everyColumn = map[string]any{"poster": true, "viewer_pii": true, "internal_email_domains": []string{"reprise.com"}}

// TestDiscovery: see spec_test.go.
func TestDiscovery(t *testing.T) {
	streams := discovered(t, subject.Listen(t, subject.SmallAccount(), everyColumn))
	var names []string
	for _, s := range streams {
		names = append(names, s.Name)
		columns := s.columns(t)

		// test_streams_hierarchy, test_defined_refs_exist_in_schema, test_validates_no_not_ and_allof
		_, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(s.Schema))
		require.NoError(t, err)
		var schema any
		require.NoError(t, json.Unmarshal(s.Schema, &schema))
		everywhere(schema, "", func(_ string, o map[string]any) {
			for _, keyword := range []string{"$ref", "allOf", "not"} {
				require.NotContains(t, o, keyword)
			}
			if v, ok := o["additionalProperties"]; ok {
				require.Equal(t, true, v)
			}
		})
		require.Contains(t, schema, "additionalProperties")

		// test_defined_cursors_exist_in_schema
		require.True(t, s.OwnCursor)
		require.Len(t, s.Cursor, 1)
		require.Contains(t, columns, s.Cursor[0])
		require.Equal(t, "timestamp_with_timezone", columns[s.Cursor[0]].AirbyteType)

		// test_primary_keys_exist_in_schema, test_primary_keys_data_type
		require.NotEmpty(t, s.Key)
		for _, part := range s.Key {
			require.Len(t, part, 1)
			require.Equal(t, []string{"string"}, columns[part[0]].Type)
		}

		// test_streams_has_sync_modes, is_resumable goes with incremental
		require.Equal(t, []string{"full_refresh", "incremental"}, s.Modes)
		require.True(t, s.IsResumable)
	}
	require.Equal(t, harness.Streams, names, "unique, all, in the order in which they are read")
}

// TestDiscoveryDataTypes: only types that Airbyte knows, one and null beside it.
func TestDiscoveryDataTypes(t *testing.T) {
	known := map[string]string{"string": "", "integer": "", "number": "", "boolean": "", "array": "", "object": ""}
	for _, s := range discovered(t, subject.Listen(t, subject.SmallAccount(), everyColumn)) {
		for name, c := range s.columns(t) {
			key := false
			for _, part := range s.Key {
				key = key || part[0] == name
			}
			require.Contains(t, known, c.Type[0], name)
			if key {
				require.Len(t, c.Type, 1, name)
			} else {
				require.Equal(t, []string{c.Type[0], "null"}, c.Type, name)
			}
			require.Equal(t, c.Format == "date-time", c.AirbyteType == "timestamp_with_timezone", name)
			require.Contains(t, []string{"", "date-time"}, c.Format, name)
		}
	}
}

// TestDiscoveryKeepsWhatItHad: no later version may take a stream or a column
// away, or change a type, a cursor or a key. catalog.json is what version 0.1.0
// had.
func TestDiscoveryKeepsWhatItHad(t *testing.T) {
	var had struct {
		Streams []struct {
			Name   string   `json:"stream"`
			Key    []string `json:"key_properties"`
			Clock  string   `json:"replication_key"`
			Schema struct{ Properties map[string]column }
		}
	}
	require.NoError(t, json.Unmarshal(subject.Catalog(t), &had))
	s := emulator.Demo(false)
	now := map[string]stream{}
	for _, stream := range discovered(t, subject.Listen(t, s, nil)) {
		now[stream.Name] = stream
	}
	require.Len(t, now, len(had.Streams))
	for _, old := range had.Streams {
		require.Equal(t, []string{old.Clock}, now[old.Name].Cursor)
		var key []string
		for _, part := range now[old.Name].Key {
			key = append(key, part...)
		}
		require.Equal(t, old.Key, key)
		columns := now[old.Name].columns(t)
		for name, c := range old.Schema.Properties {
			require.Equal(t, c.Type, columns[name].Type, "%s.%s", old.Name, name)
			require.Equal(t, c.Format, columns[name].Format, "%s.%s", old.Name, name)
		}
	}
}

// TestDiscoveryTellsWhatTheAPISends: a column that is new at the API is in the
// next catalog, with its type.
func TestDiscoveryTellsWhatTheAPISends(t *testing.T) {
	s := subject.SmallAccount()
	s.Dialect.Extra = []emulator.Column{{Name: "mood", Type: "Array(LowCardinality(Nullable(String)))", JSON: `["a",null]`},
		{Name: "seen_at", Type: "Nullable(DateTime64(6, 'Europe/Berlin'))", JSON: `"2026-07-01 02:00:00.000001"`}}
	a := subject.Listen(t, s, nil)
	for _, stream := range discovered(t, a) {
		columns := stream.columns(t)
		require.Equal(t, []string{"array", "null"}, columns["mood"].Type)
		require.Equal(t, "string", columns["mood"].Items.Type[0])
		require.Equal(t, "timestamp_with_timezone", columns["seen_at"].AirbyteType)
	}
	r := source(t, "read", "--config", a.Config, "--catalog", configure(t, "incremental", discovered(t, a)...))
	require.Zero(t, r.code)
	require.Contains(t, r.stdout, `"seen_at":"2026-07-01T00:00:00.000001Z"`)
}

// TestDiscoveryFails: without the API there is no catalog. One that is made up
// would make the platform drop columns.
func TestDiscoveryFails(t *testing.T) {
	for name, c := range map[string]struct {
		keys map[string]any
		kind string
		code int
	}{
		"no network":                   {map[string]any{"token_url": "http://127.0.0.1:1/token"}, "transient_error", 1},
		"pipes that cannot be reached": {map[string]any{"base_url": "http://127.0.0.1:1/v0/pipes/"}, "transient_error", 1},
		"a wrong key":                  {map[string]any{"api_key": "rprswh_wrong"}, "config_error", 3},
		"a wrong config":               {map[string]any{"page_size": 0}, "config_error", 2},
	} {
		t.Run(name, func(t *testing.T) {
			r := source(t, "discover", "--config", subject.Listen(t, subject.SmallAccount(), c.keys).Config)
			require.Equal(t, c.code, r.code)
			require.Empty(t, of(r.messages(t), "CATALOG"))
			require.Len(t, r.errors(t), 1)
			require.Equal(t, c.kind, r.errors(t)[0].Trace.Error.FailureType)
		})
	}
}
