package reprise_test

import (
	"encoding/json"
	"net/url"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"github.com/xeipuuv/gojsonschema"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// TestDemoIsValid checks each record of the demo against the SCHEMA before it,
// and each value against the account's own rows.
func TestDemoIsValid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := harness.Run{Demo: true}.Do(t)
		require.Equal(t, 0, out.Code, out.Stderr)
		checkSchemas(t, out)
		taptest.Same(t, harness.Truth(t, emulator.Demo(false), harness.Span{}), harness.Warehouse{}.Load(t, out))
	})
}

// checkSchemas validates every share-th record with the schema that was sent
// for it.
func checkSchemas(t *testing.T, out harness.Output) {
	t.Helper()
	schemas := map[string]*gojsonschema.Schema{}
	columns, n := map[string]map[string]json.RawMessage{}, 0
	for _, m := range out.Messages(t) {
		switch m.Type {
		case "SCHEMA":
			var err error
			schemas[m.Stream], err = gojsonschema.NewSchema(gojsonschema.NewBytesLoader(m.Schema))
			require.NoError(t, err)
			var schema struct{ Properties map[string]json.RawMessage }
			require.NoError(t, json.Unmarshal(m.Schema, &schema))
			columns[m.Stream] = schema.Properties
			require.Equal(t, harness.Keys[m.Stream], m.Key)
		case "RECORD":
			if n++; n%share != 0 {
				continue
			}
			result, err := schemas[m.Stream].Validate(gojsonschema.NewBytesLoader(m.Record))
			require.NoError(t, err)
			require.True(t, result.Valid(), "%s: %v: %s", m.Stream, result.Errors(), m.Record)
			var row map[string]json.RawMessage
			require.NoError(t, json.Unmarshal(m.Record, &row))
			require.Len(t, row, len(columns[m.Stream]), "a column is missing or unknown: %s", m.Record)
			for name := range columns[m.Stream] {
				require.Contains(t, row, name, m.Stream)
			}
		}
	}
	require.Len(t, schemas, len(harness.Streams))
}

// printings change how an answer is printed, and nothing of its rows.
var printings = map[string]emulator.Dialect{
	"tabs, as ClickHouse prints":             {},
	"one line":                               {Layout: emulator.Compact},
	"carriage returns":                       {Layout: emulator.CRLF},
	"blanks everywhere":                      {Layout: emulator.Spaces},
	"meta behind data":                       {MetaLast: true},
	"meta behind data, on one line":          {MetaLast: true, Layout: emulator.Compact},
	"columns in another order in each":       {ShuffleColumns: true},
	"shuffled columns before their meta":     {ShuffleColumns: true, MetaLast: true},
	"64-bit integers in quotes":              {QuoteInt64: true},
	"slashes escaped":                        {EscapeSlash: true},
	"clocks of whole seconds":                {SecondClock: true},
	"clocks that name UTC":                   {Zone: "UTC"},
	"clocks of New York":                     {Zone: "America/New_York"},
	"all at once":                            {Layout: emulator.CRLF, MetaLast: true, ShuffleColumns: true, QuoteInt64: true, EscapeSlash: true, SecondClock: true},
	"no total of rows, in another tie order": {RowsBefore: emulator.Absent, ShuffleTies: true},
}

// TestValues compares every value with the account's own rows, however the
// answers are printed.
func TestValues(t *testing.T) {
	for name, dialect := range some(printings, 2) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := small()
				s.Dialect = dialect
				out := harness.Run{Server: s, Config: smallPages}.Do(t)
				require.Equal(t, 0, out.Code, out.Stderr)
				got := harness.Warehouse{}.Load(t, out)
				taptest.Same(t, harness.Truth(t, s, harness.Span{}), got)
				require.Empty(t, out.Lines("WARNING"))
			})
		})
	}
}

// TestOptionalColumns asks for every column that a parameter brings.
func TestOptionalColumns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := small()
		out := harness.Run{Server: s, Config: harness.Config{"poster": true, "viewer_pii": true}}.Do(t)
		require.Equal(t, 0, out.Code, out.Stderr)
		checkSchemas(t, out)
		all := harness.Columns{
			"replay_session_activity":    {"visitor_key": {"1"}, "visitor_company": {"1"}, "poster": {"1"}},
			"replicate_session_activity": {"viewer_pii": {"1"}},
		}
		taptest.Same(t, harness.Truth(t, s, harness.Span{Columns: all}), harness.Warehouse{}.Load(t, out))

		out = harness.Run{Server: s, Config: harness.Config{"visitor_key": false, "visitor_company": false}}.Do(t)
		require.Equal(t, 0, out.Code, out.Stderr)
		none := harness.Columns{"replay_session_activity": url.Values{}}
		taptest.Same(t, harness.Truth(t, s, harness.Span{Columns: none}), harness.Warehouse{}.Load(t, out))
	})
}
