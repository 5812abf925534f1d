package emulator

import (
	"context"
	"io"
	"net/http"
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
	everyWay(t, func(t *testing.T, s *Server, do func(r *http.Request) outcome) {
		request := dataRequest(t, newToken(t, s), "replay_change_feed", "")
		s.Dialect.DateOffset = -time.Hour
		require.Equal(t, s.Now().Add(-time.Hour).Format(http.TimeFormat), do(request).header.Get("Date"))
		s.Dialect.NoDate = true
		require.NotContains(t, do(request).header, "Date")
	})
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
