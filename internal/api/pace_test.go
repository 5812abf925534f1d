package api_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/api"
)

// TestPaces asks as fast as each API allows: a window that slides over any
// minute and any hour holds no more requests than its limit, and no time is lost.
func TestPaces(t *testing.T) {
	for name, test := range map[string]struct {
		paces  []api.Pace
		window map[time.Duration]int // the most requests in any of that length
		asks   int                   // by four at once
		least  time.Duration         // that all take
		most   time.Duration
	}{
		"12 a minute and 60 an hour": {
			[]api.Pace{api.Within("list", 12, time.Minute, 6), api.Within("list", 60, time.Hour, 30)},
			map[time.Duration]int{time.Minute: 12, time.Hour: 60}, 120, 2*time.Hour + 50*time.Minute, 3*time.Hour + time.Minute},
		"30 at once, then one in 2 seconds": {[]api.Pace{{Every: 2 * time.Second, Burst: 30}}, map[time.Duration]int{time.Minute: 60}, 88, 116 * time.Second, 116 * time.Second},
		"1,000 a minute, without bursts":    {[]api.Pace{api.Within("", 1000, time.Minute, 10)}, map[time.Duration]int{time.Minute: 1000}, 3000, 3 * time.Minute, 3*time.Minute + 3*time.Second},
		"another class":                     {[]api.Pace{api.Within("detail", 2, time.Hour, 1)}, nil, 52, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := always(200, "{}")
				c := ask(s, func(config *api.Config) { config.Paces = test.paces })
				var group sync.WaitGroup
				for range 4 {
					group.Go(func() {
						for range test.asks / 4 {
							if err := c.Do(t.Context(), list()); err != nil {
								t.Error(err)
							}
						}
					})
				}
				group.Wait()
				require.Len(t, s.asked, test.asks)
				last := s.asked[len(s.asked)-1]
				require.GreaterOrEqual(t, last, test.least)
				require.LessOrEqual(t, last, test.most)
				for window, most := range test.window {
					for i, at := range s.asked {
						n := 0
						for _, other := range s.asked[i:] {
							if other < at+window {
								n++
							}
						}
						require.LessOrEqual(t, n, most, "requests in %v from %v on", window, at)
					}
				}
			})
		})
	}
}

// TestPaceIsGivenBack: who stops waiting leaves the place to others.
func TestPaceIsGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := always(200, "{}")
		c := ask(s, func(config *api.Config) { config.Paces = []api.Pace{{Every: time.Minute, Burst: 1}} })
		require.NoError(t, c.once(t, list()))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, c.Do(ctx, list()), context.DeadlineExceeded)
		require.NoError(t, c.once(t, list()))
		require.Equal(t, []time.Duration{0, time.Minute}, s.asked)
	})
}

// TestRefusedForTheRate: a 429 holds everybody until its pause is over, and no
// burst follows, although this process had not used up its own.
func TestRefusedForTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{began: time.Now(), answer: func(n int, _ *http.Request) *http.Response {
			if n == 3 {
				return said(429, `{"error":"slow down"}`, "Retry-After", "30")
			}
			return said(200, "{}")
		}}
		c := ask(s, func(config *api.Config) { config.Paces = []api.Pace{{Every: 10 * time.Second, Burst: 20}} })
		for range 3 {
			_ = c.once(t, list())
		}
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() { _ = c.Do(t.Context(), list()) })
		}
		group.Wait()
		want := []time.Duration{0, 0, 0, 30, 30, 30, 40, 50, 60, 70, 80}
		for i := range want {
			want[i] *= time.Second
		}
		require.Equal(t, want, s.asked)
	})
}
