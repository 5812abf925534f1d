package reprise_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// TestErrorBodies shows the API's own words, whatever their form, on the one
// last line of stderr.
func TestErrorBodies(t *testing.T) {
	for name, test := range map[string]struct {
		body, shown string
		hidden      string
	}{
		"the documented form":         {body: `{"error":"start_timestamp (String) query param is required"}`, shown: "status 400: start_timestamp (String) query param is required; hint:"},
		"with a link to the manual":   {body: `{"error":"bad limit","documentation":"https://docs.example"}`, shown: "status 400: bad limit; hint:", hidden: "docs.example"},
		"plain text":                  {body: "Unauthorized pipe\n", shown: "status 400: Unauthorized pipe; hint:"},
		"lines and tabs":              {body: "{\"error\":\"first\\n\\tsecond\\r\\nthird\"}", shown: "status 400: first second third; hint:"},
		"another object":              {body: `{"message": "nope",  "code": 7}`, shown: `status 400: {"message": "nope", "code": 7}; hint:`},
		"an error that is an object":  {body: `{"error": {"code": 7}}`, shown: `status 400: {"error": {"code": 7}}; hint:`},
		"HTML":                        {body: "<html>\r\n<h1>Bad Request</h1>\r\n</html>", shown: "status 400: Bad Request; hint:"},
		"a very long text":            {body: strings.Repeat("long ", 10_000) + "the end", shown: "status 400: long long", hidden: "the end"},
		"longer than what is read":    {body: strings.Repeat("long ", 100_000), shown: "status 400: long long", hidden: "larger"},
		"letters of many bytes, long": {body: `{"error":"` + strings.Repeat("ж", 500) + `"}`, shown: "status 400: жжж"},
		"not UTF-8":                   {body: "bad \xff\xfe byte", shown: "status 400: bad "},
		"control characters":          {body: "ring \x07 \x1b[31mred", shown: "status 400: ring", hidden: "\x1b"},
		"broken JSON":                 {body: `{"error":"half`, shown: `status 400: {"error":"half; hint:`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := settled()
				from(s, 8, emulator.Fault{Status: 400, Body: test.body})
				out := harness.Run{Server: s, Config: loading, Select: []string{"replay_session_activity"}}.Do(t)
				require.Equal(t, program.ExitConfig, out.Code, out.LastLine())
				require.Regexp(t, `^CRITICAL read replay_session_activity after .*GET replay_session_activity\.json\?`, out.LastLine())
				require.Contains(t, out.LastLine(), test.shown)
				require.Less(t, len(out.LastLine()), 1500)
				if test.hidden != "" {
					require.NotContains(t, out.LastLine(), test.hidden)
				}
			})
		})
	}
}

// TestSecrets looks for keys, tokens and the salt in every byte that a run
// writes and in every address that it asks, in runs that go wrong in every
// way, with debug logs on. Each warning and each error of them is one that
// docs/errors.md lists.
func TestSecrets(t *testing.T) {
	listed := listedErrors(t)
	config := with(loading, harness.Config{"viewer_data": "hashed", "viewer_data_salt": "salt-that-nobody-knows", "retry_minutes": 1})
	for name, trouble := range some(troubles, 2) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := settled()
				s.Fault = numbered(func(n int, r *http.Request) *emulator.Fault {
					if n > 9 || r.URL.Path == emulator.TokenPath && n > 1 {
						return &trouble.fault
					}
					return nil
				})
				at(s, 10, s.RevokeTokens)
				seen := newSpy()
				out := harness.Run{Server: s, Config: with(config, harness.Config{"concurrency": 1}), Transport: seen.over, Environ: []string{"LOGLEVEL=DEBUG"},
					Select: []string{"replay_session_activity", "replay_metrics"}}.Do(t)
				secrets := append(seen.secrets(), "salt-that-nobody-knows")
				require.GreaterOrEqual(t, len(secrets), 3, "a key, a token and the salt")
				for _, line := range slices.Concat(out.Lines("WARNING "), out.Lines("ERROR "), out.Lines("CRITICAL ")) {
					require.Regexp(t, listed, line)
				}
				for _, secret := range secrets {
					require.NotContains(t, out.Stderr, secret)
					require.NotContains(t, out.Stdout, secret)
					for _, address := range seen.addresses() {
						require.NotContains(t, address, secret)
					}
				}
			})
		})
	}
}

// listedErrors matches every line that docs/errors.md lists, by how it begins.
func listedErrors(t *testing.T) *regexp.Regexp {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(taptest.Root(t), "docs", "errors.md"))
	require.NoError(t, err)
	var begins []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(string(page), -1) {
		if m[1] != "…: …" {
			begins = append(begins, strings.ReplaceAll(regexp.QuoteMeta(m[1]), "…", ".*"))
		}
	}
	require.Greater(t, len(begins), 100)
	return regexp.MustCompile(`^[A-Z]+ (` + strings.Join(begins, "|") + ")")
}

// TestEchoedSecrets lets the API repeat in its error what it was sent.
func TestEchoedSecrets(t *testing.T) {
	for _, path := range []string{emulator.TokenPath, "/v0/pipes/replay_change_feed.json"} {
		t.Run(path, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := settled()
				s.Fault = func(r *http.Request) *emulator.Fault {
					if r.URL.Path == path {
						return &emulator.Fault{Status: 400, Body: "cannot use " + r.Header.Get("Authorization") + " here"}
					}
					return nil
				}
				seen := newSpy()
				out := harness.Run{Server: s, Config: loading, Select: []string{"replay_change_feed"}, Transport: seen.over}.Do(t)
				require.Equal(t, program.ExitConfig, out.Code)
				require.Contains(t, out.LastLine(), "cannot use Bearer *** here")
				for _, secret := range seen.secrets() {
					require.NotContains(t, out.Stderr, secret)
				}
			})
		})
	}
}
