package emulator

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDateHeader(t *testing.T) {
	for name, d := range map[string]Dialect{"the server's clock": {}, "an hour behind": {DateOffset: -time.Hour}, "none": {NoDate: true}} {
		t.Run(name, func(t *testing.T) {
			everyWay(t, func(t *testing.T, s *Server, do func(r *http.Request) outcome) {
				s.Dialect = d
				header := do(dataRequest(t, newToken(t, s), "replay_change_feed", "")).header
				if d.NoDate {
					require.NotContains(t, header, "Date")
					return
				}
				require.Equal(t, s.Now().Add(d.DateOffset).Format(http.TimeFormat), header.Get("Date"))
			})
		})
	}
}

func TestListenPointsTokensAtItself(t *testing.T) {
	s := sampleServer()
	url, stop, err := s.Listen()
	require.NoError(t, err)
	defer stop()
	require.Regexp(t, `^http://127\.0\.0\.1:\d+$`, url)
	require.Contains(t, string(do(t, s, tokenRequest(t, http.MethodPost, DemoKey)).body), `"`+url+`/v0/pipes/replay_session_activity.json"`)
}

// The race detector watches.
func TestManyReadersAndAnEditor(t *testing.T) {
	s := sampleServer()
	s.Dialect = Dialect{ShuffleTies: true, Replicas: []time.Duration{0, time.Hour}, CacheFor: time.Minute, SecondClock: true}
	token := newToken(t, s)
	var group sync.WaitGroup
	for _, p := range pipes {
		group.Go(func() {
			for range 5 {
				request := dataRequest(t, token, p.name, allOf(p))
				request.Header.Set("Cache-Control", "no-cache")
				got := try(s.Client(), request)
				if got.err != nil || got.status != http.StatusOK {
					t.Errorf("%s: %d %v", p.name, got.status, got.err)
				}
			}
		})
	}
	for i := range 10 {
		s.Account.Burst(Burst{At: at(time.Duration(i) * time.Minute), Sessions: 10, EventsEach: 5, Lives: 10, Changes: 10})
		require.NoError(t, s.Account.Rename(s.Account.Links()[i], "x", s.Now()))
		s.Advance(time.Second)
	}
	group.Wait()
}
