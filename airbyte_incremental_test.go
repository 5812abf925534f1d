package main

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
)

// TestIncrementalTwoSequentialReads: see airbyte_spec_test.go. The second read
// differs from the first: here it has nothing but what is new.
func TestIncrementalTwoSequentialReads(t *testing.T) {
	a := listen(t, smallAccount(), nil)
	first, streams := readAll(t, a, "incremental")
	states := first.checksum(t, false)
	require.NotEmpty(t, states)
	catalog := configure(t, "incremental", streams...)
	second := source(t, "read", "--config", a.config, "--catalog", catalog, "--state", stateFile(t, states...))
	require.Zero(t, second.code)
	second.checksum(t, false)
	for stream, rows := range second.records(t) {
		require.Equal(t, "replay_change_feed", stream, "only the last hour of the feed comes again")
		require.Less(t, len(rows), len(first.records(t)[stream]))
	}

	a.Advance(24 * time.Hour)
	third := source(t, "read", "--config", a.config, "--catalog", catalog, "--state", stateFile(t, append(states, second.checksum(t, false)...)...))
	require.Zero(t, third.code)
	third.checksum(t, false)
	harness.Holds(t, harness.Truth(t, a.Server, harness.Span{}), load(t, first, second, third))
	require.Less(t, len(of(third.messages(t), "RECORD")), len(of(first.messages(t), "RECORD")))
}

// TestIncrementalReadSequentialSlices: a read from any state of the first has
// at least the rows that came after it, and not the ones before.
func TestIncrementalReadSequentialSlices(t *testing.T) {
	s := smallAccount()
	streams := discovered(t, listen(t, smallAccount(), nil))
	for _, name := range harness.Streams {
		t.Run(name, func(t *testing.T) {
			config := writeConfig(t, map[string]any{"api_key": s.Key, "start_date": "2026-07-01", "page_size": 20})
			catalog := configure(t, "incremental", only(streams, name)...)
			whole := slowly(t, s, "read", "--config", config, "--catalog", catalog)
			resumed := func(m airbyteMessage) airbyteRun {
				return inProcess(t, s, "read", "--config", config, "--catalog", catalog, "--state", stateFile(t, m))
			}
			fromEachState(t, whole, resumed)
		})
	}
}

// slowly runs the source while the API takes a second for each answer, so that
// states come between the rows.
func slowly(t *testing.T, s *emulator.Server, args ...string) (r airbyteRun) {
	s.Fault = func(*http.Request) *emulator.Fault { return &emulator.Fault{Stall: 1100 * time.Millisecond} }
	defer func() { s.Fault = nil }()
	synctest.Test(t, func(t *testing.T) { r = inProcess(t, s, args...) })
	require.Zero(t, r.code)
	return r
}

// fromEachState reads again from up to five states of whole.
func fromEachState(t *testing.T, whole airbyteRun, resumed func(airbyteMessage) airbyteRun) {
	total := len(of(whole.messages(t), "RECORD"))
	covered, tried := 0, 0
	for _, m := range whole.checksum(t, false) {
		n, err := m.State.Stats.RecordCount.Float64()
		require.NoError(t, err)
		if covered += int(n); n == 0 || tried == 5 {
			continue
		}
		tried++
		r := resumed(m)
		require.Zero(t, r.code)
		r.checksum(t, false)
		require.GreaterOrEqual(t, len(of(r.messages(t), "RECORD")), total-covered, "after %d of %d rows", covered, total)
		require.NotEqual(t, load(t, whole), load(t, r))
		harness.Same(t, load(t, whole), load(t, whole, r))
	}
	require.Positive(t, tried)
}

// TestIncrementalFutureState: a state from the far future gives no record, no
// request for data, a state for each stream, and a warning that says how to
// heal it.
func TestIncrementalFutureState(t *testing.T) {
	a := listen(t, smallAccount(), nil)
	streams := discovered(t, a)
	futureState(t, a, streams, filepath.Join("airbyte", "integration_tests", "future_state.json"))

	a.SetNow(a.Now().AddDate(0, 2, 0)) // once, the server's clock was wrong
	wrong, _ := readAll(t, a, "incremental")
	a.SetNow(a.Now().AddDate(0, -2, 0))
	// The change feed's bookmark is the last change's own stamp.
	futureState(t, a, streams[:4], stateFile(t, wrong.checksum(t, false)...))
}

func futureState(t *testing.T, a account, streams []airbyteStream, state string) {
	t.Helper()
	a.ResetRequests()
	r := source(t, "read", "--config", a.config, "--catalog", configure(t, "incremental", streams...), "--state", state)
	require.Zero(t, r.code)
	require.Empty(t, r.records(t))
	named := map[string]bool{}
	for _, m := range r.checksum(t, false) {
		named[m.State.Stream.Descriptor.Name] = true
	}
	require.Len(t, named, len(streams))
	for _, stream := range streams {
		warned := false
		for _, m := range of(r.messages(t), "LOG") {
			warned = warned || m.Log.Level == "WARN" && strings.Contains(m.Log.Message, "the bookmark lies in the future") &&
				strings.Contains(m.Log.Message, "stream="+stream.Name)
		}
		require.True(t, warned, stream.Name)
	}
	for _, request := range a.Requests() {
		require.True(t, request.Pipe == "" || request.Query.Get("limit") == "1", "%+v", request)
	}
}

// TestIncrementalStatesAreThrottled: not more than one STATE a second of a
// stream, so that no platform drowns in them.
func TestIncrementalStatesAreThrottled(t *testing.T) {
	began := time.Now()
	r, streams := readAll(t, listen(t, emulator.Demo(false), map[string]any{"page_size": 50}), "incremental")
	took := int(time.Since(began).Seconds())
	require.LessOrEqual(t, len(r.checksum(t, false)), len(streams)*2+took)
}
