package reprise_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// damages are what a hand, a loader or a wrong clock may have made of a
// bookmark of ours. Those with a ledger keep what it knows.
var damages = map[string]func(mark map[string]any, moment string){
	"the year 9999": func(mark map[string]any, moment string) { mark[moment] = "9999-12-31T23:59:59.000000Z" },
	"the year 9999, no ledger": func(mark map[string]any, moment string) {
		mark[moment] = "9999-12-31T23:59:59Z"
		delete(mark, "ledger")
	},
	"the future, damaged ledger": func(mark map[string]any, moment string) { mark[moment] = "2027-01-01"; mark["ledger"] = "1.damaged" },
	"no ledger":                  func(mark map[string]any, _ string) { delete(mark, "ledger") },
	"a damaged ledger":           func(mark map[string]any, _ string) { mark["ledger"] = "damaged" },
	"from behind the moment": func(mark map[string]any, _ string) {
		mark["from"] = "2027-01-01T00:00:00Z"
		delete(mark, "ledger")
	},
	"another filter, no ledger": func(mark map[string]any, _ string) { mark["filter"] = "00000000"; delete(mark, "ledger") },
	"no moment":                 func(mark map[string]any, moment string) { delete(mark, moment) },
	"another connector's, in the future": func(mark map[string]any, moment string) {
		clear(mark)
		mark[moment] = "2031-05-05 08:00:00"
	},
}

// TestDamagedBookmarksHeal: whatever happened to the bookmarks, a run reads
// what is there to read, or says why not, and leaves bookmarks that go with the
// clock. Rows came since, to be missed.
func TestDamagedBookmarksHeal(t *testing.T) {
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := emulator.New(emulator.NewAccount(emulator.Options{
					Seed: 21, Start: emulator.DemoStart, Days: 6, SessionsPerDay: 6, EventsPerSession: 4, Changes: 6,
				}), emulator.DemoStart.Add(3*day))
				first := harness.Run{Server: s}.Do(t)
				require.Equal(t, 0, first.Code, first.LastLine())
				s.Advance(2 * day)
				run := harness.Run{Server: s, State: damaged(t, first.State(), damage)}
				second := run.Do(t)
				require.Equal(t, 0, second.Code, second.LastLine())
				truth := harness.Truth(t, s, harness.Span{})
				taptest.Holds(t, truth, harness.Warehouse{}.Load(t, first, second))
				for _, stream := range harness.Streams[:3] {
					require.Len(t, warnings(second, stream), told(name), "%s: %s", stream, second.Stderr)
				}
				run.State = second.State()
				third := run.Do(t)
				require.Equal(t, 0, third.Code, third.LastLine())
				require.Empty(t, third.Lines("WARNING"))
			})
		})
	}
}

// warnings are those about a stream.
func warnings(o harness.Output, stream string) []string {
	return slices.DeleteFunc(o.Lines("stream="+stream), func(line string) bool { return !strings.HasPrefix(line, "WARNING ") })
}

// told is how many warnings a damage is worth.
func told(name string) int {
	if name == "the year 9999, no ledger" || name == "the future, damaged ledger" || name == "another filter, no ledger" {
		return 2 // what is damaged, and what is taken instead
	}
	return 1
}

// damaged is a state with each bookmark damaged.
func damaged(t *testing.T, state string, damage func(map[string]any, string)) string {
	t.Helper()
	var doc map[string]map[string]map[string]any
	require.NoError(t, json.Unmarshal([]byte(state), &doc))
	for stream, mark := range doc["bookmarks"] {
		moment := "since_created_at"
		if stream == "replay_change_feed" {
			moment = "since_ingested_at"
		}
		damage(mark, moment)
	}
	text, err := json.Marshal(doc)
	require.NoError(t, err)
	return string(text)
}

// TestEndBeforeTheBookmark: a run that goes less far than an earlier one says
// that there is little to do.
func TestEndBeforeTheBookmark(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := emulator.New(emulator.NewAccount(emulator.Options{Seed: 22, Start: emulator.DemoStart, Days: 4, Plain: true, Changes: 5}), emulator.DemoStart.Add(4*day))
		first := harness.Run{Server: s}.Do(t)
		require.Equal(t, 0, first.Code, first.LastLine())
		s.Advance(day)
		run := harness.Run{Server: s, State: first.State(), Config: harness.Config{"end_date": "2026-07-02"}}
		out := run.Do(t)
		require.Equal(t, 0, out.Code, out.LastLine())
		require.Empty(t, harness.Warehouse{}.Load(t, out))
		require.Len(t, out.Lines("WARNING end_date lies before the bookmark"), len(harness.Streams))
		for _, stream := range harness.Streams[:4] {
			require.Equal(t, harness.Bookmark(t, first, stream), harness.Bookmark(t, out, stream), "nothing is taken back")
		}
	})
}

// TestStartInTheFuture: no bookmark is moved there, so that going back to an
// earlier start_date finds everything.
func TestStartInTheFuture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := emulator.New(emulator.NewAccount(emulator.Options{Seed: 23, Start: emulator.DemoStart, Days: 6, Changes: 5}), emulator.DemoStart.Add(3*day))
		first := harness.Run{Server: s}.Do(t)
		require.Equal(t, 0, first.Code, first.LastLine())
		s.Advance(day)
		later := harness.Run{Server: s, State: first.State(), Config: harness.Config{"start_date": "2027-01-01"}}.Do(t)
		require.Equal(t, 0, later.Code, later.LastLine())
		require.Len(t, later.Lines("WARNING start_date lies in the future"), 4)
		s.Advance(day)
		last := harness.Run{Server: s, State: later.State()}.Do(t)
		require.Equal(t, 0, last.Code, last.LastLine())
		taptest.Holds(t, harness.Truth(t, s, harness.Span{}), harness.Warehouse{}.Load(t, first, later, last))
	})
}
