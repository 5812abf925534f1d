package simulation

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/emulator"
)

// A loaded account is one that the tap has loaded, with the defaults.
type loaded struct {
	*runner
	state []byte
}

// load runs the tap once on an account, its clock standing at now.
func load(t testing.TB, a *emulator.Account, now time.Time) *loaded {
	server := emulator.New(a, now)
	server.Ticks = true
	l := &loaded{runner: newRunner(server)}
	l.again(t)
	return l
}

// again runs once more and returns what was written, by stream.
func (l *loaded) again(t testing.TB) (outcome, map[string]int) {
	run := l.run(t, l.state)
	require.Zero(t, run.code, "%s", run.log)
	house := newWarehouse()
	state, err := house.load(run.out)
	require.NoError(t, err)
	l.state = state
	return run, house.written
}

// busy is an account of some days with about so many events, where nothing is
// late and nobody's session lasts for hours.
func busy(days, events int) *emulator.Account {
	return emulator.NewAccount(emulator.Options{Seed: 4, Start: firstDay, Days: days, SessionsPerDay: events / 10 / days,
		Late: -1, Open: -1, Changes: -1})
}

// TestQuietRunIsCheap: with 20,000 events in the look-back, a run an hour
// later makes at most 18 requests in all, and writes nothing that it wrote before.
func TestQuietRunIsCheap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := load(t, busy(29, 20_000), firstDay.AddDate(0, 0, 29).Add(3*time.Hour))
		time.Sleep(time.Hour)
		run, written := l.again(t)
		t.Logf("%d requests, %d rows read, written %v", run.requests, run.rows, written)
		require.LessOrEqual(t, run.requests, 18)
		require.Empty(t, written)
	})
}

// TestLateRowsCostNothing: ten events that arrive late, in ten different days,
// add no request and have ten units written.
func TestLateRowsCostNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := busy(29, 20_000)
		l := load(t, a, firstDay.AddDate(0, 0, 29).Add(3*time.Hour))
		time.Sleep(time.Hour)
		quiet, _ := l.again(t)
		session := sessions(t, l.server)
		hours := map[string]int{}
		for day := 5; day < 25; day += 2 {
			s := session[day]
			_, err := a.AddEvent(emulator.Event{Session: s.id, Created: s.at, Arrives: l.server.Now()})
			require.NoError(t, err)
			hours[s.at.Format("2006-01-02T15")] = 0
		}
		time.Sleep(time.Hour)
		run, written := l.again(t)
		t.Logf("%d requests after %d, written %v", run.requests, quiet.requests, written)
		require.LessOrEqual(t, run.requests, quiet.requests)
		held := 0
		for _, r := range newOracle(t, &world{account: a}, emulator.Dialect{}).rows(l.server.Now(), activity, firstDay, time.Time{}) {
			if _, late := hours[time.UnixMilli(r.clock).UTC().Format("2006-01-02T15")]; late {
				held++
			}
		}
		require.Equal(t, held, written[activity], "the ten hours that changed, and no other")
	})
}

// TestMillionIsCheap: with a million events in the look-back a quiet run makes
// at most 40 requests, the share that is read again included.
func TestMillionIsCheap(t *testing.T) {
	if !*full {
		t.Skip("only with -full: it takes a minute and 2 GB")
	}
	synctest.Test(t, func(t *testing.T) {
		l := load(t, busy(29, 1_000_000), firstDay.AddDate(0, 0, 29).Add(3*time.Hour))
		for range 3 {
			time.Sleep(time.Hour)
			run, written := l.again(t)
			t.Logf("%d requests, %d rows read, written %v", run.requests, run.rows, written)
			require.LessOrEqual(t, run.requests, 40)
			require.Empty(t, written)
		}
	})
}

// A placement is a session that an account holds.
type placement struct {
	id string
	at time.Time
}

// sessions lists one session of each day.
func sessions(t testing.TB, s *emulator.Server) []placement {
	var list []placement
	for _, row := range s.Truth(summaries, nil) {
		at, err := time.Parse(`"2006-01-02 15:04:05.000"`, row.Get("session_created_at"))
		require.NoError(t, err)
		for len(list) <= int(at.Sub(firstDay)/(24*time.Hour)) {
			list = append(list, placement{unquoted(row.Get("session_id")), at})
		}
	}
	return list
}

// TestRowsAreWrittenOnce: over 30 daily runs of a live account without kills
// and renames, at most 1.5 events are written for each that there is.
func TestRowsAreWrittenOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lived, runs := life{seed: *seed, days: 60, sessions: 60, events: 10, calm: true}, 30
		if !all {
			lived.days, lived.sessions, runs = 40, 25, 8
		}
		w := newWorld(lived)
		l := load(t, w.account, firstDay.AddDate(0, 0, 29).Add(3*time.Hour))
		var line []string
		written, held := 0, len(l.server.Truth(activity, nil))
		for range runs {
			time.Sleep(24 * time.Hour)
			_, n := l.again(t)
			written += n[activity]
			line = append(line, fmt.Sprint(n[activity]))
		}
		fresh := len(l.server.Truth(activity, nil)) - held
		t.Logf("%d new events, %d written: %.2f of each; by run %s", fresh, written, float64(written)/float64(fresh), strings.Join(line, " "))
		require.LessOrEqual(t, float64(written), 1.5*float64(fresh))
	})
}

// bookmarks reads a state's bookmarks.
func bookmarks(t testing.TB, state []byte) map[string]map[string]any {
	var value struct{ Bookmarks map[string]map[string]any }
	require.NoError(t, json.Unmarshal(state, &value))
	return value.Bookmarks
}
