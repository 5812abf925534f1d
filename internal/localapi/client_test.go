package localapi

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
		"drop by drop":      {Fault{Drip: time.Second}, time.Duration(len(long)/DripBytes) * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := sample()
				s.Fault = func(*http.Request) *Fault { return &c.fault }
				begun := time.Now()
				got := inProcess(t, s)(http.MethodGet, "/data/long", "")
				require.Equal(t, c.took, time.Since(begun))
				require.Equal(t, long, got.body)
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
				s := sample()
				s.Fault = func(*http.Request) *Fault { return &fault }
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				begun := time.Now()
				got := try(s.Client(), longRequest(ctx, t))
				require.ErrorIs(t, got.err, context.DeadlineExceeded)
				require.Equal(t, time.Second, time.Since(begun))
			})
		})
	}
}

func longRequest(ctx context.Context, t *testing.T) *http.Request {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://api.example.com/data/long", nil)
	require.NoError(t, err)
	return r
}

// The bubble fails if a goroutine is left behind.
func TestBodiesClosedEarlyLeaveNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sample()
		resp, err := s.Client().Do(longRequest(t.Context(), t))
		require.NoError(t, err)
		_, err = io.ReadFull(resp.Body, make([]byte, 10))
		require.NoError(t, err)
		require.Equal(t, 1, s.InFlight())
		require.NoError(t, resp.Body.Close())
		_, err = resp.Body.Read(make([]byte, 1))
		require.Error(t, err)
		synctest.Wait()
		require.Zero(t, s.InFlight())
	})
}

func TestBodiesClosedInAStallEndIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sample()
		s.Fault = func(*http.Request) *Fault { return &Fault{Stall: time.Hour, StallAt: 10} }
		resp, err := s.Client().Do(longRequest(t.Context(), t))
		require.NoError(t, err)
		_, err = io.ReadFull(resp.Body, make([]byte, 10))
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		synctest.Wait()
		require.Zero(t, s.InFlight())
	})
}

func TestGzipOnlyWhenOffered(t *testing.T) {
	for offer, zipped := range map[string]bool{"": false, "gzip": true, "br, gzip;q=0.5": true, "identity": false, "gzip;q=0": false} {
		s := sample()
		got := inProcess(t, s)(http.MethodGet, "/data/long", "", "Accept-Encoding", offer)
		require.Equal(t, zipped, got.header.Get("Content-Encoding") == "gzip", offer)
		require.Equal(t, "Accept-Encoding", got.header.Get("Vary"))
		require.Equal(t, long, got.body)
	}
}
