package reprise_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"github.com/xeipuuv/gojsonschema"

	"tap-reprise/internal/program"
	"tap-reprise/schemas"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
)

const summary = "replay_session_summary"

// typed is --catalog with a catalog that gives columns of replay_session_summary
// these JSON Schemas, and the stream this metadata beside selected.
func typed(t *testing.T, properties map[string]string, metadata string) []string {
	t.Helper()
	columns := map[string]json.RawMessage{"session_id": json.RawMessage(`{}`)}
	for name, schema := range properties {
		columns[name] = json.RawMessage(schema)
	}
	text, err := json.Marshal(map[string]any{"streams": []any{map[string]any{"tap_stream_id": summary,
		"schema":   map[string]any{"properties": columns},
		"metadata": []any{map[string]any{"breadcrumb": []string{}, "metadata": json.RawMessage(`{"selected":true` + metadata + `}`)}}}}})
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "catalog.json")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return []string{"--catalog", path}
}

// retarget makes a catalog file for replay_session_summary one for another stream.
func retarget(t *testing.T, path, stream string) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, []byte(strings.ReplaceAll(string(text), summary, stream)), 0o600))
}

// validates checks each record of a stream against the SCHEMA before it, and
// returns the values of one column. Keys are never null or empty; SCHEMA says that
// any other column may be.
func validates(t *testing.T, out harness.Output, column string) (values []string) {
	t.Helper()
	var schema *gojsonschema.Schema
	var key []string
	for _, m := range out.Messages(t) {
		switch m.Type {
		case "SCHEMA":
			var err error
			schema, err = gojsonschema.NewSchema(gojsonschema.NewBytesLoader(m.Schema))
			require.NoError(t, err, "%s", m.Schema)
			key = m.Key
			nullable(t, m)
		case "RECORD":
			result, err := schema.Validate(gojsonschema.NewBytesLoader(m.Record))
			require.NoError(t, err)
			require.True(t, result.Valid(), "%v: %s", result.Errors(), m.Record)
			var row map[string]json.RawMessage
			require.NoError(t, json.Unmarshal(m.Record, &row))
			for _, k := range key {
				require.NotContains(t, []string{"null", `""`, ""}, string(row[k]), "key %s: %s", k, m.Record)
			}
			values = append(values, string(row[column]))
		}
	}
	return values
}

func nullable(t *testing.T, m harness.Message) {
	t.Helper()
	var doc struct {
		Properties map[string]struct{ Type []string }
	}
	require.NoError(t, json.Unmarshal(m.Schema, &doc))
	isKey := map[string]bool{}
	for _, k := range m.Key {
		require.False(t, isKey[k], "key %s twice", k)
		require.Contains(t, doc.Properties, k)
		isKey[k] = true
	}
	for name, p := range doc.Properties {
		if isKey[name] {
			require.NotContains(t, p.Type, "null", name)
		} else {
			require.Contains(t, p.Type, "null", name)
		}
	}
}

// schemaOf is a catalog's JSON Schema for a form.
func schemaOf(form schemas.Form) string {
	if form == schemas.DateTime {
		return `{"type":"string","format":"date-time"}`
	}
	return `{"type":"` + string(form) + `"}`
}

// A sample is a value in a column of some type, and what is loaded of it. Where
// other values cannot be carried, bad is one.
type sample struct{ value, want, bad string }

// TestFits holds the whole table of what can become what, by runs: a cell that is
// not listed here is refused before anything is written.
func TestFits(t *testing.T) {
	const text, moment = `"2026-07-01 10:00:00"`, `"2026-07-01T10:00:00.000000Z"`
	for typ, cells := range map[string]map[schemas.Form]sample{
		"Novelty(3)": {"string": {`[1, "x"]`, `"[1, \"x\"]"`, ``}, "integer": {`7`, `7`, `"x"`}, "number": {`7.5`, `7.5`, `"x"`}, "boolean": {`1`, `true`, `"x"`}},
		"UInt32":     {"string": {`30`, `"30"`, ``}, "integer": {`30`, `30`, ``}, "number": {`30`, `30`, ``}, "boolean": {`1`, `true`, `30`}},
		"Nullable(UInt64)": {"string": {`"18446744073709551615"`, `"18446744073709551615"`, ``}, "integer": {`"30"`, `30`, ``},
			"number": {`18446744073709551615`, `18446744073709551615`, ``}, "boolean": {`"0"`, `false`, `"30"`}},
		"Int128":        {"string": {`30`, `"30"`, ``}, "integer": {`"30"`, `30`, `"x"`}, "number": {`"30"`, `30`, ``}, "boolean": {`1`, `true`, `30`}},
		"Float64":       {"string": {`30.25`, `"30.25"`, ``}, "integer": {`30.0`, `30`, `30.25`}, "number": {`30.25`, `30.25`, ``}},
		"Decimal(9, 2)": {"string": {`"30.00"`, `"30.00"`, ``}, "integer": {`"30.00"`, `30`, `30.25`}, "number": {`"30.00"`, `30.00`, ``}},
		"Bool":          {"string": {`true`, `"true"`, ``}, "integer": {`true`, `1`, ``}, "number": {`false`, `0`, ``}, "boolean": {`true`, `true`, ``}},
		"LowCardinality(Nullable(String))": {"string": {`"x"`, `"x"`, ``}, "date-time": {text, moment, `"soon"`}, "integer": {`"30"`, `30`, `"thirty"`},
			"number": {`"30.25"`, `30.25`, `"30,25"`}, "boolean": {`"true"`, `true`, `"yes"`}},
		"UUID":          {"string": {`"00000000-0000-0000-0000-000000000001"`, `"00000000-0000-0000-0000-000000000001"`, ``}},
		"Date32":        {"string": {`"2026-07-01"`, `"2026-07-01"`, ``}, "date-time": {`"2026-07-01"`, `"2026-07-01T00:00:00.000000Z"`, ``}},
		"DateTime64(3)": {"string": {text, text, ``}, "date-time": {text, moment, ``}},
		"Nullable(Nothing)": {"string": {`null`, `null`, ``}, "date-time": {`null`, `null`, ``}, "integer": {`null`, `null`, ``}, "number": {`null`, `null`, ``},
			"boolean": {`null`, `null`, ``}, "object": {`null`, `null`, ``}, "array": {`null`, `null`, ``}},
		"Map(String, UInt8)": {"string": {`{"a":1}`, `"{\"a\":1}"`, ``}, "object": {`{"a":1}`, `{"a":1}`, ``}},
		"Array(String)":      {"string": {`["a"]`, `"[\"a\"]"`, ``}, "array": {`["a"]`, `["a"]`, ``}},
		"Variant(UInt8, String)": {"string": {`7`, `"7"`, ``}, "date-time": {text, moment, `"x"`}, "integer": {`7`, `7`, `"x"`},
			"number": {`7`, `7`, `"x"`}, "boolean": {`1`, `true`, `"x"`}},
	} {
		for _, form := range schemas.Forms {
			t.Run(typ+" as "+string(form), func(t *testing.T) {
				t.Parallel()
				cell, carried := cells[form]
				fit := schemas.FamilyOf(typ).Fit(form)
				require.Equal(t, carried, fit != schemas.Never)
				require.Equal(t, carried && cell.bad != "", fit == schemas.Each)
				run := func(t *testing.T, value string) harness.Output {
					s := small()
					s.Dialect.Extra = []emulator.Column{{Name: "drifted", Type: typ, JSON: value}}
					return harness.Run{Server: s, Config: harness.Config{"start_date": "2026-07-09"}, Args: typed(t, map[string]string{"drifted": schemaOf(form)}, "")}.Do(t)
				}
				synctest.Test(t, func(t *testing.T) {
					if !carried {
						refused(t, run(t, `"x"`), typ, form)
						return
					}
					out := run(t, cell.value)
					require.Equal(t, 0, out.Code, out.LastLine())
					values := validates(t, out, "drifted")
					require.NotEmpty(t, values)
					for _, v := range values {
						require.Equal(t, strings.ReplaceAll(cell.want, " ", ""), strings.ReplaceAll(v, " ", ""))
					}
					if cell.bad != "" {
						refused(t, run(t, cell.bad), typ, form)
					}
				})
			})
		}
	}
}

// refused wants a stream that ended before its first row, and told why.
func refused(t *testing.T, out harness.Output, typ string, form schemas.Form) {
	t.Helper()
	require.Equal(t, program.ExitConfig, out.Code, out.LastLine())
	require.NotContains(t, out.Stdout, `"RECORD"`)
	for _, part := range []string{`column "drifted" is ` + typ + " in the API", string(form) + " in the catalog", "hint: discover the catalog again, then load the stream anew"} {
		require.Contains(t, out.LastLine(), part)
	}
}

// TestNestedTypes: what is inside arrays and objects leaves as it came, so it must
// be what the catalog says of it.
func TestNestedTypes(t *testing.T) {
	for name, test := range map[string]struct {
		typ, value, catalog string
		fits                bool
	}{
		"the same items":        {"Array(UInt8)", `[1]`, `{"type":"array","items":{"type":"integer"}}`, true},
		"items that are wider":  {"Array(UInt8)", `[1]`, `{"type":"array","items":{"type":"number"}}`, true},
		"other items":           {"Array(String)", `["1"]`, `{"type":"array","items":{"type":"integer"}}`, false},
		"other items, reversed": {"Array(UInt8)", `[1]`, `{"type":"array","items":{"type":"string"}}`, false},
		"items of any form":     {"Array(UInt64)", `["1"]`, `{"type":"array","items":{"type":"integer"}}`, true},
		"a member":              {"Tuple(a String, b UInt8)", `{"a":"x","b":1}`, `{"type":"object","properties":{"a":{"type":"string"},"c":{"type":"string"}}}`, true},
		"another member":        {"Tuple(a String, b UInt8)", `{"a":"x","b":1}`, `{"type":"object","properties":{"b":{"type":"string"}}}`, false},
		"deeper":                {"Array(Tuple(a Array(String)))", `[{"a":["x"]}]`, `{"type":"array","items":{"type":"object","properties":{"a":{"type":"array","items":{"type":"boolean"}}}}}`, false},
		"moments inside":        {"Array(DateTime)", `["2026-07-01 10:00:00"]`, `{"type":"array","items":{"type":"string","format":"date-time"}}`, true},
		"null inside":           {"Array(Nullable(String))", `[null]`, `{"type":"array","items":{"type":"string"}}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := small()
				s.Dialect.Extra = []emulator.Column{{Name: "drifted", Type: test.typ, JSON: test.value}}
				out := harness.Run{Server: s, Args: typed(t, map[string]string{"drifted": test.catalog}, "")}.Do(t)
				if !test.fits {
					require.Equal(t, program.ExitConfig, out.Code, out.LastLine())
					require.Contains(t, out.LastLine(), `column "drifted" is `+test.typ+" in the API")
					require.Empty(t, out.Records(t, summary))
					return
				}
				require.Equal(t, 0, out.Code, out.LastLine())
				require.NotEmpty(t, validates(t, out, "drifted"))
			})
		})
	}
}
