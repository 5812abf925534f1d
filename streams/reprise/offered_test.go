package reprise

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/rows"
)

// TestWhichNameWins, wherever in meta the columns are.
func TestWhichNameWins(t *testing.T) {
	const activity, metrics = "replay_session_activity", "replay_metrics"
	domains := &Config{InternalEmailDomains: []string{"example.com"}}
	list, err := readTables()
	require.NoError(t, err)
	tables := map[string]*table{}
	for _, entry := range list {
		tables[entry.name] = entry
	}
	for name, test := range map[string]struct {
		stream      string
		config      *Config
		meta        []string
		want, gives []string
	}{
		"no name twice":                 {activity, &Config{}, []string{"link_id", "mood"}, []string{"link_id", "mood"}, nil},
		"the documented one, first":     {activity, &Config{}, []string{"link_id", "LINK_ID"}, []string{"link_id"}, []string{"LINK_ID"}},
		"the documented one, last":      {activity, &Config{}, []string{"LINK_ID", "Link_Id", "link_id"}, []string{"link_id"}, []string{"LINK_ID", "Link_Id"}},
		"the first of two new ones":     {activity, &Config{}, []string{"Mood", "mood"}, []string{"Mood"}, []string{"mood"}},
		"a documented one, renamed":     {activity, &Config{}, []string{"LINK_ID"}, []string{"LINK_ID"}, nil},
		"ours":                          {activity, domains, []string{"viewer_is_internal", "Viewer_Is_Internal", "link_id"}, []string{"link_id"}, []string{"viewer_is_internal", "Viewer_Is_Internal"}},
		"ours, which is not made":       {activity, &Config{}, []string{"viewer_is_internal"}, []string{"viewer_is_internal"}, nil},
		"ours, of another stream":       {activity, &Config{}, []string{"period"}, []string{"period"}, nil},
		"a key, renamed":                {activity, &Config{}, []string{"Activity_ID", "SESSION_CREATED_AT", "mood"}, []string{"mood"}, []string{"Activity_ID", "SESSION_CREATED_AT"}},
		"a part of our key":             {metrics, &Config{}, []string{"period", "Period_Start", "entity_id"}, []string{"entity_id"}, []string{"period", "Period_Start"}},
		"loaders'":                      {activity, &Config{}, []string{"_sdc_x", "_SDC_y", "_airbyte_z", "sdc_x"}, []string{"sdc_x"}, []string{"_sdc_x", "_SDC_y", "_airbyte_z"}},
		"twice the same":                {activity, &Config{}, []string{"mood", "link_id", "mood"}, []string{"mood", "link_id"}, nil},
		"twice the same that gives way": {activity, &Config{}, []string{"link_id", "LINK_ID", "LINK_ID"}, []string{"link_id"}, []string{"LINK_ID"}},
	} {
		t.Run(name, func(t *testing.T) {
			var meta []rows.Meta
			for _, column := range test.meta {
				meta = append(meta, rows.Meta{Name: column, Type: "String"})
			}
			list, left := tables[test.stream].offered(test.config, meta)
			var got []string
			for _, m := range list {
				got = append(got, m.Name)
			}
			require.Equal(t, test.want, got)
			require.Equal(t, test.gives, left)
		})
	}
}
