package localapi

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTickingClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sample()
		time.Sleep(time.Hour) // the bubble's time
		require.Equal(t, start, s.Now())
		s.Ticks = true
		s.SetNow(start)
		time.Sleep(time.Hour)
		require.Equal(t, start.Add(time.Hour), s.Now())
		s.Advance(time.Minute)
		require.Equal(t, start.Add(time.Hour+time.Minute), s.Now())
	})
}

func TestDateHeader(t *testing.T) {
	for name, c := range map[string]struct {
		date func() time.Time
		want string
	}{
		"the server's clock": {nil, start.Format(http.TimeFormat)},
		"an hour behind":     {func() time.Time { return start.Add(-time.Hour) }, start.Add(-time.Hour).Format(http.TimeFormat)},
		"none":               {func() time.Time { return time.Time{} }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			everyWay(t, func(t *testing.T, s *Server, ask asker) {
				s.Date = c.date
				require.Equal(t, c.want, ask(http.MethodGet, "/data/long", "").header.Get("Date"))
			})
		})
	}
}

func TestLogHoldsEveryRequestAndNoSecret(t *testing.T) {
	everyWay(t, func(t *testing.T, s *Server, ask asker) {
		got := ask(http.MethodPost, "/data/echo?a=1&key=secret", "hello", "Authorization", "Bearer  token ")
		require.JSONEq(t, `{"method":"POST","sent":"hello","token":"token"}`, got.body)
		s.Advance(time.Minute)
		require.Equal(t, 2001, func() int { ask(http.MethodGet, "/data/long", ""); return s.Requests()[1].Rows }())
		require.Equal(t, http.StatusNotFound, ask(http.MethodGet, "/other", "").status)
		log := s.Requests()
		require.Len(t, log, 3)
		require.Equal(t, Request{
			Method: http.MethodPost, Path: "/data/echo", Name: "echo", Query: map[string][]string{"a": {"1"}}, Sent: []byte("hello"), At: start, Status: 200,
		}, log[0])
		require.Equal(t, time.Minute, log[1].At.Sub(log[0].At))
		s.ResetRequests()
		require.Empty(t, s.Requests())
	})
}

func TestFaultsReadTheBodyAndMoveTheClock(t *testing.T) {
	s := sample()
	s.Fault = func(r *http.Request) *Fault {
		var b strings.Builder
		if err := r.Write(&b); err != nil || !strings.Contains(b.String(), "hello") {
			return &Fault{Status: http.StatusTeapot}
		}
		s.Advance(time.Hour)
		return nil
	}
	got := inProcess(t, s)(http.MethodPost, "/data/echo", "hello")
	require.JSONEq(t, `{"method":"POST","sent":"hello","token":""}`, got.body, "the API reads it once more")
	require.Equal(t, start.Add(time.Hour), s.Now())
}

func TestTooMuchIsSent(t *testing.T) {
	s := sample()
	s.MaxSent = 5
	ask := inProcess(t, s)
	require.Equal(t, http.StatusOK, ask(http.MethodPost, "/data/echo", "12345").status)
	require.Equal(t, http.StatusRequestEntityTooLarge, ask(http.MethodPost, "/data/echo", "123456").status)
}

func TestCache(t *testing.T) {
	s := sample()
	rule := CacheRule{Life: time.Minute}
	computed := 0
	s.API = func(c *Call) *Answer {
		return s.Cached(c, rule, func() *Answer {
			computed++
			if c.URL.Query().Has("bad") {
				return Refuse(http.StatusBadRequest)
			}
			return JSON(http.StatusOK, computed)
		})
	}
	ask := inProcess(t, s)
	same := func(want int, age, method, path, body string, header ...string) {
		t.Helper()
		got := ask(method, path, body, header...)
		require.Equal(t, strconv.Itoa(want)+"\n", got.body)
		require.Equal(t, age, got.header.Get("Age"))
	}
	same(1, "", "GET", "/data/a", "")
	s.Advance(59 * time.Second)
	same(1, "59", "GET", "/data/a", "")
	same(2, "", "POST", "/data/a", "")
	same(3, "", "POST", "/data/a", "other")
	same(4, "", "GET", "/data/a?x=1", "")
	same(5, "", "GET", "/data/a", "", "Cache-Control", "no-cache")
	s.Advance(time.Minute)
	same(6, "", "GET", "/data/a", "")
	rule.Stubborn = true
	same(6, "0", "GET", "/data/a", "", "Cache-Control", "no-cache")
	rule.Life = 0
	same(7, "", "GET", "/data/a", "")
	rule.Life = time.Minute
	require.Equal(t, 400, ask("GET", "/data/a?bad=1", "").status)
	require.Equal(t, 400, ask("GET", "/data/a?bad=1", "").status)
	require.Equal(t, 9, computed, "what is refused is not kept")
}

// The race detector watches.
func TestManyAskAtOnce(t *testing.T) {
	s := sample()
	s.Limits = []Limit{{Count: 40, Per: time.Minute}, {Count: 10, Per: time.Second, How: Bucket}}
	ask := inProcess(t, s)
	var taken sync.Map
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() { taken.Store(i, ask(http.MethodGet, "/data/long", "").status) })
	}
	group.Wait()
	counted := map[int]int{}
	taken.Range(func(_, status any) bool { counted[status.(int)]++; return true })
	require.Equal(t, map[int]int{http.StatusOK: 10, http.StatusTooManyRequests: 40}, counted)
	require.Len(t, s.Requests(), 50)
}
