package api_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/api"
	"tap-reprise/internal/program"
)

// TestOrder: the layers stand in the order that the package's comment gives.
func TestOrder(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	var want []string
	for _, line := range regexp.MustCompile(`(?m)^//\t(\w+)`).FindAllSubmatch(doc, -1) {
		want = append(want, string(line[1]))
	}
	require.Equal(t, want, append(api.LayerNames(), "network"))
}

// TestPost sends a document and takes any status that the call calls good.
func TestPost(t *testing.T) {
	s := always(202, `{"accepted":true}`)
	c := ask(s, nil)
	call := list()
	call.Method, call.Body, call.Good, call.Header = http.MethodPost, []byte(`{"a":1}`), []int{200, 202}, http.Header{"x-workspace-id": {"7"}}
	require.NoError(t, c.once(t, call))
	require.NoError(t, c.once(t, call), "a call can be sent again")
	require.Equal(t, []string{`{"a":1}`, `{"a":1}`}, s.bodies)
	for name, value := range map[string]string{
		"Authorization": "Bearer " + key, "Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "gzip",
		"User-Agent": "test/1", "Cache-Control": "no-cache", "X-Workspace-Id": "7",
	} {
		require.Equal(t, value, s.heads[1].Get(name), name)
	}
}

// TestRedirects are followed within a host, with what they carry.
func TestRedirects(t *testing.T) {
	for status, follows := range map[int]bool{307: true, 308: true, 301: false, 302: false, 303: false} {
		s := &server{answer: func(n int, _ *http.Request) *http.Response {
			if n == 1 {
				return said(status, "", "Location", "/v2/list")
			}
			return said(200, "{}")
		}}
		call := list()
		call.Method, call.Body = http.MethodPost, []byte(`{"a":1}`)
		err := ask(s, nil).once(t, call)
		if !follows {
			require.ErrorContains(t, err, "redirect of a POST without what it sends is refused")
			require.Len(t, s.asked, 1)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, []string{`{"a":1}`, `{"a":1}`}, s.bodies)
		require.Equal(t, "Bearer "+key, s.heads[1].Get("Authorization"))
	}
}

// TestAuthorize: the call's own way comes first, and its error ends the call.
func TestAuthorize(t *testing.T) {
	s := always(200, "{}")
	call := list()
	call.Authorize = func(r *http.Request) error {
		r.Header.Set("X-Key", "other")
		return nil
	}
	require.NoError(t, ask(s, nil).once(t, call))
	require.Equal(t, "other", s.heads[0].Get("X-Key"))
	require.Empty(t, s.heads[0].Get("Authorization"))
	call.Authorize = func(*http.Request) error { return errors.New("no token for " + key) }
	require.EqualError(t, ask(s, nil).once(t, call), "GET list?limit=5: no token for ***")
	require.Len(t, s.asked, 1)
}

// TestSecretsInAddresses: an address that is none is not quoted with what is in it.
func TestSecretsInAddresses(t *testing.T) {
	for _, address := range []string{"https://api.example/%zz?key=" + key, "https://" + key + "@api.example:port/", "gopher://" + key} {
		call := list()
		call.URL = address
		require.Error(t, ask(nil, nil).once(t, call))
	}
}

// TestGate: a 429 lets one request through at a time until answers are good
// again, twenty for each further one.
func TestGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		inside, widest := 0, map[int]int{} // by tens of requests
		s := &server{began: time.Now()}
		s.answer = func(n int, r *http.Request) *http.Response {
			mu.Lock()
			inside++
			widest[n/10] = max(widest[n/10], inside)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			inside--
			mu.Unlock()
			if n == 10 {
				return said(429, "", "Retry-After", "100")
			}
			return said(200, "{}")
		}
		c := ask(s, nil)
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				for range 12 {
					_ = c.Do(t.Context(), list())
				}
			})
		}
		group.Wait()
		require.Equal(t, 4, widest[0])
		require.Equal(t, []int{1, 2, 3}, []int{widest[2], widest[4], widest[6]})
		quiet := time.Duration(0)
		for i := 1; i < len(s.asked); i++ {
			quiet = max(quiet, s.asked[i]-s.asked[i-1])
		}
		require.GreaterOrEqual(t, quiet, 100*time.Second, "the pause holds everybody")
	})
}

// TestPausedForLong: while the API wants nothing for longer than a request may
// wait, none is sent and none waits.
func TestPausedForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := always(429, "", "Retry-After", "1200")
		c := ask(s, nil)
		require.Error(t, c.once(t, list()))
		began := time.Now()
		err := c.insist(t, list())
		require.ErrorContains(t, err, "GET list?limit=5: the API asked for no requests for another 20m0s")
		require.Equal(t, program.ExitRetry, program.ExitCode(err))
		require.Contains(t, program.Hint(err), "when the pause is over")
		require.Zero(t, time.Since(began))
		require.Len(t, s.asked, 1)
	})
}

// TestPauses reads each way to ask for a pause, and waits it out.
func TestPauses(t *testing.T) {
	for name, test := range map[string]struct {
		header      [2]string
		least, most time.Duration
	}{
		"seconds":              {[2]string{"Retry-After", "17"}, 17 * time.Second, 17 * time.Second},
		"a date":               {[2]string{"Retry-After", "Thu, 01 Jan 2026 00:00:40 GMT"}, 40 * time.Second, 40 * time.Second},
		"a date that is past":  {[2]string{"Retry-After", "Wed, 31 Dec 2025 00:00:00 GMT"}, 0, time.Second},
		"below nothing":        {[2]string{"Retry-After", "-5"}, 0, time.Second},
		"no number":            {[2]string{"Retry-After", "soon"}, time.Minute, time.Minute},
		"NaN":                  {[2]string{"Retry-After", "NaN"}, time.Minute, time.Minute},
		"endless":              {[2]string{"Retry-After", "+Inf"}, 0, time.Second},
		"milliseconds":         {[2]string{"Retry-After", "30000000"}, 0, time.Second},
		"an epoch":             {[2]string{"X-RateLimit-Reset", "1767225625"}, 25 * time.Second, 25 * time.Second},
		"an epoch, finer":      {[2]string{"X-RateLimit-Reset", "1767225625000"}, 25 * time.Second, 25 * time.Second},
		"seconds to the reset": {[2]string{"X-RateLimit-Reset", "12"}, 12 * time.Second, 12 * time.Second},
		"not a word":           {[2]string{"X-Other", "1"}, time.Minute, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &server{began: time.Now(), answer: func(n int, _ *http.Request) *http.Response {
					if n == 1 {
						return said(429, "", test.header[0], test.header[1], "Date", "Thu, 01 Jan 2026 00:00:00 GMT")
					}
					return said(200, "{}")
				}}
				var until time.Time
				c := ask(s, func(config *api.Config) {
					config.Limits.Unsaid = time.Minute
					config.Waiting = func(t time.Time) { until = t }
				})
				require.NoError(t, c.insist(t, list()))
				require.GreaterOrEqual(t, s.asked[1], test.least)
				require.LessOrEqual(t, s.asked[1], test.most)
				require.WithinDuration(t, s.began.Add(s.asked[1]), until, time.Second)
			})
		})
	}
}

// TestPatience: who waits for a check waits less, and an API that is down costs
// the whole patience only once.
func TestPatience(t *testing.T) {
	took := func(t *testing.T, c client) time.Duration {
		began := time.Now()
		require.Error(t, c.insist(t, list()))
		return time.Since(began)
	}
	synctest.Test(t, func(t *testing.T) {
		up := false
		s := &server{answer: func(int, *http.Request) *http.Response {
			if up {
				return said(200, "{}")
			}
			return said(503, "")
		}}
		c := ask(s, nil)
		require.InDelta(t, 5, took(t, c).Minutes(), 0.1)
		require.InDelta(t, 1, took(t, c).Minutes(), 0.1)
		up = true
		require.NoError(t, c.insist(t, list()))
		up = false
		require.InDelta(t, 5, took(t, c).Minutes(), 0.1)
		brief := ask(s, func(config *api.Config) { config.Brief = true })
		require.InDelta(t, 1, took(t, brief).Minutes(), 0.1)
		none := ask(s, func(config *api.Config) { config.Patience = 0 })
		require.Zero(t, took(t, none))
	})
}

// TestDivisible: what a smaller request may do better comes back at once, without
// a hint; a chain of such requests has the patience of one.
func TestDivisible(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := always(413, "")
		c, began := ask(s, nil), time.Now()
		err := c.Insist(t.Context(), api.Tries{Divisible: true}, func() error { return c.once(t, list()) })
		require.True(t, api.Smaller(err))
		require.Zero(t, time.Since(began))
		require.False(t, api.Smaller(c.GiveUp(err)))
		c = ask(s, nil)
		err = c.Insist(t.Context(), api.Tries{Since: began.Add(-4 * time.Minute)}, func() error { return c.once(t, list()) })
		require.Error(t, err)
		require.InDelta(t, 1, time.Since(began).Minutes(), 0.1)
	})
}

// TestEndOfTheRun: what ended the run is the error, wherever a request is.
func TestEndOfTheRun(t *testing.T) {
	why := errors.New("interrupted")
	for name, s := range map[string]http.RoundTripper{
		"between attempts":       always(503, ""),
		"in a pause":             always(429, "", "Retry-After", "200"),
		"waiting for the answer": &server{answer: func(int, *http.Request) *http.Response { return nil }},
		"inside the answer": &server{answer: func(_ int, r *http.Request) *http.Response {
			return told(200, &dripping{ctx: r.Context(), piece: "{", every: time.Second, times: 1})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeoutCause(t.Context(), 20*time.Second, why)
				defer cancel()
				c, began := ask(s, nil), time.Now()
				require.Equal(t, why, c.Insist(ctx, api.Tries{}, func() error { return c.Do(ctx, list()) }))
				require.Equal(t, 20*time.Second, time.Since(began))
			})
		})
	}
}

// TestLogs: the log of the caller says that it will ask again, and why.
func TestLogs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said2 bytes.Buffer
		log := slog.New(slog.NewTextHandler(&said2, nil)).With("stream", "events")
		s := &server{answer: func(n int, _ *http.Request) *http.Response {
			if n == 1 {
				return said(503, key)
			}
			return said(200, "{}")
		}}
		c := ask(s, nil)
		call := list()
		call.About = func() []any { return []any{"endpoint", "list"} }
		require.NoError(t, c.Insist(t.Context(), api.Tries{Log: log}, func() error { return c.Do(t.Context(), call) }))
		require.Regexp(t, `level=INFO msg="will ask again" stream=events wait=\S+ cause="GET list\?limit=5: status 503: \*\*\*"\n$`, said2.String())
		require.Regexp(t, `msg=request endpoint=list status=503 rows=0 bytes=25 ms=0`, c.said.String())
	})
}

// TestClock: the server's clock is that of most answers, whatever this machine's
// says.
func TestClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dates := []time.Duration{time.Hour, time.Hour + time.Minute, 48 * time.Hour, time.Hour - time.Minute}
		s := &server{answer: func(n int, _ *http.Request) *http.Response {
			return said(200, "{}", "Date", time.Now().Add(dates[n-1]).UTC().Format(http.TimeFormat))
		}}
		c := ask(s, nil)
		require.False(t, c.Clock().Looked())
		for range dates {
			require.NoError(t, c.once(t, list()))
		}
		require.True(t, c.Clock().Looked())
		time.Sleep(time.Minute)
		require.Equal(t, time.Now().Add(time.Hour-time.Minute).UTC(), c.Clock().Now())
		require.Contains(t, c.said.String(), "answers of the API disagree about the time")
	})
}
