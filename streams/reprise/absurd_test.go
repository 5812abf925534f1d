package reprise_test

import (
	"bytes"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// TestPausesThatCannotBeMeant has one refusal with a pause that makes no sense:
// it is not believed, one warning says so, and the run goes on.
func TestPausesThatCannotBeMeant(t *testing.T) {
	for name, test := range some(map[string]struct {
		name, value string
		doubted     bool
	}{
		"720 hours":                {"Retry-After", "2592000", true},
		"a minute in milliseconds": {"Retry-After", "60000", true},
		"half an hour in ms":       {"Retry-After", "1800000", true},
		"a date far off":           {"Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT", true},
		"more than a number holds": {"Retry-After", "1e999", true},
		"endless":                  {"Retry-After", "Infinity", true},
		"no number":                {"Retry-After", "NaN", false},
		"negative":                 {"Retry-After", "-1e300", false},
		"a year":                   {"X-Ratelimit-Reset", "31536000", true},
		"an epoch that is far off": {"X-Ratelimit-Reset", "4102444800", true},
		"an epoch that has passed": {"X-Ratelimit-Reset", "1000000001", false},
		"nothing":                  {"X-Ratelimit-Reset", "", false},
	}, 3) {
		for _, status := range []int{429, 503} {
			t.Run(name+" with "+strconv.Itoa(status), func(t *testing.T) {
				t.Parallel()
				settledRows(t)
				synctest.Test(t, func(t *testing.T) {
					s := settled()
					s.Fault = numbered(func(n int, _ *http.Request) *emulator.Fault {
						if n == 8 || n == 12 {
							return &emulator.Fault{Status: status, Header: header(test.name, test.value)}
						}
						return nil
					})
					began := time.Now()
					out := harness.Run{Server: s, Config: loading}.Do(t)
					require.Equal(t, 0, out.Code, out.LastLine())
					taptest.Same(t, settledRows(t), harness.Warehouse{}.Load(t, out))
					require.Less(t, time.Since(began), time.Minute)
					warnings := lines(out, "WARNING", "the API asks for a pause that it cannot mean")
					require.Len(t, warnings, map[bool]int{true: 1}[test.doubted])
				})
			})
		}
	}
}

// TestResetInMilliseconds waits until an epoch that is given in milliseconds.
func TestResetInMilliseconds(t *testing.T) {
	settledRows(t)
	synctest.Test(t, func(t *testing.T) {
		s := settled()
		s.Ticks = true
		var asked []time.Time
		s.Fault = func(*http.Request) *emulator.Fault {
			if asked = append(asked, time.Now()); len(asked) == 8 {
				return &emulator.Fault{Status: 429, Header: header("X-Ratelimit-Reset", strconv.FormatInt(s.Now().Add(25*time.Second).UnixMilli(), 10))}
			}
			return nil
		}
		out := harness.Run{Server: s, Config: with(loading, harness.Config{"concurrency": 1}), Select: []string{"replay_session_activity"}}.Do(t)
		require.Equal(t, 0, out.Code, out.LastLine())
		require.InDelta(t, 25, asked[8].Sub(asked[7]).Seconds(), 2)
	})
}

// TestImpossibleTimes has answers, one or all, dated when no server was or will
// be, or kept for longer than any cache does: they set no clock, and every row
// is read.
func TestImpossibleTimes(t *testing.T) {
	for name, h := range map[string]http.Header{
		"1970":                        header("Date", "Thu, 01 Jan 1970 00:00:00 GMT"),
		"9999":                        header("Date", "Fri, 31 Dec 9999 23:59:59 GMT"),
		"no date":                     header("Date", "yesterday"),
		"an age of 3,000 years":       header("Age", "99999999999"),
		"an age beyond what is meant": header("Age", "99999999999999999999999"),
		"a negative age":              header("Age", "-5"),
		"a retry in an answer":        header("Retry-After", "2592000"),
	} {
		t.Run(name, func(t *testing.T) {
			settledRows(t)
			synctest.Test(t, func(t *testing.T) {
				s := settled()
				// This machine's clock is right: it may have to do.
				time.Sleep(time.Until(s.Now()))
				s.Fault = func(r *http.Request) *emulator.Fault {
					f := &emulator.Fault{Header: h}
					if r.URL.Path == emulator.TokenPath { // nothing else tells the time
						f.Rewrite = func(b []byte) []byte { return bytes.Replace(b, []byte(`"expires_at"`), []byte(`"expires_on"`), 1) }
					}
					return f
				}
				run := harness.Run{Server: s, Config: smallPages, Select: []string{"replay_session_activity"}}
				out := run.Do(t)
				require.Equal(t, 0, out.Code, out.LastLine())
				taptest.Same(t, harness.Truth(t, s, harness.Span{}, "replay_session_activity"), harness.Warehouse{}.Load(t, out))
				run.State = out.State()
				s.Fault = nil
				s.Advance(day)
				again := run.Do(t)
				require.Equal(t, 0, again.Code, again.LastLine())
				require.Empty(t, lines(again, "WARNING", "the bookmark lies in the future"))
			})
		})
	}
}
