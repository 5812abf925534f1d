package airbyte

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/acceptance/subject"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// TestFullRefreshSequentialReads: see spec_test.go. The second read has
// all rows of the first, and other times of emission.
func TestFullRefreshSequentialReads(t *testing.T) {
	a := subject.Listen(t, subject.SmallAccount(), nil)
	first, _ := readAll(t, a, "full_refresh")
	second, _ := readAll(t, a, "full_refresh")
	taptest.Same(t, load(t, first), load(t, second))
	one, two := of(first.messages(t), "RECORD"), of(second.messages(t), "RECORD")
	require.Len(t, two, len(one), "nothing is written twice")
	require.Greater(t, two[0].Record.EmittedAt, one[len(one)-1].Record.EmittedAt)
}

// TestFullRefreshTakesNoOtherState: a platform that passes the states of an
// earlier sync along still gets every row; a table that is overwritten with the
// new rows alone would have lost the others.
func TestFullRefreshTakesNoOtherState(t *testing.T) {
	a := subject.Listen(t, subject.SmallAccount(), nil)
	first, streams := readAll(t, a, "incremental")
	r := source(t, "read", "--config", a.Config, "--catalog", configure(t, "full_refresh", streams...),
		"--state", stateFile(t, first.checksum(t, false)...))
	require.Zero(t, r.code)
	taptest.Same(t, load(t, first), load(t, r))
}

// TestFullRefreshIsResumable: the attempt after a failure goes on where the
// first one stood, with the states that it left.
func TestFullRefreshIsResumable(t *testing.T) {
	s := subject.SmallAccount()
	var asked atomic.Int32
	asked.Store(1000) // until it counts from 0, it answers
	s.Fault = func(r *http.Request) *emulator.Fault {
		if n := asked.Add(1); n > 14 && n < 1000 {
			return &emulator.Fault{Status: http.StatusNotFound}
		}
		return nil
	}
	a := subject.Listen(t, s, map[string]any{"page_size": 40, "retry_minutes": 1, "concurrency": 1})
	streams := only(discovered(t, a), "replay_session_activity")
	catalog := configure(t, "full_refresh", streams...)
	asked.Store(0)
	first := source(t, "read", "--config", a.Config, "--catalog", catalog)
	require.Equal(t, 2, first.code)
	states := first.checksum(t, false)
	require.Contains(t, string(states[len(states)-1].State.Stream.State), `{"full_refresh":{`)
	require.NotContains(t, string(states[len(states)-1].State.Stream.State), `"ended"`)
	asked.Store(1000)

	second := source(t, "read", "--config", a.Config, "--catalog", catalog, "--state", stateFile(t, states...))
	require.Zero(t, second.code)
	last := second.checksum(t, false)
	require.Contains(t, string(last[len(last)-1].State.Stream.State), `"ended":true`)
	taptest.Same(t, harness.Truth(t, s, harness.Span{}, "replay_session_activity"), load(t, first, second))
	all := len(harness.Truth(t, s, harness.Span{}, "replay_session_activity")["replay_session_activity"])
	one, two := len(of(first.messages(t), "RECORD")), len(of(second.messages(t), "RECORD"))
	require.Positive(t, one)

	third := source(t, "read", "--config", a.Config, "--catalog", catalog, "--state", stateFile(t, last...))
	require.Zero(t, third.code)
	require.Empty(t, third.records(t), "another attempt of the same sync writes nothing twice")
	require.Less(t, two, all, fmt.Sprintf("%d of %d rows were there", one, all))
}
