package reprise_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
)

// columnsOf are the columns of a stream in a catalog or in its SCHEMA, in lower
// case. No name may come twice, in whatever case.
func columnsOf(t *testing.T, properties json.RawMessage) map[string]json.RawMessage {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(string(properties)))
	_, err := d.Token()
	require.NoError(t, err)
	seen := map[string]json.RawMessage{}
	for d.More() {
		name, err := d.Token()
		require.NoError(t, err)
		lower := strings.ToLower(name.(string))
		require.NotContains(t, seen, lower, "a name twice")
		var value json.RawMessage
		require.NoError(t, d.Decode(&value))
		seen[lower] = value
	}
	return seen
}

// TestNamesComeOnce has the API send columns whose names are taken: by columns
// that the tap makes, by those of loaders, by others in another case. One wins,
// the same in catalog, SCHEMA and RECORD, with one warning, and no stream dies.
func TestNamesComeOnce(t *testing.T) {
	internal := harness.Config{"internal_email_domains": []string{"example.com"}}
	for name, test := range map[string]struct {
		stream  string
		config  harness.Config
		extra   []emulator.Column
		column  string // what is looked at, as it is written
		loses   string // a value that must not be written
		wins    string // one that must, "": none in particular
		warning string
	}{
		"a column that the tap computes": {"replay_session_activity", internal, []emulator.Column{{Name: "viewer_is_internal", Type: "String", JSON: `"theirs"`}},
			"viewer_is_internal", `"theirs"`, ``, "a column of the API is left out: the tap makes a column of this name itself"},
		"one in another case": {"replay_session_activity", internal, []emulator.Column{{Name: "Viewer_Is_Internal", Type: "UInt8", JSON: `7`}},
			"viewer_is_internal", `7`, ``, "a column of the API is left out: the tap makes a column of this name itself"},
		"one that the tap does not compute now": {"replay_session_activity", harness.Config{}, []emulator.Column{{Name: "viewer_is_internal", Type: "Nullable(Bool)", JSON: `true`}},
			"viewer_is_internal", ``, `true`, ""},
		"the period of metrics": {"replay_metrics", harness.Config{}, []emulator.Column{{Name: "period", Type: "UInt8", JSON: `7`}},
			"period", `7`, `"day"`, "a column of the API is left out: the tap makes a column of this name itself"},
		"the begin of the period": {"replay_metrics", harness.Config{}, []emulator.Column{{Name: "Period_Start", Type: "UInt8", JSON: `7`}},
			"period_start", `7`, ``, "a column of the API is left out: the tap makes a column of this name itself"},
		"the end of the period": {"replay_metrics", harness.Config{}, []emulator.Column{{Name: "period_end", Type: "DateTime", JSON: `"2001-01-01 00:00:00"`}},
			"period_end", `"2001-01-01T00:00:00.000000Z"`, ``, "a column of the API is left out: the tap makes a column of this name itself"},
		"a loader's": {summary, harness.Config{}, []emulator.Column{{Name: "_sdc_batched_at", Type: "String", JSON: `"theirs"`}},
			"_sdc_batched_at", `"theirs"`, ``, "a column of the API is left out: loaders keep names of this kind for columns of their own"},
		"a platform's": {summary, harness.Config{}, []emulator.Column{{Name: "_AIRBYTE_meta", Type: "String", JSON: `"theirs"`}},
			"_AIRBYTE_meta", `"theirs"`, ``, "a column of the API is left out: loaders keep names of this kind for columns of their own"},
		"a known column in another case": {summary, harness.Config{}, []emulator.Column{{Name: "LINK_ID", Type: "String", JSON: `"theirs"`}},
			"link_id", `"theirs"`, ``, "a column of the API is left out: loaders take its name for that of another column"},
		"a key in another case": {summary, harness.Config{}, []emulator.Column{{Name: "Session_ID", Type: "String", JSON: `"theirs"`}},
			"session_id", `"theirs"`, ``, "a column of the API is left out: loaders take its name for that of another column"},
		"two new columns": {summary, harness.Config{}, []emulator.Column{{Name: "Mood", Type: "String", JSON: `"first"`}, {Name: "mood", Type: "String", JSON: `"second"`}},
			"Mood", `"second"`, `"first"`, "a column of the API is left out: loaders take its name for that of another column"},
		"a column twice": {summary, harness.Config{}, []emulator.Column{{Name: "mood", Type: "UInt8", JSON: `1`}, {Name: "mood", Type: "String", JSON: `"second"`}},
			"mood", `1`, `"second"`, "the API sends a column twice; its last value is loaded"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := small()
				s.Dialect.Extra = test.extra
				out := harness.Run{Server: s, Config: test.config}.Do(t)
				require.Equal(t, 0, out.Code, out.LastLine())
				require.Len(t, lines(out, "stream is complete"), len(harness.Streams))
				found := false
				for _, m := range out.Messages(t) {
					if m.Stream != test.stream {
						continue
					}
					switch m.Type {
					case "SCHEMA":
						var doc struct{ Properties json.RawMessage }
						require.NoError(t, json.Unmarshal(m.Schema, &doc))
						columnsOf(t, doc.Properties)
					case "RECORD":
						value, ok := columnsOf(t, m.Record)[strings.ToLower(test.column)]
						require.False(t, ok && test.loses != "" && string(value) == test.loses, "%s", m.Record)
						found = found || ok && (test.wins == "" || string(value) == test.wins)
					}
				}
				require.Equal(t, !strings.HasPrefix(test.column, "_"), found)
				warned := lines(out, "WARNING", "left out", "stream="+test.stream)
				warned = append(warned, lines(out, "WARNING", "twice", "stream="+test.stream)...)
				if test.warning == "" {
					require.Empty(t, warned)
				} else {
					require.Len(t, warned, 1, out.Stderr)
					require.Contains(t, warned[0], test.warning)
				}
				catalog := harness.Run{Server: s, Config: test.config, Args: []string{"--discover"}}.Do(t)
				require.Equal(t, 0, catalog.Code)
				var doc struct {
					Streams []struct {
						Schema struct{ Properties json.RawMessage }
					}
				}
				require.NoError(t, json.Unmarshal([]byte(catalog.Stdout), &doc))
				for _, stream := range doc.Streams {
					columnsOf(t, stream.Schema.Properties)
				}
			})
		})
	}
}

// TestOwnColumnsTakeTheCatalogsType: a column that the tap makes is what the
// catalog says of it, if it can be.
func TestOwnColumnsTakeTheCatalogsType(t *testing.T) {
	for name, test := range map[string]struct{ stream, column, schema, want string }{
		"a truth as a number": {"replicate_session_activity", "viewer_is_internal", `{"type":"integer"}`, `"viewer_is_internal":[01][,}]`},
		"a truth as text":     {"replicate_session_activity", "viewer_is_internal", `{"type":"string"}`, `"viewer_is_internal":"(true|false)"`},
		"a truth as a list":   {"replicate_session_activity", "viewer_is_internal", `{"type":"array"}`, ``},
		"a period as text":    {"replay_metrics", "period_end", `{"type":"string"}`, `"period_end":"2026-`},
		"a period as number":  {"replay_metrics", "period", `{"type":"integer"}`, ``},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				args := typed(t, map[string]string{test.column: test.schema}, "")
				retarget(t, args[1], test.stream)
				out := harness.Run{Server: small(), Args: args, Config: harness.Config{"viewer_pii": true, "internal_email_domains": []string{"example.com"}}}.Do(t)
				if test.want == "" {
					require.Equal(t, 2, out.Code, out.LastLine())
					require.Empty(t, out.Records(t, test.stream))
					require.Contains(t, out.LastLine(), `column "`+test.column+`" is made by the tap, and cannot be `)
					return
				}
				require.Equal(t, 0, out.Code, out.LastLine())
				require.NotEmpty(t, validates(t, out, test.column))
				require.Regexp(t, test.want, out.Stdout)
			})
		})
	}
}
