package airbyte

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/acceptance/subject"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// moved is the moment up to which the other connector had come, and the
// look-back that is read again: of an account of forty days.
var (
	moved    = time.Date(2026, 8, 3, 7, 45, 12, 0, time.UTC)
	lookback = 10 * 24 * time.Hour
)

func longAccount() *emulator.Server {
	a := emulator.NewAccount(emulator.Options{Seed: 5, Days: 40, SessionsPerDay: 1, EventsPerSession: 4, LivePerDay: 1, Changes: 12})
	return emulator.New(a, time.Date(2026, 8, 9, 12, 0, 0, 0, time.UTC))
}

// A migration is a state that another connector left. The moment is written as
// %s in it, in the connector's own spelling.
type migration struct {
	stream, state string
	spelling      string // of the moment; "" is "2006-01-02 15:04:05"
	poisoned      bool   // the moment lies years ahead
}

// fromAirbyte is an Airbyte state of a stream.
func fromAirbyte(stream, state string) migration {
	return migration{stream: stream, state: `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"` + stream + `"},"stream_state":` + state + `}}]`}
}

func (m migration) spelled(form string) migration { m.spelling = form; return m }
func (m migration) ahead() migration              { m.poisoned = true; return m }

// migrations are the shapes of docs/migrating.md.
var migrations = map[string]migration{
	"source-reprise: activity":           fromAirbyte("replay_session_activity", `{"since_created_at":"%s"}`),
	"source-reprise: summary":            fromAirbyte("replay_session_summary", `{"since_created_at":"%s"}`),
	"source-reprise: replicate":          fromAirbyte("replicate_session_activity", `{"since_created_at":"%s"}`),
	"source-reprise: metrics":            fromAirbyte("replay_metrics", `{"window_start":"%s"}`),
	"source-reprise: change feed":        fromAirbyte("replay_change_feed", `{"since_ingested_at":"%s"}`),
	"source-reprise: milliseconds":       fromAirbyte("replay_session_activity", `{"since_created_at":"%s"}`).spelled("2006-01-02 15:04:05.000"),
	"source-reprise: ISO 8601":           fromAirbyte("replay_session_activity", `{"since_created_at":"%s"}`).spelled("2006-01-02T15:04:05.000000-0700"),
	"source-reprise: slices":             fromAirbyte("replay_session_summary", `{"state_type":"date-range","slices":[{"start":"2026-07-01 00:00:00","end":"2026-08-03 23:59:59","most_recent_cursor_value":"%s"}]}`),
	"source-reprise: a skewed clock":     fromAirbyte("replay_session_activity", `{"since_created_at":"%s"}`).ahead(),
	"source-reprise: a skewed metric":    fromAirbyte("replay_metrics", `{"window_start":"%s"}`).ahead(),
	"source-reprise: a skewed change":    fromAirbyte("replay_change_feed", `{"since_ingested_at":"%s"}`).ahead(),
	"source-reprise: GLOBAL":             {stream: "replay_session_activity", state: `[{"type":"GLOBAL","global":{"stream_states":[{"stream_descriptor":{"name":"replay_session_activity"},"stream_state":{"since_created_at":"%s"}}]}}]`},
	"source-reprise: the platform's API": {stream: "replay_session_activity", state: `{"stateType":"stream","streamState":[{"streamDescriptor":{"name":"replay_session_activity"},"streamState":{"since_created_at":"%s"}}]}`},
	"source-reprise: legacy":             {stream: "replay_session_activity", state: `{"replay_session_activity":{"since_created_at":"%s"}}`},
	"tap-reprise: activity":              {stream: "replay_session_activity", state: `{"bookmarks":{"replay_session_activity_daily":{"replication_key":"create_at","replication_key_value":"%s"}}}`},
	"tap-reprise: replicate":             {stream: "replicate_session_activity", state: `{"bookmarks":{"replicate_analytics_daily":{"replication_key":"session_date","replication_key_value":"%s"}}}`},
	"tap-reprise: ISO 8601":              {stream: "replay_session_activity", state: `{"bookmarks":{"replay_session_activity_daily":{"replication_key_value":"%s"}}}`, spelling: "2006-01-02T15:04:05.000000+00:00"},
	"tap-reprise: under way":             {stream: "replay_session_activity", state: `{"bookmarks":{"replay_session_activity_daily":{"starting_replication_value":"%s","progress_markers":{"Note":"Progress is not resumable if interrupted.","replication_key":"create_at","replication_key_value":"2026-08-09 00:00:00"}}}}`},
	"tap-reprise: a skewed clock":        {stream: "replay_session_activity", state: `{"bookmarks":{"replay_session_activity_daily":{"replication_key_value":"%s"}}}`, poisoned: true},
	"tap-reprise: from Meltano":          {stream: "replay_session_activity", state: `{"singer_state":{"bookmarks":{"replay_session_activity_daily":{"replication_key_value":"%s"}}}}`},
}

// TestMigrating: the states of the connectors that there were are taken over.
// The look-back before them is read, with all that is new; what is older is
// not, and nothing is asked for twice by the run after.
func TestMigrating(t *testing.T) {
	for name, m := range migrations {
		t.Run(name, func(t *testing.T) {
			s := longAccount()
			at, spelling := moved, m.spelling
			if m.poisoned {
				at = moved.AddDate(5, 0, 0)
			}
			if spelling == "" {
				spelling = time.DateTime
			}
			state := subject.Written(t, "state.json", fmt.Sprintf(m.state, at.Format(spelling)))
			config := subject.WriteConfig(t, map[string]any{"api_key": s.Key, "start_date": "2026-07-01", "lookback_days": 10})
			got, log := harness.Warehouse{}, ""
			if strings.HasPrefix(name, "source-reprise") {
				streams := only(discovered(t, subject.Listen(t, longAccount(), nil)), m.stream)
				r := inProcess(t, s, "read", "--config", config, "--catalog", configure(t, "incremental", streams...), "--state", state)
				require.Zero(t, r.code, r.stdout)
				r.checksum(t, false)
				got, log = load(t, r), r.stdout
			} else {
				out, errs, code := subject.Run(t, s, "--config", config, "--state", state, "--catalog",
					subject.Written(t, "catalog.json", `{"streams":[{"tap_stream_id":"`+m.stream+`"}]}`))
				require.Zero(t, code, errs)
				got, log = got.Load(t, harness.Output{Stdout: out}), errs
			}
			now := s.Now()
			if at.After(now) {
				at = now
				require.Contains(t, log, "the bookmark lies in the future; it is taken as now less the look-back")
			} else {
				require.Contains(t, log, "comes from another connector; its look-back is read again")
			}
			rows := tookOver(t, s, m.stream, at, got)
			require.Positive(t, rows)
		})
	}
}

// tookOver holds that got is what the account holds from the look-back before
// at on, and nothing much older. It returns its number of rows.
func tookOver(t *testing.T, s *emulator.Server, stream string, at time.Time, got harness.Warehouse) int {
	t.Helper()
	truth := harness.Truth(t, s, harness.Span{}, stream)
	want, old := harness.Table{}, 0
	for key, row := range truth[stream] {
		clock := clockOf(t, stream, row)
		if clock.After(at.Add(-lookback)) {
			want[key] = row
		} else if clock.Before(at.Add(-lookback-48*time.Hour)) && got[stream][key] != nil {
			old++
		}
	}
	taptest.Holds(t, harness.Warehouse{stream: want}, got)
	require.Zero(t, old, "rows from before the look-back")
	require.Less(t, len(got[stream]), len(truth[stream]), "not everything again")
	return len(got[stream])
}

// clockOf is the server's time of a row; of a metric the end of its window.
func clockOf(t *testing.T, stream string, row map[string]any) time.Time {
	t.Helper()
	if stream != "replay_metrics" {
		return harness.Clock(t, stream, row)
	}
	end, err := time.Parse(time.RFC3339Nano, row["period_end"].(string))
	require.NoError(t, err)
	return end
}

// TestMigratingNeverStartsOverInSilence: a state that is not understood ends
// the run; everything again would cost a night and a warehouse's credits.
func TestMigratingNeverStartsOverInSilence(t *testing.T) {
	s := subject.SmallAccount()
	streams := discovered(t, subject.Listen(t, s, nil))
	for name, state := range map[string]string{
		"a moment that is none":      `{"since_created_at":"soon"}`,
		"nothing that is a moment":   `{"offset":17}`,
		"a moment of the wrong kind": `{"since_created_at":{"value":"2026-07-02"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			config := subject.WriteConfig(t, map[string]any{"api_key": s.Key, "start_date": "2026-07-01"})
			r := inProcess(t, s, "read", "--config", config, "--catalog", configure(t, "incremental", streams[0]),
				"--state", subject.Written(t, "state.json", fmt.Sprintf(fromAirbyte(streams[0].Name, "%s").state, state)))
			require.Equal(t, 2, r.code)
			require.Empty(t, r.records(t))
			require.Len(t, r.errors(t), 1)
			require.Contains(t, r.errors(t)[0].Trace.Error.Message, "is not a bookmark")
			require.Contains(t, r.errors(t)[0].Trace.Error.Message, "repair it, or remove the stream from the state")
		})
	}
}
