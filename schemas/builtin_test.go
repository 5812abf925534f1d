package schemas

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// pages lists what the vendor's page says about each stream's columns.
var pages = map[string]struct {
	keys, optional, viewer, added []string
	clock                         string
	columns                       int
}{
	"replay_session_activity": {
		keys: []string{"activity_id"}, clock: "session_created_at", columns: 40,
		optional: []string{"visitor_key", "visitor_company", "tags", "poster_img", "base_href"},
		viewer:   []string{"visitor_name", "visitor_email", "distinct_user"},
	},
	"replay_session_summary": {keys: []string{"session_id"}, clock: "session_created_at", columns: 12},
	"replicate_session_activity": {
		keys: []string{"session_id"}, clock: "session_date", columns: 8,
		optional: []string{"viewer"}, viewer: []string{"viewer"},
	},
	"replay_metrics": {
		keys: []string{"entity_type", "entity_id", "period", "period_start"}, clock: "period_start", columns: 12,
		added: []string{"period", "period_start", "period_end"},
	},
	"replay_change_feed": {keys: []string{"entity_type", "entity_id"}, clock: "ingested_at", columns: 6},
}

func TestBuiltinHasTheColumnsOfThePage(t *testing.T) {
	for stream, page := range pages {
		t.Run(stream, func(t *testing.T) {
			table, err := Builtin(stream)
			require.NoError(t, err)
			require.Len(t, table.Columns, page.columns)
			names := func(has func(BuiltinColumn) bool) (list []string) {
				for _, c := range table.Columns {
					if has(c) {
						list = append(list, c.Name)
					}
				}
				return list
			}
			require.Equal(t, page.keys, names(func(c BuiltinColumn) bool { return c.Key }))
			require.Equal(t, []string{page.clock}, names(func(c BuiltinColumn) bool { return c.Clock }))
			require.Equal(t, page.viewer, names(func(c BuiltinColumn) bool { return c.ViewerData }))
			require.Equal(t, page.optional, names(func(c BuiltinColumn) bool { return c.Optional }))
			require.Equal(t, page.added, names(func(c BuiltinColumn) bool { return c.Added }))
		})
	}
}

func TestBuiltinTablesSuitLoaders(t *testing.T) {
	name := regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)
	params := []string{"", "visitor_key", "visitor_company", "poster", "viewer_pii"}
	for stream := range pages {
		t.Run(stream, func(t *testing.T) {
			table, err := Builtin(stream)
			require.NoError(t, err)
			seen := map[string]bool{}
			for _, c := range table.Columns {
				require.Regexp(t, name, c.Name)
				require.False(t, seen[c.Name], "%s is there twice", c.Name)
				seen[c.Name] = true
				require.Regexp(t, `^[A-Za-z].{10,}[^ ]\.$`, c.Description, c.Name)
				require.Contains(t, params, c.Param)

				typ, known := FromMeta(c.ClickHouse)
				require.True(t, known, "%s: %s", c.Name, c.ClickHouse)
				require.False(t, typ.AsText, c.Name)
				if c.Key && !c.Clock {
					require.Equal(t, "String", c.ClickHouse, c.Name)
				}
				if c.Clock {
					require.Equal(t, Type{JSON: "string", Format: "date-time"}, typ, c.Name)
				}
			}
		})
	}
}

func TestBuiltinTypes(t *testing.T) {
	tests := map[string]struct{ stream, column, want string }{
		"the viewer's clock has milliseconds": {"replay_session_activity", "create_at", "DateTime64(3)"},
		"a step's number is a text":           {"replay_session_activity", "guide_step_number", "Nullable(String)"},
		"switches are booleans":               {"replay_session_activity", "link_viewer_password_req", "Bool"},
		"tags are a list":                     {"replay_session_activity", "tags", "Array(String)"},
		"no activity, no moment":              {"replay_session_summary", "last_activity_at", "Nullable(DateTime64(3))"},
		"durations have fractions":            {"replay_session_summary", "session_duration_seconds", "Float64"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			table, err := Builtin(tt.stream)
			require.NoError(t, err)
			c, ok := table.Column(tt.column)
			require.True(t, ok)
			require.Equal(t, tt.want, c.ClickHouse)
		})
	}
}

func TestBuiltinKnowsNoOtherStream(t *testing.T) {
	for _, stream := range []string{"", "replay", "../builtin", "replay_metrics.json"} {
		_, err := Builtin(stream)
		require.ErrorContains(t, err, "no built-in table of stream")
	}
	table, err := Builtin("replay_metrics")
	require.NoError(t, err)
	_, ok := table.Column("window")
	require.False(t, ok)
}

func TestDecodeTableRefuses(t *testing.T) {
	tests := map[string]string{
		"a misspelt mark":  `[{"name": "a", "kye": true}]`,
		"something else":   `{"columns": []}`,
		"half a document":  `[{"name": "a"`,
		"no document":      ``,
		"a flag in quotes": `[{"name": "a", "key": "true"}]`,
	}
	for name, document := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := decodeTable([]byte(document))
			require.Error(t, err)
		})
	}
}
