package emulator

import (
	"context"
	"io"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestStallsTakeTheBubblesTime(t *testing.T) {
	for name, c := range map[string]struct {
		fault Fault
		took  time.Duration
	}{
		"before the answer": {Fault{Stall: time.Minute}, time.Minute},
		"inside the body":   {Fault{Stall: time.Minute, StallAt: 500}, time.Minute},
		"beyond the body":   {Fault{Stall: time.Minute, StallAt: 1 << 30}, 0},
		"drop by drop":      {Fault{Drip: time.Second}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := sampleServer()
				request := dataRequest(t, newToken(t, s), "replay_session_activity", all)
				s.Fault = func(*http.Request) *Fault { return &c.fault }
				begun := time.Now()
				got := do(t, s, request)
				if c.fault.Drip > 0 {
					c.took = time.Duration(len(got.body)/dripBytes) * time.Second
				}
				require.Equal(t, c.took, time.Since(begun))
				require.NotEmpty(t, got.page(t).Data)
			})
		})
	}
}

func TestCancelledRequests(t *testing.T) {
	for name, fault := range map[string]Fault{
		"before the answer": {Stall: time.Hour},
		"inside the body":   {Stall: time.Hour, StallAt: 500},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := sampleServer()
				request := dataRequest(t, newToken(t, s), "replay_session_activity", all)
				s.Fault = func(*http.Request) *Fault { return &fault }
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				begun := time.Now()
				got := try(s.Client(), request.WithContext(ctx))
				require.ErrorIs(t, got.err, context.DeadlineExceeded)
				require.Equal(t, time.Second, time.Since(begun))
			})
		})
	}
}

// The bubble fails if a goroutine is left behind.
func TestBodiesClosedEarlyLeaveNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sampleServer()
		resp, err := s.Client().Do(dataRequest(t, newToken(t, s), "replay_session_activity", all))
		require.NoError(t, err)
		_, err = io.ReadFull(resp.Body, make([]byte, 10))
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		_, err = resp.Body.Read(make([]byte, 1))
		require.Error(t, err)
	})
}

func TestBodiesClosedInAStallEndIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sampleServer()
		request := dataRequest(t, newToken(t, s), "replay_session_activity", all)
		s.Fault = func(*http.Request) *Fault { return &Fault{Stall: time.Hour, StallAt: 10} }
		resp, err := s.Client().Do(request)
		require.NoError(t, err)
		_, err = io.ReadFull(resp.Body, make([]byte, 10))
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		synctest.Wait()
		require.Zero(t, s.inFlight.Load())
	})
}

func TestTickingClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sampleServer()
		before := s.Now()
		time.Sleep(time.Hour) // the bubble's time
		require.Equal(t, before, s.Now())
		s.Ticks = true
		s.SetNow(before)
		time.Sleep(time.Hour)
		require.Equal(t, before.Add(time.Hour), s.Now())
		s.Advance(time.Minute)
		require.Equal(t, before.Add(time.Hour+time.Minute), s.Now())
	})
}

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

func TestGzipOnlyWhenOffered(t *testing.T) {
	for offer, zipped := range map[string]bool{"": false, "gzip": true, "br, gzip;q=0.5": true, "identity": false, "gzip;q=0": false} {
		s := sampleServer()
		request := dataRequest(t, newToken(t, s), "replay_change_feed", "")
		request.Header.Set("Accept-Encoding", offer)
		require.Equal(t, zipped, do(t, s, request).header.Get("Content-Encoding") == "gzip", offer)
	}
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
