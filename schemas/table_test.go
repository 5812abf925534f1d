package schemas

import (
	"regexp"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// pages lists what Reprise's page says about the columns of each of its streams.
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

func TestTableHasTheColumnsOfThePage(t *testing.T) {
	for stream, page := range pages {
		t.Run(stream, func(t *testing.T) {
			table, err := Read(Tables, "reprise", stream)
			require.NoError(t, err)
			require.Len(t, table.Columns, page.columns)
			names := func(has func(Column) bool) (list []string) {
				for _, c := range table.Columns {
					if has(c) {
						list = append(list, c.Name)
					}
				}
				return list
			}
			require.Equal(t, page.keys, names(func(c Column) bool { return c.Key }))
			require.Equal(t, []string{page.clock}, names(func(c Column) bool { return c.Clock }))
			require.Equal(t, page.viewer, names(func(c Column) bool { return c.Personal }))
			require.Equal(t, page.optional, names(func(c Column) bool { return c.Optional }))
			require.Equal(t, page.added, names(func(c Column) bool { return c.Added }))
		})
	}
}

func TestTablesSuitLoaders(t *testing.T) {
	name := regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)
	params := []string{"", "visitor_key", "visitor_company", "poster", "viewer_pii"}
	for stream := range pages {
		t.Run(stream, func(t *testing.T) {
			table, err := Read(Tables, "reprise", stream)
			require.NoError(t, err)
			seen := map[string]bool{}
			for _, c := range table.Columns {
				require.Regexp(t, name, c.Name)
				require.False(t, seen[c.Name], "%s is there twice", c.Name)
				seen[c.Name] = true
				require.Regexp(t, `^[A-Za-z].{10,}[^ ]\.$`, c.Description, c.Name)
				require.Contains(t, params, c.Param)

				typ, known := FromMeta(c.Type)
				require.True(t, known, "%s: %s", c.Name, c.Type)
				require.False(t, typ.AsText, c.Name)
				if c.Key && !c.Clock {
					require.Equal(t, "String", c.Type, c.Name)
				}
				if c.Clock {
					require.Equal(t, Type{JSON: "string", Format: "date-time"}, typ, c.Name)
				}
			}
		})
	}
}

func TestTableTypes(t *testing.T) {
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
			table, err := Read(Tables, "reprise", tt.stream)
			require.NoError(t, err)
			c, ok := table.Column(tt.column)
			require.True(t, ok)
			require.Equal(t, tt.want, c.Type)
		})
	}
}

func TestReadKnowsNoOtherStream(t *testing.T) {
	for _, stream := range []string{"", "replay", "../doc", "replay_metrics.json"} {
		_, err := Read(Tables, "reprise", stream)
		require.ErrorContains(t, err, "no table of reprise's stream")
	}
	table, err := Read(Tables, "reprise", "replay_metrics")
	require.NoError(t, err)
	_, ok := table.Column("window")
	require.False(t, ok)
}

func TestReadRefuses(t *testing.T) {
	tests := map[string]string{
		"a misspelt mark":  `[{"name": "a", "kye": true}]`,
		"something else":   `{"columns": []}`,
		"half a document":  `[{"name": "a"`,
		"no document":      ``,
		"a flag in quotes": `[{"name": "a", "key": "true"}]`,
	}
	for name, document := range tests {
		t.Run(name, func(t *testing.T) {
			files := fstest.MapFS{"system/stream.json": {Data: []byte(document)}}
			_, err := Read(files, "system", "stream")
			require.ErrorContains(t, err, `table of system's stream "stream"`)
		})
	}
}
