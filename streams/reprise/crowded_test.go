package reprise_test

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// TestCrowdedSecond has more rows in one second, and in one instant, than a
// page may hold. Where the documented order leaves ties, every answer may have
// them in another order.
func TestCrowdedSecond(t *testing.T) {
	for name, test := range some(map[string]struct {
		span    time.Duration
		dialect emulator.Dialect
		rows    int // 0: some 130
	}{
		"within a second":                         {time.Second, emulator.Dialect{}, 0},
		"within a second, clocks of whole ones":   {time.Second, emulator.Dialect{SecondClock: true}, 0},
		"at one instant":                          {0, emulator.Dialect{}, 0},
		"at one instant, ties in any order":       {0, emulator.Dialect{ShuffleTies: true}, 0},
		"within a second, ties in any order":      {time.Second, emulator.Dialect{ShuffleTies: true, SecondClock: true}, 0},
		"at one instant, no total":                {0, emulator.Dialect{RowsBefore: emulator.Absent}, 0},
		"at one instant, a total that is a limit": {0, emulator.Dialect{RowsBefore: emulator.LowerBound, ShuffleTies: true}, 0},
		"at one instant, a silent cap":            {0, emulator.Dialect{CapLimit: 33, RowsBefore: emulator.Absent}, 0},
		"at one instant, a last page of two":      {0, emulator.Dialect{ShuffleTies: true}, 100},
		"within a minute, all sorts":              {time.Minute, emulator.Dialect{ShuffleTies: true, SecondClock: true, EndInclusive: true, ShuffleColumns: true}, 0},
	}, 3) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, n := small(), cmp.Or(test.rows, 130)
				s.Account.Burst(emulator.Burst{At: crowd, Span: test.span, Sessions: n, EventsEach: 2, Lives: n, Changes: n})
				s.Dialect = test.dialect
				run := harness.Run{Server: s, Config: smallPages}
				out := run.Do(t)
				require.Equal(t, 0, out.Code, out.LastLine())
				got := harness.Warehouse{}.Load(t, out)
				taptest.Same(t, harness.Truth(t, s, harness.Span{}), got)

				run.State = out.State()
				s.Advance(day)
				again := run.Do(t)
				require.Equal(t, 0, again.Code, again.LastLine())
				taptest.Holds(t, harness.Truth(t, s, harness.Span{}), got.Load(t, again))
			})
		})
	}
}

// TestCrowdedSecondMoves lets rows leave a crowded second between two pages, or
// leave at its start while others come at its end: the rows behind them change
// their places, and none may be lost by that.
func TestCrowdedSecondMoves(t *testing.T) {
	for _, stream := range withClock {
		for name, swap := range map[string]bool{"one goes": false, "one goes, another comes": true} {
			t.Run(stream+", "+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { moves(t, stream, swap) })
			})
		}
	}
}

func moves(t *testing.T, stream string, swap bool) {
	s := small()
	s.Account.Burst(emulator.Burst{At: crowd, Sessions: 160, EventsEach: 1, Lives: 160})
	var gone []string
	paging := 0
	s.Fault = func(r *http.Request) *emulator.Fault {
		if !readsCrowd(r) || paging > 4 {
			return nil
		}
		if paging++; paging%2 == 0 {
			gone = append(gone, remove(t, s, stream))
			if swap {
				add(t, s, stream, fmt.Sprint("zzz", paging))
			}
		}
		return nil
	}
	run := harness.Run{Server: s, Config: oneAtATime, Select: []string{stream}}
	out := run.Do(t)
	require.NotEmpty(t, gone)
	require.Equal(t, 0, out.Code, out.LastLine())
	got := harness.Warehouse{}.Load(t, out)
	for _, key := range gone {
		delete(got[stream], key)
	}
	taptest.Same(t, harness.Truth(t, s, harness.Span{}, stream), got)
}

// TestCrowdedSecondNeverStill lets a row come to the start of a crowded second
// with every other page that is read of it: the run writes what it saw, says that this may not
// be all, and leaves a state from which a quiet run completes it.
func TestCrowdedSecondNeverStill(t *testing.T) {
	for _, stream := range withClock {
		t.Run(stream, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := small()
				s.Account.Burst(emulator.Burst{At: crowd, Sessions: 120, EventsEach: 1, Lives: 120})
				came := 0
				s.Fault = func(r *http.Request) *emulator.Fault {
					if !readsCrowd(r) {
						return nil
					}
					if came++; came%2 == 0 {
						add(t, s, stream, fmt.Sprint("0", came))
					}
					return nil
				}
				run := harness.Run{Server: s, Config: oneAtATime, Select: []string{stream}}
				out := run.Do(t)
				require.Equal(t, program.ExitRetry, out.Code, out.LastLine())
				require.Contains(t, out.LastLine(), "the API did not give the same rows twice")
				s.Fault = nil
				run.State = out.State()
				again := run.Do(t)
				require.Equal(t, 0, again.Code, again.LastLine())
				taptest.Same(t, harness.Truth(t, s, harness.Span{}, stream), harness.Warehouse{}.Load(t, out, again))
			})
		})
	}
}

// crowd is a second with more rows than a page.
var crowd = emulator.DemoStart.Add(3*day + 9*time.Hour)

// readsCrowd reports whether a request reads the crowd's own second by offset.
func readsCrowd(r *http.Request) bool {
	q := r.URL.Query()
	return q.Get("limit") == "50" && q.Has("offset") &&
		q.Get("start_timestamp") == crowd.Add(-time.Second).Format(time.DateTime) &&
		q.Get("end_timestamp") == crowd.Add(time.Second).Format(time.DateTime)
}

// remove takes the first row of the crowd out of a stream and returns its key.
func remove(t *testing.T, s *emulator.Server, stream string) string {
	list := s.Truth(stream, url.Values{"start_timestamp": {crowd.Format(time.DateTime)}})
	require.NotEmpty(t, list, "the crowd is gone")
	key := strings.Trim(list[0].Get(harness.Keys[stream][0]), `"`)
	at := s.Now().Add(-time.Millisecond)
	if stream == "replay_session_activity" {
		require.NoError(t, s.Account.RemoveEvent(key, at))
	} else {
		require.NoError(t, s.Account.RemoveSession(key, at))
	}
	return key
}

// add puts a row into the crowd of a stream, where its id sorts.
func add(t *testing.T, s *emulator.Server, stream, id string) {
	var err error
	at := crowd.Add(time.Millisecond)
	if id[0] == '0' {
		at = crowd.Add(-time.Millisecond)
	}
	if stream == "replicate_session_activity" {
		_, err = s.Account.AddLive(emulator.LiveSession{ID: id, Created: crowd, Arrives: s.Now()})
	} else {
		_, err = s.Account.AddSession(emulator.Session{ID: id, Created: crowd, Arrives: s.Now()})
		require.NoError(t, err)
		_, err = s.Account.AddEvent(emulator.Event{ID: id, Session: id, Created: at})
	}
	require.NoError(t, err)
}
