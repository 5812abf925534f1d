package airbyte

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/acceptance/subject"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// TestIncrementalTwoSequentialReads: see spec_test.go. The second read
// differs from the first: here it has nothing but what is new.
func TestIncrementalTwoSequentialReads(t *testing.T) {
	a := subject.Listen(t, subject.SmallAccount(), nil)
	first, streams := readAll(t, a, "incremental")
	states := first.checksum(t, false)
	require.NotEmpty(t, states)
	catalog := configure(t, "incremental", streams...)
	second := source(t, "read", "--config", a.Config, "--catalog", catalog, "--state", stateFile(t, states...))
	require.Zero(t, second.code)
	second.checksum(t, false)
	for stream, rows := range second.records(t) {
		require.Equal(t, "replay_change_feed", stream, "only the last hour of the feed comes again")
		require.Less(t, len(rows), len(first.records(t)[stream]))
	}

	a.Advance(24 * time.Hour)
	third := source(t, "read", "--config", a.Config, "--catalog", catalog, "--state", stateFile(t, append(states, second.checksum(t, false)...)...))
	require.Zero(t, third.code)
	third.checksum(t, false)
	taptest.Holds(t, harness.Truth(t, a.Server, harness.Span{}), load(t, first, second, third))
	require.Less(t, len(of(third.messages(t), "RECORD")), len(of(first.messages(t), "RECORD")))
}

// TestIncrementalReadSequentialSlices: a read from any state of the first has
// at least the rows that came after it, and not the ones before.
func TestIncrementalReadSequentialSlices(t *testing.T) {
	s := subject.SmallAccount()
	streams := discovered(t, subject.Listen(t, subject.SmallAccount(), nil))
	for _, name := range harness.Streams {
		t.Run(name, func(t *testing.T) {
			config := subject.WriteConfig(t, map[string]any{"api_key": s.Key, "start_date": "2026-07-01", "page_size": 20})
			catalog := configure(t, "incremental", only(streams, name)...)
			whole := slowly(t, s, "read", "--config", config, "--catalog", catalog)
			resumed := func(m message) outcome {
				return inProcess(t, s, "read", "--config", config, "--catalog", catalog, "--state", stateFile(t, m))
			}
			fromEachState(t, whole, resumed)
		})
	}
}

// slowly runs the source while the API takes a second for each answer, so that
// states come between the rows.
func slowly(t *testing.T, s *emulator.Server, args ...string) (r outcome) {
	s.Fault = func(*http.Request) *emulator.Fault { return &emulator.Fault{Stall: 1100 * time.Millisecond} }
	defer func() { s.Fault = nil }()
	synctest.Test(t, func(t *testing.T) { r = inProcess(t, s, args...) })
	require.Zero(t, r.code)
	return r
}

// fromEachState reads again from some states of whole.
func fromEachState(t *testing.T, whole outcome, resumed func(message) outcome) {
	total := len(of(whole.messages(t), "RECORD"))
	covered, tried := 0, 0
	for _, m := range whole.checksum(t, false) {
		n, err := m.State.Stats.RecordCount.Float64()
		require.NoError(t, err)
		if covered += int(n); n == 0 || tried == resumes {
			continue
		}
		tried++
		r := resumed(m)
		require.Zero(t, r.code)
		r.checksum(t, false)
		require.GreaterOrEqual(t, len(of(r.messages(t), "RECORD")), total-covered, "after %d of %d rows", covered, total)
		require.NotEqual(t, load(t, whole), load(t, r))
		taptest.Same(t, load(t, whole), load(t, whole, r))
	}
	require.Positive(t, tried)
}

// TestIncrementalFutureState: a state from the future heals itself, whether it
// has a ledger or not: a warning, every row, and from then on a state that goes
// with the clock. (Airbyte's own test of that name would have no row: it takes
// the clock of the state for right.)
func TestIncrementalFutureState(t *testing.T) {
	for name, state := range map[string]func(*testing.T, subject.Account) string{
		"no ledger": func(t *testing.T, _ subject.Account) string {
			var list []string
			for _, name := range harness.Streams {
				key := "since_created_at"
				if name == "replay_change_feed" {
					key = "since_ingested_at"
				}
				list = append(list, `{"stream_descriptor":{"name":"`+name+`"},"stream_state":{"`+key+`":"2999-12-31T00:00:00.000000Z","v":1}}`)
			}
			return subject.Written(t, "state.json", "["+strings.Join(list, ",")+"]")
		},
		"a wrong clock": func(t *testing.T, a subject.Account) string {
			a.SetNow(a.Now().AddDate(0, 2, 0))
			wrong, _ := readAll(t, a, "incremental")
			a.SetNow(a.Now().AddDate(0, -2, 0))
			return stateFile(t, wrong.checksum(t, false)...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := subject.Listen(t, subject.SmallAccount(), nil)
			catalog := configure(t, "incremental", discovered(t, a)...)
			first := source(t, "read", "--config", a.Config, "--catalog", catalog, "--state", state(t, a))
			require.Zero(t, first.code)
			for _, stream := range harness.Streams {
				if name != "no ledger" && stream == "replay_change_feed" {
					continue // its bookmark is the last change's own stamp
				}
				warned := false
				for _, m := range of(first.messages(t), "LOG") {
					warned = warned || m.Log.Level == "WARN" && strings.Contains(m.Log.Message, "stream="+stream) &&
						(strings.Contains(m.Log.Message, "the bookmark lies in the future") || strings.Contains(m.Log.Message, "starts over"))
				}
				require.True(t, warned, stream)
			}
			taptest.Holds(t, harness.Truth(t, a.Server, harness.Span{}).Only(harness.Streams[:4]...), load(t, first))
			a.Advance(24 * time.Hour)
			second := source(t, "read", "--config", a.Config, "--catalog", catalog, "--state", stateFile(t, first.checksum(t, false)...))
			require.Zero(t, second.code)
			require.NotContains(t, second.stdout, "the bookmark lies in the future")
			taptest.Holds(t, harness.Truth(t, a.Server, harness.Span{}).Only(harness.Streams[:4]...), load(t, first, second))
		})
	}
}

// TestIncrementalStatesAreThrottled: not more than one STATE a second of a
// stream, so that no platform drowns in them.
func TestIncrementalStatesAreThrottled(t *testing.T) {
	began := time.Now()
	r, streams := readAll(t, subject.Listen(t, someAccount(), map[string]any{"page_size": somePage / 4}), "incremental")
	took := int(time.Since(began).Seconds())
	require.LessOrEqual(t, len(r.checksum(t, false)), len(streams)*2+took)
}
