package emulator

import (
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// borderServer has a session of each kind, with an event, at each offset from
// the border.
func borderServer(t *testing.T, d Dialect, offsets ...time.Duration) *Server {
	a := NewAccount(Options{Seed: 1, Start: start, Days: -1})
	s := New(a, at(24*time.Hour))
	s.Dialect = d
	for _, offset := range offsets {
		id, err := a.AddSession(Session{ID: offset.String(), Created: at(offset)})
		require.NoError(t, err)
		_, err = a.AddEvent(Event{ID: offset.String(), Session: id, Created: at(offset).AddDate(-3, 0, 0)})
		require.NoError(t, err)
		_, err = a.AddLive(LiveSession{ID: offset.String(), Created: at(offset)})
		require.NoError(t, err)
	}
	return s
}

var idColumns = map[string]string{
	"replay_session_activity": "activity_id", "replay_session_summary": "session_id", "replicate_session_activity": "session_id",
}

func TestBoundsBothWays(t *testing.T) {
	const ms = time.Millisecond
	offsets := []time.Duration{-1001 * ms, -ms, 0, ms, 999 * ms, time.Second, 1999 * ms, 2 * time.Second}
	for name, c := range map[string]struct {
		d    Dialect
		want []string // what [border, border+1s] holds
	}{
		"milliseconds, half open":  {Dialect{}, []string{`"0s"`, `"1ms"`, `"999ms"`}},
		"milliseconds, both":       {Dialect{EndInclusive: true}, []string{`"0s"`, `"1ms"`, `"999ms"`, `"1s"`}},
		"milliseconds, neither":    {Dialect{StartExclusive: true}, []string{`"1ms"`, `"999ms"`}},
		"milliseconds, turned":     {Dialect{StartExclusive: true, EndInclusive: true}, []string{`"1ms"`, `"999ms"`, `"1s"`}},
		"seconds, half open":       {Dialect{SecondClock: true}, []string{`"0s"`, `"1ms"`, `"999ms"`}},
		"seconds, both":            {Dialect{SecondClock: true, EndInclusive: true}, []string{`"0s"`, `"1ms"`, `"999ms"`, `"1s"`, `"1.999s"`}},
		"seconds, neither":         {Dialect{SecondClock: true, StartExclusive: true}, nil},
		"seconds, turned":          {Dialect{SecondClock: true, StartExclusive: true, EndInclusive: true}, []string{`"1s"`, `"1.999s"`}},
		"the dialect of ties only": {Dialect{ShuffleTies: true}, []string{`"0s"`, `"1ms"`, `"999ms"`}},
	} {
		for pipe, id := range idColumns {
			t.Run(name+"/"+pipe, func(t *testing.T) {
				s := borderServer(t, c.d, offsets...)
				query := "start_timestamp=" + escaped(at(0)) + "&end_timestamp=" + escaped(at(time.Second))
				require.ElementsMatch(t, c.want, get(t, s, pipe, query).page(t).column(id))
			})
		}
	}
}

func TestMetricsHaveTheSameBounds(t *testing.T) {
	s := borderServer(t, Dialect{EndInclusive: true}, 0, 500*time.Millisecond, time.Second, 1500*time.Millisecond)
	query := "start_timestamp=" + escaped(at(0)) + "&end_timestamp=" + escaped(at(time.Second))
	require.Equal(t, []string{"3"}, get(t, s, "replay_metrics", query).page(t).column("total_sessions"))
}

func TestCursorsAreExclusive(t *testing.T) {
	const ms = time.Millisecond
	for name, c := range map[string]struct {
		pipe, cursor string
		d            Dialect
		want         []string
	}{
		"an event's own clock, years off":    {"replay_session_activity", escaped(at(0).AddDate(-3, 0, 0)) + ".001", Dialect{}, []string{`"2ms"`, `"1s"`}},
		"an event's clock has no seconds":    {"replay_session_activity", escaped(at(0).AddDate(-3, 0, 0)) + ".001", Dialect{SecondClock: true}, []string{`"2ms"`, `"1s"`}},
		"session_date":                       {"replicate_session_activity", escaped(at(0)) + ".001", Dialect{}, []string{`"2ms"`, `"1s"`}},
		"session_date in seconds":            {"replicate_session_activity", escaped(at(0)) + ".001", Dialect{SecondClock: true}, []string{`"1s"`}},
		"session_created_at":                 {"replay_session_summary", escaped(at(0)), Dialect{}, []string{`"1ms"`, `"2ms"`, `"1s"`}},
		"session_created_at in seconds":      {"replay_session_summary", escaped(at(0)), Dialect{SecondClock: true}, []string{`"1s"`}},
		"the bounds' readings are not these": {"replay_session_summary", escaped(at(time.Second)), Dialect{EndInclusive: true}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := borderServer(t, c.d, 0, ms, 2*ms, time.Second)
			p := get(t, s, c.pipe, all+"&since_created_at="+c.cursor).page(t)
			require.ElementsMatch(t, c.want, p.column(idColumns[c.pipe]))
		})
	}
}

func TestChangeFeedCursorIsExclusive(t *testing.T) {
	a := NewAccount(Options{Seed: 1, Start: start, Days: -1})
	for _, n := range []int{0, 1, 2} {
		a.AddChange(Change{ID: number(n), Ingested: at(time.Duration(n)*time.Second + 700*time.Millisecond)})
	}
	s := New(a, at(time.Hour))
	p := get(t, s, "replay_change_feed", "since_ingested_at="+escaped(at(time.Second))).page(t)
	require.Equal(t, []string{`"2"`}, p.column("entity_id"))
}

func TestChangesShowWhenTheyArrive(t *testing.T) {
	a := NewAccount(Options{Seed: 1, Start: start, Days: -1})
	a.AddChange(Change{ID: "a", Ingested: at(0)})
	a.AddChange(Change{ID: "a", Deleted: true, Ingested: at(time.Second), Arrives: at(5 * time.Second)})
	s := New(a, at(5*time.Second-time.Millisecond))
	require.Equal(t, []string{`"modified"`}, cells(s.Truth("replay_change_feed", nil), "change_type"))
	s.SetNow(at(5 * time.Second))
	require.Equal(t, []string{`"deleted"`}, cells(s.Truth("replay_change_feed", nil), "change_type"), "one row per entity")
}

func TestActivityTypesAreMatchedAsTheyAre(t *testing.T) {
	s := sampleServer()
	query := all + "&activity_type=url%20view,Welcome%20Page"
	types := get(t, s, "replay_session_activity", query).page(t).column("activity_type")
	require.Subset(t, []string{`"url view"`, `"Welcome Page"`}, types)
	count := 0
	for _, kind := range cells(s.Truth("replay_session_activity", nil), "activity_type") {
		if kind == `"url view"` || kind == `"Welcome Page"` {
			count++
		}
	}
	require.Len(t, types, count)
	require.Empty(t, get(t, s, "replay_session_activity", all+"&activity_type=welcome%20page").page(t).Data)
}

func escaped(t time.Time) string { return url.PathEscape(stamp(t)) }
