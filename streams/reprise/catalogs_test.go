package reprise_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
)

// oddColumns are what the API sends beside its own columns in TestAnyCatalog.
var oddColumns = []emulator.Column{
	{Name: "x_int", Type: "UInt8", JSON: `1`}, {Name: "x_long", Type: "Nullable(Int64)", JSON: `"9007199254740993"`}, {Name: "x_wide", Type: "UInt128", JSON: `"18446744073709551616"`},
	{Name: "x_float", Type: "Float64", JSON: `30.0`}, {Name: "x_half", Type: "Float32", JSON: `0.5`}, {Name: "x_money", Type: "Decimal(9, 2)", JSON: `"12.50"`},
	{Name: "x_truth", Type: "Bool", JSON: `false`}, {Name: "x_text", Type: "String", JSON: `"text"`}, {Name: "x_digits", Type: "String", JSON: `"7"`},
	{Name: "x_empty", Type: "String", JSON: `""`}, {Name: "x_null", Type: "Nullable(String)", JSON: `null`}, {Name: "x_date", Type: "Date", JSON: `"2026-07-01"`},
	{Name: "x_moment", Type: "DateTime64(3)", JSON: `"2026-07-01 10:00:00.125"`}, {Name: "x_never", Type: "Nullable(DateTime)", JSON: `null`},
	{Name: "x_list", Type: "Array(String)", JSON: `["a","b"]`}, {Name: "x_ints", Type: "Array(UInt8)", JSON: `[1,2]`}, {Name: "x_longs", Type: "Array(UInt64)", JSON: `["1"]`},
	{Name: "x_object", Type: "Tuple(a String, b Array(UInt8))", JSON: `{"a":"x","b":[1]}`}, {Name: "x_map", Type: "Map(String, UInt8)", JSON: `{"k":1}`},
	{Name: "x_any", Type: "Variant(String, UInt8)", JSON: `3`}, {Name: "x_new", Type: "Novelty", JSON: `{"n":[1]}`}, {Name: "x_uuid", Type: "UUID", JSON: `"00000000-0000-0000-0000-000000000001"`},
}

// anySchema is a random JSON Schema, plain or odd.
func anySchema(r *rand.Rand, depth int) map[string]any {
	names := []string{"string", "integer", "number", "boolean", "object", "array", "null", "any", "String"}
	schema := map[string]any{}
	switch r.IntN(8) {
	case 0:
	case 1:
		schema["type"] = []string{}
	case 2:
		schema["anyOf"] = []any{map[string]any{"type": "string"}, map[string]any{"type": "null"}}
	case 3, 4:
		schema["type"] = names[r.IntN(6)]
	default:
		var types []string
		for range 1 + r.IntN(3) {
			types = append(types, names[r.IntN(len(names))])
		}
		schema["type"] = types
	}
	for key, value := range map[string]any{"format": []string{"date-time", "date", "uuid", "email"}[r.IntN(4)], "enum": []any{"a"}, "const": 1, "maxLength": 1,
		"pattern": "^$", "multipleOf": 7, "maximum": -1, "additionalProperties": false, "required": []string{"nope"}, "minItems": 9} {
		if r.IntN(4) == 0 {
			schema[key] = value
		}
	}
	if depth < 3 && r.IntN(2) == 0 {
		schema["items"] = anySchema(r, depth+1)
	}
	if depth < 3 && r.IntN(2) == 0 {
		schema["properties"] = map[string]any{"a": anySchema(r, depth+1), "k": anySchema(r, depth+1)}
	}
	return schema
}

// anyCatalog is a random catalog of one stream, from some of its columns.
func anyCatalog(r *rand.Rand, columns []string) []byte {
	properties := map[string]any{}
	var metadata []any
	some := func(n int) (list []string) {
		for range n {
			list = append(list, columns[r.IntN(len(columns))])
		}
		return list
	}
	for _, name := range some(r.IntN(8)) {
		properties[name] = map[string]any{}
		if r.IntN(4) > 0 {
			properties[name] = anySchema(r, 0)
		}
	}
	for _, name := range some(r.IntN(4)) {
		metadata = append(metadata, map[string]any{"breadcrumb": []string{"properties", name}, "metadata": map[string]any{"selected": r.IntN(2) == 0}})
	}
	stream := map[string]any{"selected": true}
	if r.IntN(3) == 0 {
		stream["table-key-properties"] = some(1 + r.IntN(3))
	}
	metadata = append(metadata, map[string]any{"breadcrumb": []string{}, "metadata": stream})
	text, err := json.Marshal(map[string]any{"streams": []any{map[string]any{"tap_stream_id": summary,
		"schema": map[string]any{"type": "object", "properties": properties}, "metadata": metadata}}})
	if err != nil {
		panic(err)
	}
	return text
}

// TestAnyCatalog reads with random catalogs: whatever types, keys and columns one
// asks for, each RECORD is what the SCHEMA before it says, no key is null or
// empty, and a stream for which that cannot be ends before its first row, with
// what to do.
func TestAnyCatalog(t *testing.T) {
	columns := []string{"session_id", "session_created_at", "first_activity_at", "session_duration_seconds", "activity_count", "link_id", "visitor_key", "client_id", "no_such"}
	for _, c := range oddColumns {
		columns = append(columns, c.Name)
	}
	written, refused := 0, 0
	const seeds = 150 / ((share + 1) / 2)
	for seed := range uint64(seeds) {
		catalog := anyCatalog(rand.New(rand.NewPCG(seed, 1)), columns)
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := small()
				s.Dialect.Extra = oddColumns
				path := filepath.Join(t.TempDir(), "catalog.json")
				require.NoError(t, os.WriteFile(path, catalog, 0o600))
				out := harness.Run{Server: s, Config: harness.Config{"start_date": "2026-07-10"}, Args: []string{"--catalog", path}}.Do(t)
				if out.Code != 0 {
					require.Equal(t, program.ExitConfig, out.Code, "%s\n%s", catalog, out.LastLine())
					require.Regexp(t, `column "[a-z_]+" |key column \d is not one of its columns`, out.LastLine())
					require.Contains(t, out.LastLine(), "hint: ")
					require.Empty(t, out.Records(t, summary))
					refused++
					return
				}
				values := validates(t, out, "session_id")
				require.NotEmpty(t, values, "%s", catalog)
				slices.Sort(values)
				require.Len(t, slices.Compact(values), len(s.Truth(summary, nil))-sessionsBefore(t, s), "%s", catalog)
				written++
			})
		})
	}
	require.Greater(t, written, seeds/8)
	require.Greater(t, refused, seeds/8)
}

// sessionsBefore is how many sessions lie before the start of TestAnyCatalog.
func sessionsBefore(t *testing.T, s *emulator.Server) (n int) {
	t.Helper()
	for _, row := range s.Truth(summary, nil) {
		if row.Get("session_created_at") < `"2026-07-10` {
			n++
		}
	}
	return n
}
