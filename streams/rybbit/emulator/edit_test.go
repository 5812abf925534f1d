package emulator_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/rybbit/emulator"
)

// track lets a device be seen so long before noon.
func track(t *testing.T, s *emulator.Server, before time.Duration, name string) string {
	t.Helper()
	session, err := s.Account.Track(emulator.Event{User: "device", Name: name, At: noon.Add(-before)})
	require.NoError(t, err)
	return session
}

func users(t *testing.T, s *emulator.Server) string {
	t.Helper()
	rows := get(t, s, path(s.Dialect.Generation, "users", 1), "sort_order=asc").rows("data")
	return fmt.Sprint(column(rows, "effective_user_id"))
}

func TestIdentifyOnCurrentRenamesThirtyDaysAndBeginsASession(t *testing.T) {
	s := one(t, emulator.Current)
	forty := track(t, s, 40*24*time.Hour, "")
	twenty := track(t, s, 20*24*time.Hour, "")
	before := track(t, s, 10*time.Minute, "")
	require.NoError(t, s.Account.Identify(emulator.Identity{Device: "device", Name: "someone", Traits: `{"plan":"pro"}`, At: noon}))
	after, err := s.Account.Track(emulator.Event{User: "device", Name: "someone", At: noon.Add(time.Minute)})
	require.NoError(t, err)
	require.NotEqual(t, before, after)
	require.Equal(t, "[device]", users(t, s))

	s.Advance(2 * time.Minute)
	require.Equal(t, "[device someone]", users(t, s))
	names := map[any]any{}
	for _, row := range get(t, s, "/api/sites/1/sessions", "").rows("data") {
		names[row["session_id"]] = row["identified_user_id"]
	}
	require.Equal(t, map[any]any{forty: "", twenty: "someone", before: "someone", after: "someone"}, names)
}

func TestIdentifyOnLegacyGoesOn(t *testing.T) {
	s := one(t, emulator.Legacy)
	old := track(t, s, 20*24*time.Hour, "")
	before := track(t, s, 10*time.Minute, "")
	require.NoError(t, s.Account.Identify(emulator.Identity{Device: "device", Name: "someone", At: noon}))
	after, err := s.Account.Track(emulator.Event{User: "device", Name: "someone", At: noon.Add(time.Minute)})
	require.NoError(t, err)
	require.Equal(t, before, after)
	s.Advance(2 * time.Minute)
	rows := get(t, s, "/api/sessions/1", "").rows("data")
	require.Equal(t, []any{before, old}, column(rows, "session_id"))
	require.Equal(t, []any{"someone", ""}, column(rows, "identified_user_id"), "the session's row takes the name, no older one does")
	require.Equal(t, []any{nil, nil}, column(rows, "traits"), "no profile")
	require.Error(t, s.Account.Identify(emulator.Identity{Device: "device"}))
}

func TestWhatHappensIsStoredWithTheNextBatch(t *testing.T) {
	for g, after := range map[emulator.Generation]time.Duration{emulator.Legacy: 10 * time.Second, emulator.Current: time.Second} {
		s := one(t, g)
		track(t, s, 0, "")
		s.Advance(after - time.Second/2)
		require.Empty(t, get(t, s, path(g, "sessions", 1), "").rows("data"))
		s.Advance(time.Second / 2)
		require.Len(t, get(t, s, path(g, "sessions", 1), "").rows("data"), 1)
	}
}

func TestASessionHasNoGreatestLength(t *testing.T) {
	s := one(t, emulator.Current)
	first := track(t, s, 100*time.Hour, "")
	for before := 100 * time.Hour; before > 0; before -= 30 * time.Minute {
		require.Equal(t, first, track(t, s, before, ""))
	}
	another, err := s.Account.Track(emulator.Event{User: "device", At: noon.Add(time.Second)})
	require.NoError(t, err)
	require.NotEqual(t, first, another, "31 minutes later")
}

func TestTraitsAreThoseOfTheProfileNow(t *testing.T) {
	s := one(t, emulator.Current, emulator.Event{Name: "n", At: noon.AddDate(0, 0, -9)})
	require.NoError(t, s.Account.SetTraits(1, "n", `{"plan":"pro"}`, noon.Add(time.Hour)))
	require.NoError(t, s.Account.SetTraits(1, "n", `{}`, noon))
	require.Contains(t, get(t, s, "/api/sites/1/sessions", "").body, `"traits":{}`)
	s.Advance(time.Hour)
	require.Contains(t, get(t, s, "/api/sites/1/sessions", "").body, `"traits":{"plan":"pro"}`)
	require.Contains(t, get(t, s, "/api/sites/1/users", "").body, `"traits":{"plan":"pro"}`)
	require.Contains(t, get(t, s, "/api/sites/1/events", "").body, `"traits":{"plan":"pro"}`)
	require.NotContains(t, get(t, s, "/api/sites/1/sessions/s1", "").body, "traits")
}

func TestLateEventsImportsAndDeletions(t *testing.T) {
	for _, g := range []emulator.Generation{emulator.Legacy, emulator.Current} {
		day := noon.AddDate(0, 0, -5)
		s := one(t, g,
			emulator.Event{Session: "a", User: "x", At: day}, emulator.Event{Session: "a", User: "x", At: day.Add(time.Minute), Arrives: noon.Add(time.Hour)},
			emulator.Event{Session: "imported", User: "y", At: day.Add(-time.Hour), Arrives: noon.Add(2 * time.Hour)})
		require.Zero(t, s.Account.DeleteUser(1, "x", day.Add(-time.Hour)), "it was not there yet")
		require.Equal(t, 2, s.Account.DeleteUser(1, "x", noon.Add(3*time.Hour)))
		shows := func() string {
			rows := get(t, s, path(g, "sessions", 1), "start_date=2026-09-10&end_date=2026-09-10&time_zone=UTC").rows("data")
			return fmt.Sprint(column(rows, "session_id"), column(rows, "session_duration"))
		}
		require.Equal(t, "[a] [0]", shows())
		s.Advance(time.Hour)
		require.Equal(t, "[a] [60]", shows())
		s.Advance(time.Hour)
		require.Equal(t, "[a imported] [60 0]", shows())
		s.Advance(time.Hour)
		require.Equal(t, "[imported] [0]", shows())
		require.Equal(t, 1, s.Account.DeleteSession(1, "imported", noon.Add(4*time.Hour)))
		s.Advance(time.Hour)
		require.Equal(t, "[] []", shows())
	}
}

func TestTheDashboardRenamesAllHistory(t *testing.T) {
	s := one(t, emulator.Legacy, emulator.Event{User: "x", At: noon.AddDate(-1, 0, 0)}, emulator.Event{User: "x", Name: "other", Session: "s2", At: noon.AddDate(0, 0, -1)})
	require.Equal(t, 1, s.Account.Rename(emulator.Renaming{Device: "x", Name: "n", Arrives: noon.Add(time.Minute)}))
	require.Equal(t, "[x other]", users(t, s))
	s.Advance(time.Minute)
	require.Equal(t, "[n other]", users(t, s))
	require.Len(t, get(t, s, "/api/sessions/1", "user_id=n").rows("data"), 1)
	require.Len(t, get(t, s, "/api/sessions/1", "user_id=x").rows("data"), 2, "a device or a name")
	require.Len(t, get(t, s, "/api/sessions/1", "identified_only=true").rows("data"), 2)
}

func TestReplaysAndFilters(t *testing.T) {
	s := one(t, emulator.Current, emulator.Event{Path: "/x", Country: "DE", Query: "?utm_campaign=007"}, emulator.Event{Path: "/y", Country: "FR", Session: "s2"})
	s.Account.AddReplay("s2")
	ids := func(filter string) string {
		return fmt.Sprint(column(get(t, s, "/api/sites/1/sessions", escape("filters="+filter)).rows("data"), "session_id"))
	}
	require.Equal(t, "[s2]", ids(`[{"parameter":"pathname","type":"equals","value":["/y"]}]`))
	require.Equal(t, "[s1]", ids(`[{"parameter":"utm_campaign","type":"equals","value":["007"]}]`))
	require.Equal(t, "[s2]", ids(`[{"parameter":"country","type":"not_equals","value":["DE"]}]`))
	require.Equal(t, "[]", ids(`[{"parameter":"pathname","type":"contains","value":["z"]},{"parameter":"country","type":"equals","value":["DE","FR"]}]`))
	for _, row := range get(t, s, "/api/sites/1/sessions", "").rows("data") {
		require.Equal(t, map[any]any{"s1": 0.0, "s2": 1.0}[row["session_id"]], row["has_replay"])
	}
	for _, filter := range []string{`[{"parameter":"city","type":"equals","value":["B"]}]`, `[{"parameter":"country","type":"regex","value":["."]}]`} {
		r := get(t, s, "/api/sites/1/sessions", escape("filters="+filter))
		require.Equal(t, 501, r.status, r.body)
		require.Contains(t, r.body, "the emulator does not model filter")
	}
	require.Len(t, get(t, s, "/api/sites/1/sessions", "min_pageviews=1&min_duration=0&min_events=0").rows("data"), 2)
	require.Empty(t, get(t, s, "/api/sites/1/sessions", "min_pageviews=2").rows("data"))
}

func TestSitesCountTheLastDay(t *testing.T) {
	for _, g := range []emulator.Generation{emulator.Legacy, emulator.Current} {
		s := one(t, g, emulator.Event{At: noon.Add(-25 * time.Hour)}, emulator.Event{Session: "s2", At: noon.Add(-23 * time.Hour)})
		sites := get(t, s, "/api/organizations/org-1/sites", "").rows("sites")
		require.Equal(t, []any{1.0, 0.0}, column(sites, "sessionsLast24Hours"), "it moves by itself")
		s.Advance(2 * time.Hour)
		sites = get(t, s, "/api/organizations/org-1/sites", "").rows("sites")
		require.Equal(t, []any{0.0, 0.0}, column(sites, "sessionsLast24Hours"))
	}
}
