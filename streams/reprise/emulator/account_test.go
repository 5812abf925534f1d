package emulator

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSameOptionsSameAccount(t *testing.T) {
	a, b := sampleServer(), sampleServer()
	other := New(NewAccount(Options{Seed: 6, Start: start, Days: 5, SessionsPerDay: 40}), a.Now())
	for _, p := range pipes {
		require.Equal(t, a.Truth(p.name, nil), b.Truth(p.name, nil), p.name)
		require.NotEqual(t, a.Truth(p.name, nil), other.Truth(p.name, nil), p.name)
	}
	require.Equal(t, string(get(t, a, "replay_session_activity", all).body), string(get(t, b, "replay_session_activity", all).body))
}

func TestGeneratedAccountIsOdd(t *testing.T) {
	a := NewAccount(Options{Seed: 3, Start: start, Days: 30, SessionsPerDay: 60})
	var ahead, behind, years, late, weeks, open, sameMillisecond, empty, single, staff, big, midnight int
	v := a.view(start.AddDate(1, 0, 0))
	for i, s := range a.sessions {
		first, last, n := v.span(int32(i))
		switch {
		case n == 0:
			empty++
		case n == 1:
			single++
		case last-first > (2 * time.Hour).Milliseconds():
			open++
		}
		if s.viewer.staff {
			staff++
		}
		if s.clock%(24*time.Hour).Milliseconds() == 0 {
			midnight++
		}
	}
	for place, i := range v.order {
		e := &a.events[i]
		skew := time.Duration(e.created-v.clock(i)) * time.Millisecond
		switch {
		case skew > 48*time.Hour:
			ahead++
		case skew < 0:
			behind++
		}
		if skew.Abs() > 365*24*time.Hour {
			years++
		}
		if delay := time.Duration(e.arrives-v.clock(i)) * time.Millisecond; delay > 24*time.Hour {
			late++
			if delay > 7*24*time.Hour {
				weeks++
			}
		}
		if place > 0 && a.events[v.order[place-1]].created == e.created {
			sameMillisecond++
		}
		if e.seq > 1<<53 {
			big++
		}
		require.GreaterOrEqual(t, e.arrives, a.sessions[e.session].arrives)
	}
	for name, n := range map[string]int{"ahead": ahead, "behind": behind, "years": years, "late": late, "weeks": weeks, "open": open,
		"same millisecond": sameMillisecond, "empty": empty, "single": single, "staff": staff, "big": big, "midnight": midnight} {
		require.Positive(t, n, name)
	}
	require.Less(t, late, len(a.events)/10)
}

func TestPlainAccountHasNoSurprises(t *testing.T) {
	a := NewAccount(Options{Seed: 3, Start: start, Days: 10, Plain: true})
	for _, e := range a.events {
		clock := a.sessions[e.session].clock
		require.InDelta(t, clock, e.created, float64((2 * time.Hour).Milliseconds()))
		require.InDelta(t, clock, e.arrives, float64((2 * time.Hour).Milliseconds()))
	}
	require.Empty(t, a.changes)
}

func TestTitlesThatBreakCarelessCode(t *testing.T) {
	s := New(NewAccount(Options{Seed: 3, Start: start, Days: 20, Replays: 15, Changes: -1}), start.AddDate(1, 0, 0))
	all := strings.Join(cells(s.Truth("replay_session_activity", nil), "published_replay_title"), "")
	for _, part := range []string{`</script>`, `\t`, `\n`, `\r`, `\"`, `\\`, `🚀`, `分析`, `\u2028`, `\u0001\u001F`, "\u007f"} {
		require.Contains(t, all, part)
	}
}

func TestRowsShowWhenTheyArrive(t *testing.T) {
	a := NewAccount(Options{Seed: 1, Start: start, Days: -1})
	s := New(a, at(0))
	id, err := a.AddSession(Session{Created: at(0), Arrives: at(time.Minute)})
	require.NoError(t, err)
	for _, d := range []time.Duration{time.Minute, time.Hour, 20 * 24 * time.Hour} {
		_, err := a.AddEvent(Event{Session: id, Created: at(d), Arrives: at(d)})
		require.NoError(t, err)
	}
	require.Empty(t, s.Truth("replay_session_summary", nil))
	for now, want := range map[time.Duration][3]string{
		time.Minute:         {"1", "0", stamp(at(time.Minute))},
		time.Hour:           {"2", "3540", stamp(at(time.Hour))},
		21 * 24 * time.Hour: {"3", "1727940", stamp(at(20 * 24 * time.Hour))},
	} {
		s.SetNow(at(now))
		row := s.Truth("replay_session_summary", nil)[0]
		require.Equal(t, want, [3]string{row.Get("activity_count"), row.Get("session_duration_seconds"), row.Get("last_activity_at")[1:20]})
		require.Equal(t, want[0], number(len(s.Truth("replay_session_activity", nil))))
	}
	s.SetNow(at(time.Minute - time.Millisecond))
	require.Empty(t, s.Truth("replay_session_summary", nil))
}

func TestSessionWithoutEvents(t *testing.T) {
	a := NewAccount(Options{Seed: 1, Start: start, Days: -1})
	_, err := a.AddSession(Session{Created: at(0)})
	require.NoError(t, err)
	row := New(a, at(0)).Truth("replay_session_summary", nil)[0]
	for name, want := range map[string]string{"first_activity_at": "null", "last_activity_at": "null", "session_duration_seconds": "0", "activity_count": "0"} {
		require.Equal(t, want, row.Get(name), name)
	}
}

func TestEdits(t *testing.T) {
	s := New(NewAccount(Options{Seed: 9, Start: start, Days: 3, Changes: -1}), at(24*time.Hour))
	a := s.Account
	replay, link := a.Replays()[0], a.Links()[1] // a link of that replay
	truth := func(name string) []string {
		return cells(s.Truth("replay_session_activity", nil), name)
	}
	ids := truth("activity_id")
	require.NoError(t, a.Rename(replay, "New demo", at(25*time.Hour)))
	require.NoError(t, a.Rename(link, "New link", at(25*time.Hour)))
	fresh, err := a.PublishAgain(replay, at(26*time.Hour))
	require.NoError(t, err)
	require.NoError(t, a.Delete(link, at(27*time.Hour)))
	require.NotContains(t, truth("published_replay_title"), `"New demo"`, "not before its time")

	s.SetNow(at(25 * time.Hour))
	require.Contains(t, truth("published_replay_title"), `"New demo"`)
	require.Contains(t, truth("link_title"), `"New link"`)
	require.Contains(t, truth("published_replay_id"), `"`+replay+`"`)
	s.SetNow(at(26 * time.Hour))
	require.Contains(t, truth("published_replay_id"), `"`+fresh+`"`)
	require.NotContains(t, truth("published_replay_id"), `"`+replay+`"`)
	s.SetNow(at(27 * time.Hour))
	require.Contains(t, truth("link_is_active"), "false")
	require.Subset(t, truth("activity_id"), ids, "a deleted link keeps its rows")

	s.SetNow(at(28 * time.Hour))
	var feed []string
	for _, r := range s.Truth("replay_change_feed", nil) {
		feed = append(feed, r.Get("entity_id")+r.Get("change_type"))
		require.GreaterOrEqual(t, r.Get("ingested_at"), r.Get("changed_at")[:20])
	}
	require.ElementsMatch(t, []string{`"` + replay + `""deleted"`, `"` + fresh + `""modified"`, `"` + link + `""deleted"`}, feed)

	require.NoError(t, a.Delete(fresh, at(29*time.Hour)))
	s.SetNow(at(30 * time.Hour))
	require.NotContains(t, truth("published_replay_id"), `"`+fresh+`"`, "a deleted replay takes its rows along")
}

func TestRemovals(t *testing.T) {
	s := sampleServer()
	a := s.Account
	event, session, live := a.events[10].id, a.sessions[20].id, a.lives[3].id
	require.NoError(t, a.RemoveEvent(event, s.Now()))
	require.NoError(t, a.RemoveSession(session, s.Now()))
	require.NoError(t, a.RemoveSession(live, s.Now()))
	require.NotContains(t, cells(s.Truth("replay_session_activity", nil), "activity_id"), `"`+event+`"`)
	require.NotContains(t, cells(s.Truth("replay_session_activity", nil), "session_id"), `"`+session+`"`)
	require.NotContains(t, cells(s.Truth("replay_session_summary", nil), "session_id"), `"`+session+`"`)
	require.NotContains(t, cells(s.Truth("replicate_session_activity", nil), "session_id"), `"`+live+`"`)
	s.Advance(-time.Minute)
	require.Contains(t, cells(s.Truth("replay_session_activity", nil), "activity_id"), `"`+event+`"`)
}

func TestEditsOfWhatIsNotThere(t *testing.T) {
	a := NewAccount(Options{Seed: 1, Start: start, Days: -1})
	session, err := a.AddSession(Session{Created: at(0)})
	require.NoError(t, err)
	for name, edit := range map[string]func() error{
		"a session of no link":         func() error { _, err := a.AddSession(Session{Link: "x"}); return err },
		"a session of a replay":        func() error { _, err := a.AddSession(Session{Link: a.Replays()[0]}); return err },
		"an event of no session":       func() error { _, err := a.AddEvent(Event{Session: "x"}); return err },
		"an event of no type":          func() error { _, err := a.AddEvent(Event{Session: session, Type: "x"}); return err },
		"an event on no screen":        func() error { _, err := a.AddEvent(Event{Session: session, Screen: 99}); return err },
		"a LiveDemo session elsewhere": func() error { _, err := a.AddLive(LiveSession{Replay: a.Replays()[0]}); return err },
		"a new name for nothing":       func() error { return a.Rename("x", "y", at(0)) },
		"a link published again":       func() error { _, err := a.PublishAgain(a.Links()[0], at(0)); return err },
		"nothing deleted":              func() error { return a.Delete("x", at(0)) },
		"no session removed":           func() error { return a.RemoveSession("x", at(0)) },
		"no event removed":             func() error { return a.RemoveEvent("x", at(0)) },
	} {
		require.Error(t, edit(), name)
	}
}

func TestBurst(t *testing.T) {
	s := sampleServer()
	s.Account.Burst(Burst{At: at(0), Span: time.Second, Sessions: 300, EventsEach: 4, Lives: 200, Changes: 100})
	second := values(t, "start_timestamp="+escaped(at(0))+"&end_timestamp="+escaped(at(time.Second)))
	require.GreaterOrEqual(t, len(s.Truth("replay_session_activity", second)), 1200)
	require.GreaterOrEqual(t, len(s.Truth("replay_session_summary", second)), 300)
	require.GreaterOrEqual(t, len(s.Truth("replicate_session_activity", second)), 200)
	ingested := cells(s.Truth("replay_change_feed", nil), "ingested_at")
	slices.Sort(ingested)
	first, _ := slices.BinarySearch(ingested, `"`+stamp(at(0))+`"`)
	require.Equal(t, ingested[first], ingested[first+99])
}

// An answer under way is one snapshot.
func TestAnswersDoNotSeeLaterEdits(t *testing.T) {
	s := sampleServer()
	want := s.Truth("replay_session_activity", nil)
	resp, err := s.Client().Do(dataRequest(t, newToken(t, s), "replay_session_activity", all))
	require.NoError(t, err)
	for _, id := range s.Account.Replays() {
		require.NoError(t, s.Account.Rename(id, "changed", start))
	}
	s.Account.Burst(Burst{At: at(0), Sessions: 100, EventsEach: 10})
	require.NoError(t, s.Account.RemoveEvent(s.Account.events[5].id, start))
	got := read(t, resp).page(t)
	require.Equal(t, cells(want, "published_replay_title"), got.column("published_replay_title"))
	require.NotEqual(t, want, s.Truth("replay_session_activity", nil))
}

// Orders that grew by merging are those of one sort.
func TestIndexGrowsAsItSorts(t *testing.T) {
	s := sampleServer()
	s.Truth("replay_session_activity", nil)
	for i := range 5 {
		s.Account.Burst(Burst{At: at(time.Duration(i) * time.Minute), Span: time.Hour, Sessions: 20, EventsEach: 3, Lives: 5, Changes: 5})
		s.Truth("replay_session_activity", nil)
	}
	var none *index
	require.Equal(t, none.extend(&s.Account.state), s.Account.index)
}
