package streams

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/rows"
	"tap-reprise/schemas"
)

// TestWhichNameWins, wherever in meta the columns are.
func TestWhichNameWins(t *testing.T) {
	const activity, metrics = "replay_session_activity", "replay_metrics"
	tables := map[string]*Table{activity: {Key: []string{"activity_id"}, Clock: "session_created_at"},
		metrics: {Key: []string{"entity_type", "entity_id", "period", "period_start"}, Clock: "period_start", Own: []Own{{Name: "period"}, {Name: "period_start"}}}}
	for name, table := range tables {
		known, err := schemas.Read(schemas.Tables, "reprise", name)
		require.NoError(t, err)
		table.Known = known
	}
	internal := []Own{{Name: "viewer_is_internal"}}
	for name, test := range map[string]struct {
		stream      string
		own         []Own
		meta        []string
		want, gives []string
	}{
		"no name twice":                 {activity, nil, []string{"link_id", "mood"}, []string{"link_id", "mood"}, nil},
		"the documented one, first":     {activity, nil, []string{"link_id", "LINK_ID"}, []string{"link_id"}, []string{"LINK_ID"}},
		"the documented one, last":      {activity, nil, []string{"LINK_ID", "Link_Id", "link_id"}, []string{"link_id"}, []string{"LINK_ID", "Link_Id"}},
		"the first of two new ones":     {activity, nil, []string{"Mood", "mood"}, []string{"Mood"}, []string{"mood"}},
		"a documented one, renamed":     {activity, nil, []string{"LINK_ID"}, []string{"LINK_ID"}, nil},
		"ours":                          {activity, internal, []string{"viewer_is_internal", "Viewer_Is_Internal", "link_id"}, []string{"link_id"}, []string{"viewer_is_internal", "Viewer_Is_Internal"}},
		"ours, which is not made":       {activity, nil, []string{"viewer_is_internal"}, []string{"viewer_is_internal"}, nil},
		"ours, of another stream":       {activity, nil, []string{"period"}, []string{"period"}, nil},
		"a key, renamed":                {activity, nil, []string{"Activity_ID", "SESSION_CREATED_AT", "mood"}, []string{"mood"}, []string{"Activity_ID", "SESSION_CREATED_AT"}},
		"a part of our key":             {metrics, nil, []string{"period", "Period_Start", "entity_id"}, []string{"entity_id"}, []string{"period", "Period_Start"}},
		"loaders'":                      {activity, nil, []string{"_sdc_x", "_SDC_y", "_airbyte_z", "sdc_x"}, []string{"sdc_x"}, []string{"_sdc_x", "_SDC_y", "_airbyte_z"}},
		"twice the same":                {activity, nil, []string{"mood", "link_id", "mood"}, []string{"mood", "link_id"}, nil},
		"twice the same that gives way": {activity, nil, []string{"link_id", "LINK_ID", "LINK_ID"}, []string{"link_id"}, []string{"LINK_ID"}},
	} {
		t.Run(name, func(t *testing.T) {
			var meta []rows.Meta
			for _, column := range test.meta {
				meta = append(meta, rows.Meta{Name: column, Type: "String"})
			}
			table := *tables[test.stream]
			table.Own = append(table.Own, test.own...)
			list, left := table.offered(meta)
			var got []string
			for _, m := range list {
				got = append(got, m.Name)
			}
			require.Equal(t, test.want, got)
			require.Equal(t, test.gives, left)
		})
	}
}
