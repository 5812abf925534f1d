package emulator

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// movingServer has a session that arrives every minute.
func movingServer(t *testing.T) *Server {
	a := NewAccount(Options{Seed: 1, Start: start, Days: -1})
	for i := range 60 {
		_, err := a.AddSession(Session{Created: at(time.Duration(i) * time.Minute)})
		require.NoError(t, err)
	}
	return New(a, at(30*time.Minute))
}

func TestReplicasTakeTurns(t *testing.T) {
	s := movingServer(t)
	s.Dialect.Replicas = []time.Duration{0, 10 * time.Minute, 20 * time.Minute}
	var rows []int
	for range 4 {
		rows = append(rows, len(get(t, s, "replay_session_summary", all).page(t).Data))
	}
	require.Equal(t, []int{31, 21, 11, 31}, rows)
}

func TestCachedAnswers(t *testing.T) {
	s := movingServer(t)
	s.Dialect.CacheFor = 5 * time.Minute
	ask := func(control, query string) (rows int, age string) {
		r := dataRequest(t, newToken(t, s), "replay_session_summary", all+query)
		if control != "" {
			r.Header.Set("Cache-Control", control)
		}
		got := do(t, s, r)
		return len(got.page(t).Data), got.header.Get("Age")
	}
	expect := func(rows int, age, control, query string) {
		t.Helper()
		gotRows, gotAge := ask(control, query)
		require.Equal(t, rows, gotRows)
		require.Equal(t, age, gotAge)
	}
	expect(31, "", "", "")
	s.Advance(3 * time.Minute)
	expect(31, "180", "", "")
	expect(34, "", "", "&limit=1000")   // another query
	expect(34, "", "no-cache", "")      // asked afresh
	expect(34, "0", "max-age=9999", "") // and kept
	s.Dialect.CacheStubborn = true
	s.Advance(4 * time.Minute)
	expect(34, "240", "no-cache", "")
	s.Advance(time.Minute)
	expect(39, "", "", "")
}
