package reprise_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// A trickle is a body that never ends: a first piece, then one byte after each
// pause, or nothing more.
type trickle struct {
	ctx   context.Context
	first io.Reader
	every time.Duration // 0: nothing more
}

func (b *trickle) Read(p []byte) (int, error) {
	if n, _ := b.first.Read(p); n > 0 {
		return n, nil
	}
	var next <-chan time.Time
	if b.every > 0 {
		timer := time.NewTimer(b.every)
		defer timer.Stop()
		next = timer.C
	}
	select {
	case <-next:
		p[0] = ' '
		return 1, nil
	case <-b.ctx.Done():
		return 0, b.ctx.Err()
	}
}

func (b *trickle) Close() error { return nil }

// trickling answers requests whose path ends in suffix with a status and a
// trickle, others as the server does.
func trickling(suffix string, status int, begin string, every time.Duration) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			if !strings.HasSuffix(r.URL.Path, suffix) {
				return next.RoundTrip(r)
			}
			h := header("Content-Type", "application/json")
			if status == http.StatusTemporaryRedirect {
				h.Set("Location", r.URL.Path)
			}
			return &http.Response{StatusCode: status, Header: h, ContentLength: -1, Request: r,
				Body: &trickle{r.Context(), strings.NewReader(begin), every}}, nil
		})
	}
}

// TestSlowAnswers has answers that never end although something comes, or
// nothing any more, in every command: each is given up, and the run ends 1 after
// retry_minutes, with a word on the way.
func TestSlowAnswers(t *testing.T) {
	answers := map[string]func(http.RoundTripper) http.RoundTripper{
		"a token that stalls after its headers": trickling("/token", 200, "{", 0),
		"a token that drips":                    trickling("/token", 200, "{", time.Second),
		"a token's refusal that drips":          trickling("/token", 503, `{"error":"`, time.Second),
		"a token's redirect that stalls":        trickling("/token", 307, "", 0),
		"a 200 that drips":                      trickling(".json", 200, `{"data":[`, time.Second),
		"a 200 that stalls":                     trickling(".json", 200, `{"data":[`, 0),
		"a 503 that drips":                      trickling(".json", 503, `{"error":"`, time.Second),
		"a redirect that drips":                 trickling(".json", 307, "", time.Second),
	}
	commands := map[string][]string{
		"sync": nil, "test": {"--test"}, "discover": {"--discover"}, "check": {"check"}, "verify": {"verify"},
	}
	for answer, transport := range answers {
		for command, args := range commands {
			t.Run(answer+", "+command, func(t *testing.T) {
				t.Parallel()
				settledRows(t)
				synctest.Test(t, func(t *testing.T) {
					run := harness.Run{Server: settled(), Config: with(loading, harness.Config{"retry_minutes": 2})}
					if command == "verify" {
						run.State = run.Do(t).State()
					}
					run.Args, run.Transport = args, transport
					began := time.Now()
					out := run.Do(t)
					require.Equal(t, program.ExitRetry, out.Code, out.LastLine())
					require.Less(t, time.Since(began), 5*time.Minute)
					all := out.Stderr + out.Stdout
					require.Contains(t, all, "will ask again")
					require.Regexp(t, `too slow: \d+ bytes in ([12]m0s|30s)|status 503|timeout: no data for ([12]m0s|30s)`, all)
					require.Contains(t, all, "the API did not recover in time")
				})
			})
		}
	}
}

// TestSlowStretches lets the pages of one stream drip: ever shorter stretches
// are asked for, and all of them together are tried for retry_minutes.
func TestSlowStretches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := settled()
		drip := trickling(".json", 200, `{"data":[`, time.Second)
		pages := func(next http.RoundTripper) http.RoundTripper {
			slow := drip(next)
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				if r.URL.Query().Get("limit") == "50" {
					return slow.RoundTrip(r)
				}
				return next.RoundTrip(r)
			})
		}
		began := time.Now()
		out := harness.Run{Server: s, Config: with(loading, harness.Config{"retry_minutes": 15}), Select: []string{"replay_session_activity"}, Transport: pages}.Do(t)
		require.Equal(t, program.ExitRetry, out.Code, out.LastLine())
		require.Regexp(t, `too slow: 12\d bytes in 2m0s; hint: `, out.LastLine())
		require.GreaterOrEqual(t, time.Since(began), 14*time.Minute)
		require.Less(t, time.Since(began), 20*time.Minute)
		require.NotEmpty(t, lines(out, "INFO", "will ask for a shorter stretch of time"))
	})
}

// TestSlowIsEnough: answers that bring enough in any two minutes, or are whole
// by then, are taken however long they last.
func TestSlowIsEnough(t *testing.T) {
	for name, drip := range map[string]time.Duration{"small and slow": 20 * time.Second, "large and slow": 5 * time.Second} {
		t.Run(name, func(t *testing.T) {
			settledRows(t)
			synctest.Test(t, func(t *testing.T) {
				s := settled()
				s.Fault = func(r *http.Request) *emulator.Fault {
					f := &emulator.Fault{Drip: drip}
					if name == "large and slow" && r.URL.Query().Get("limit") == "50" {
						f.Rewrite = func(b []byte) []byte { return append(bytes.Repeat([]byte("\n"), 400<<10), b...) }
					}
					return f
				}
				plain := func(next http.RoundTripper) http.RoundTripper { // as many bytes come as are sent
					return roundTripper(func(r *http.Request) (*http.Response, error) {
						r.Header.Del("Accept-Encoding")
						return next.RoundTrip(r)
					})
				}
				began := time.Now()
				run := harness.Run{Server: s, Config: with(loading, harness.Config{"concurrency": 1}), Select: []string{"replay_change_feed"}}
				if name == "large and slow" {
					run.Transport = plain
				}
				out := run.Do(t)
				require.Equal(t, 0, out.Code, out.LastLine())
				taptest.Same(t, settledRows(t, "replay_change_feed"), harness.Warehouse{}.Load(t, out))
				require.Empty(t, lines(out, "INFO", "will ask again"))
				if name == "large and slow" {
					require.Greater(t, time.Since(began), 8*time.Minute)
				}
			})
		})
	}
}

// A patientLoader takes ten minutes for each piece.
type patientLoader struct{ bytes.Buffer }

func (l *patientLoader) Write(p []byte) (int, error) {
	time.Sleep(10 * time.Minute)
	return l.Buffer.Write(p)
}

// TestSlowLoader: no clock of an answer runs while the loader is slow.
func TestSlowLoader(t *testing.T) {
	settledRows(t)
	synctest.Test(t, func(t *testing.T) {
		var loader patientLoader
		out := harness.Run{Server: settled(), Config: loading, Out: &loader}.Do(t)
		require.Equal(t, 0, out.Code, out.LastLine())
		require.Empty(t, lines(out, "INFO", "will ask again"))
		out.Stdout = loader.String()
		taptest.Same(t, settledRows(t), harness.Warehouse{}.Load(t, out))
	})
}
