package reprise_test

import (
	"bytes"
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

// TestToken follows the token through a run: how many are issued, and what
// happens when one is refused.
func TestToken(t *testing.T) {
	for name, test := range map[string]struct {
		server func(s *emulator.Server)
		tokens int
		code   int
		last   string // in the last line of stderr
		failed []string
	}{
		"one is enough for a run": {tokens: 1},
		"one without an expiry": {
			server: func(s *emulator.Server) { rewriteToken(s, `"expires_at": `, `"expires_on": `) }, tokens: 1,
		},
		"one that has expired long ago by its own word": {
			server: func(s *emulator.Server) { rewriteToken(s, `"expires_at": `, `"expires_at": 1.0e9, "was": `) }, tokens: 1,
		},
		"one whose expiry is in milliseconds": {
			server: func(s *emulator.Server) {
				rewriteToken(s, `,
  "api_url"`, `000,
  "api_url"`)
			}, tokens: 1,
		},
		"a pipe newer than the token gets another": {
			server: func(s *emulator.Server) { s.Fresh = []string{"replay_metrics"} }, tokens: 2,
		},
		"one that is revoked in between is issued again, once": {
			server: func(s *emulator.Server) { at(s, 12, func() { s.RevokeTokens() }) }, tokens: 2,
		},
		"two that are revoked in between are issued again, each once": {
			server: func(s *emulator.Server) { at(s, 12, s.RevokeTokens); at(s, 40, s.RevokeTokens) }, tokens: 3,
		},
		"a new one that is refused as well ends the run": {
			server: func(s *emulator.Server) { from(s, 12, emulator.Fault{Status: 403}) }, code: program.ExitAuth,
			last: "Invalid authentication token", failed: harness.Streams,
		},
		"a forbidden pipe fails alone": {
			server: func(s *emulator.Server) { s.Forbidden = []string{"replay_session_summary"} }, code: program.ExitAuth,
			last: "read replay_session_summary", failed: []string{"replay_session_summary"}, tokens: 2,
		},
		"a wrong key": {
			server: func(s *emulator.Server) { s.Key = "rprswh_another" }, tokens: 1, code: program.ExitAuth,
			last: "invalid_or_revoked_key; hint: the API key is wrong", failed: harness.Streams,
		},
		"a key without access": {
			server: func(s *emulator.Server) { s.NoAccess, s.Key = s.Key, "" }, tokens: 1, code: program.ExitAuth,
			last: "api_access_not_enabled; hint: this account has no Data API access", failed: harness.Streams,
		},
		"a server that is not configured": {
			server: func(s *emulator.Server) { s.Unconfigured = true }, code: program.ExitRetry,
			last: "warehouse_jwt_not_configured", failed: harness.Streams,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settledRows(t)
			synctest.Test(t, func(t *testing.T) {
				s := settled()
				time.Sleep(time.Until(s.Now()))
				run := harness.Run{Server: s, Config: with(loading, harness.Config{"api_key": s.Key, "concurrency": 1})}
				if test.server != nil {
					test.server(s)
				}
				out := run.Do(t)
				require.Equal(t, test.code, out.Code, out.LastLine())
				require.Contains(t, out.LastLine(), test.last)
				if test.tokens > 0 {
					require.Equal(t, test.tokens, tokens(s))
				}
				got := harness.Warehouse{}.Load(t, out)
				for _, stream := range harness.Streams {
					if !contains(test.failed, stream) {
						taptest.Same(t, settledRows(t, stream), got.Only(stream))
					}
				}
			})
		})
	}
}

// at does something when the n-th request arrives.
func at(s *emulator.Server, n int, do func()) {
	before := s.Fault
	s.Fault = numbered(func(asked int, r *http.Request) *emulator.Fault {
		if asked == n {
			do()
		}
		if before != nil {
			return before(r)
		}
		return nil
	})
}

// rewriteToken changes the token's answers.
func rewriteToken(s *emulator.Server, old, text string) {
	s.Fault = func(r *http.Request) *emulator.Fault {
		if r.URL.Path != emulator.TokenPath {
			return nil
		}
		return &emulator.Fault{Rewrite: func(b []byte) []byte { return bytes.ReplaceAll(b, []byte(old), []byte(text)) }}
	}
}

// from breaks every data request from the n-th request on.
func from(s *emulator.Server, n int, f emulator.Fault) {
	s.Fault = numbered(func(asked int, r *http.Request) *emulator.Fault {
		if asked >= n && r.URL.Path != emulator.TokenPath {
			return &f
		}
		return nil
	})
}

func tokens(s *emulator.Server) int {
	n := 0
	for _, r := range s.Requests() {
		if r.Path == emulator.TokenPath {
			n++
		}
	}
	return n
}

// TestTokenRenewal lets requests take so long that tokens end within the run:
// each is renewed before the API has to refuse it.
func TestTokenRenewal(t *testing.T) {
	settledRows(t)
	synctest.Test(t, func(t *testing.T) {
		s := settled()
		s.Ticks, s.Dialect.TokenLife = true, 10*time.Minute
		s.Fault = func(*http.Request) *emulator.Fault { return &emulator.Fault{Stall: 40 * time.Second} }
		out := harness.Run{Server: s, Config: loading}.Do(t)
		require.Equal(t, 0, out.Code, out.LastLine())
		taptest.Same(t, settledRows(t), harness.Warehouse{}.Load(t, out))
		for _, r := range s.Requests() {
			require.Equal(t, http.StatusOK, r.Status, r.Path)
		}
		lasted := s.Requests()[len(s.Requests())-1].At.Sub(s.Requests()[0].At)
		require.Greater(t, lasted, 20*time.Minute)
		require.LessOrEqual(t, tokens(s), int(lasted/(9*time.Minute))+1)
	})
}

// TestTokenIsSharedByRequests revokes the token while several requests are
// under way: they get one new token together.
func TestTokenIsSharedByRequests(t *testing.T) {
	settledRows(t)
	synctest.Test(t, func(t *testing.T) {
		s := settled()
		s.Fault = func(*http.Request) *emulator.Fault { return &emulator.Fault{Stall: time.Second} }
		at(s, 60, s.RevokeTokens)
		out := harness.Run{Server: s, Config: with(loading, harness.Config{"concurrency": 8})}.Do(t)
		require.Equal(t, 0, out.Code, out.LastLine())
		require.Equal(t, 2, tokens(s))
		taptest.Same(t, settledRows(t), harness.Warehouse{}.Load(t, out))
	})
}

// TestAddresses checks where requests go, and that no secret goes elsewhere.
func TestAddresses(t *testing.T) {
	for name, test := range map[string]struct {
		api    string
		config harness.Config
		hosts  []string // of data requests
		code   int
		last   string
	}{
		"the directory of api_url":             {api: "https://api.eu-west.example", hosts: []string{"api.eu-west.example"}},
		"base_url in the place of api_url":     {config: harness.Config{"base_url": "https://pipes.example/v0/pipes/"}, hosts: []string{"pipes.example"}},
		"base_url without a slash at its end":  {config: harness.Config{"base_url": "https://pipes.example/v0/pipes"}, hosts: []string{"pipes.example"}},
		"loopback in the clear":                {api: "http://127.0.0.1:1234", hosts: []string{"127.0.0.1:1234"}},
		"api_url in the clear":                 {api: "http://api.example", code: program.ExitConfig, last: "hint: set base_url"},
		"api_url that is none":                 {api: "over there", code: program.ExitConfig, last: "hint: set base_url"},
		"base_url in the clear":                {config: harness.Config{"base_url": "http://pipes.example/"}, code: program.ExitConfig, last: "base_url"},
		"token_url in the clear":               {config: harness.Config{"token_url": "http://app.example/token"}, code: program.ExitConfig, last: "token_url"},
		"base_url with a password in it":       {config: harness.Config{"base_url": "http://user:hidden@pipes.example/"}, code: program.ExitConfig, last: "base_url"},
		"base_url that leads nowhere":          {config: harness.Config{"base_url": "https://pipes.example/v1/"}, hosts: []string{"pipes.example"}, code: program.ExitConfig, last: "hint: check base_url"},
		"token_url that leads nowhere":         {config: harness.Config{"token_url": "https://app.example/token"}, code: program.ExitConfig, last: "hint: check token_url"},
		"token_url at another host":            {config: harness.Config{"token_url": "https://app.example" + emulator.TokenPath}, hosts: []string{"api.us-east.tinybird.co"}},
		"base_url at localhost, in the clear":  {config: harness.Config{"base_url": "http://localhost:99/v0/pipes/"}, hosts: []string{"localhost:99"}},
		"base_url at a host that sounds local": {config: harness.Config{"base_url": "http://localhost.example/v0/pipes/"}, code: program.ExitConfig, last: "base_url"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := settled()
				if test.api != "" {
					s.APIURL = test.api
				}
				seen := newSpy()
				out := harness.Run{Server: s, Config: with(loading, test.config), Select: []string{"replay_change_feed"}, Transport: seen.over}.Do(t)
				require.Equal(t, test.code, out.Code, out.LastLine())
				require.Contains(t, out.LastLine(), test.last)
				require.Equal(t, test.hosts, seen.dataHosts())
				require.NotContains(t, out.Stderr, "hidden")
			})
		})
	}
}

// TestRedirects lets the API send requests elsewhere. Another host, or the
// same one in the clear, gets nothing.
func TestRedirects(t *testing.T) {
	for name, to := range map[string]string{
		"to another host":       "https://elsewhere.example/v0/pipes/replay_change_feed.json",
		"to another port":       "https://api.us-east.tinybird.co:444/v0/pipes/replay_change_feed.json",
		"to the same, in clear": "http://api.us-east.tinybird.co/v0/pipes/replay_change_feed.json",
		"to a host below":       "https://a.api.us-east.tinybird.co/v0/pipes/replay_change_feed.json",
	} {
		for _, path := range []string{emulator.TokenPath, "/v0/pipes/replay_change_feed.json"} {
			t.Run(name+" from "+path, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := settled()
					s.Fault = func(r *http.Request) *emulator.Fault {
						if r.URL.Path == path {
							return &emulator.Fault{Status: 307, Header: header("Location", to)}
						}
						return nil
					}
					seen := newSpy()
					out := harness.Run{Server: s, Config: loading, Select: []string{"replay_change_feed"}, Transport: seen.over}.Do(t)
					require.NotZero(t, out.Code)
					require.Contains(t, out.LastLine(), "redirect")
					for _, address := range seen.addresses() {
						require.True(t, strings.HasPrefix(address, "https://app.getreprise.com/") || strings.HasPrefix(address, "https://api.us-east.tinybird.co/"), address)
					}
				})
			})
		}
	}
}

// TestRedirectWithinAHost is followed, with the token.
func TestRedirectWithinAHost(t *testing.T) {
	settledRows(t)
	synctest.Test(t, func(t *testing.T) {
		s := settled()
		s.Fault = func(r *http.Request) *emulator.Fault {
			if old, ok := strings.CutPrefix(r.URL.Path, "/old/"); ok {
				return &emulator.Fault{Status: 307, Header: header("Location", "/v0/pipes/"+old+"?"+r.URL.RawQuery)}
			}
			return nil
		}
		config := with(loading, harness.Config{"base_url": "https://api.example/old/"})
		out := harness.Run{Server: s, Config: config, Select: []string{"replay_change_feed"}}.Do(t)
		require.Equal(t, 0, out.Code, out.LastLine())
		taptest.Same(t, settledRows(t, "replay_change_feed"), harness.Warehouse{}.Load(t, out))
	})
}
