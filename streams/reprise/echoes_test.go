package reprise_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
)

// echoKey and echoSalt are secrets that nothing but the config holds.
const (
	echoKey  = "rprswh_echo_4f9c1/2+3"
	echoSalt = "salt of 7 \"grains\""
)

// raw is what a terminal obeys, and what turns or hides its neighbours.
const raw = "\x1b[31m\x1b]0;title\x07\u009b31m\x7f\u202e\u2066\u200f\u061c\u2028\u200b\r\n"

// echoes are the ways by which text of the API gets out: what they do to an
// answer, text being the secrets among raw.
var echoes = map[string]func(a *http.Response, body []byte, text string) []byte{
	"an error in JSON": func(a *http.Response, _ []byte, text string) []byte {
		a.StatusCode = 400
		return object("error", text)
	},
	"an error in JSON of another form": func(a *http.Response, _ []byte, text string) []byte {
		a.StatusCode = 500
		return object("detail", text)
	},
	"an error in plain text": func(a *http.Response, _ []byte, text string) []byte {
		a.StatusCode = 503
		return []byte(text)
	},
	"an error that is cut in the secret": func(a *http.Response, _ []byte, text string) []byte {
		a.StatusCode = 404
		return []byte(text[:len(text)-len(raw)-4])
	},
	"a page with 200": func(a *http.Response, _ []byte, text string) []byte {
		a.Header.Set("Content-Type", "text/html")
		return []byte("<html><p>" + text + "</p></html>")
	},
	"a text with 200": func(a *http.Response, _ []byte, text string) []byte {
		a.Header.Set("Content-Type", "text/plain")
		return []byte(text)
	},
	"a JSON text with 200": func(_ *http.Response, _ []byte, text string) []byte {
		line, _ := json.Marshal(text)
		return line
	},
	"the status line": func(a *http.Response, _ []byte, text string) []byte {
		a.StatusCode, a.Status = 418, "418 "+text
		return nil
	},
	"an exception in a 200": func(_ *http.Response, body []byte, text string) []byte {
		return append(bytes.TrimSuffix(bytes.TrimSpace(body), []byte("}")), append([]byte(","), object("exception", text)[1:]...)...)
	},
	"an exception behind cut JSON": func(_ *http.Response, body []byte, text string) []byte {
		return append(body[:len(body)/2], "Code: 241. DB::Exception: "+text...)
	},
	"the names of columns": func(_ *http.Response, body []byte, text string) []byte {
		return rewriteMeta(body, func(m map[string]string) { m["name"] += text })
	},
	"the name of a column that comes later": func(a *http.Response, body []byte, text string) []byte {
		if a.Request.URL.Query().Get("limit") == "1" {
			return body
		}
		return rewriteMeta(body, func(m map[string]string) {
			if m["name"] == "activity_type" || m["name"] == "seconds" {
				m["name"] = text
			}
		})
	},
	"the types of columns": func(_ *http.Response, body []byte, text string) []byte {
		return rewriteMeta(body, func(m map[string]string) { m["type"] += text })
	},
	"the type of a column": func(_ *http.Response, body []byte, text string) []byte {
		return rewriteMeta(body, func(m map[string]string) {
			if strings.HasSuffix(m["name"], "_type") {
				m["type"] = "Odd(" + text + ")"
			}
		})
	},
	"the type of a clock": func(_ *http.Response, body []byte, text string) []byte {
		return rewriteMeta(body, func(m map[string]string) {
			if strings.HasSuffix(m["name"], "created_at") {
				m["type"] = "Tuple(`" + text + "` UInt8)"
			}
		})
	},
	"rows that are no JSON": func(_ *http.Response, body []byte, text string) []byte {
		return bytes.Replace(body, []byte(`"data":`), []byte(`"data": [{"`+text+`": nan "`+text+`", `), 1)
	},
	"rows that break off": func(_ *http.Response, body []byte, text string) []byte {
		return []byte(`{"meta": [], "data": [{"a": "` + text)
	},
	"a name in place of the documented ones": func(_ *http.Response, _ []byte, text string) []byte {
		return object(text, text)
	},
	"Retry-After": func(a *http.Response, _ []byte, text string) []byte {
		a.StatusCode = 429
		a.Header.Set("Retry-After", text)
		a.Header.Set("X-RateLimit-Reset", text)
		return nil
	},
	"Date, Age and Content-Type": func(a *http.Response, body []byte, text string) []byte {
		for _, name := range []string{"Date", "Age", "Content-Type"} {
			a.Header.Set(name, text)
		}
		return []byte("[" + text)
	},
	"Content-Encoding": func(a *http.Response, body []byte, text string) []byte {
		a.Header.Set("Content-Encoding", text)
		return body
	},
	"a redirect elsewhere": func(a *http.Response, _ []byte, text string) []byte {
		a.StatusCode = 307
		_, secret, _ := strings.Cut(text, "Bearer ")
		secret, _, _ = strings.Cut(secret, raw)
		a.Header.Set("Location", "https://"+strings.ReplaceAll(secret, " ", "-")+"/"+url.PathEscape(text))
		return nil
	},
	"a redirect to nowhere": func(a *http.Response, _ []byte, text string) []byte {
		a.StatusCode = 302
		a.Header.Set("Location", "ht tp://"+text)
		return nil
	},
	"an address that is none in the token's answer": func(_ *http.Response, body []byte, text string) []byte {
		return rewriteAddress(body, "gopher://"+text+"/v0/pipes/")
	},
	"an address in the token's answer": func(_ *http.Response, body []byte, text string) []byte {
		return rewriteAddress(body, "https://"+text[strings.LastIndex(text, raw)+len(raw):]+"/v0/pipes/a.json")
	},
}

func object(name, value string) []byte {
	text, _ := json.Marshal(map[string]string{name: value})
	return text
}

// rewriteAddress changes the address in a token's answer.
func rewriteAddress(body []byte, address string) []byte {
	line, _ := json.Marshal(address)
	return regexp.MustCompile(`"api_url": *"[^"]*"`).ReplaceAllLiteral(body, append([]byte(`"api_url": `), line...))
}

// rewriteMeta changes what an answer says of each column, and nothing else.
func rewriteMeta(body []byte, change func(m map[string]string)) []byte {
	var whole map[string]json.RawMessage
	var meta []map[string]string
	if json.Unmarshal(body, &whole) != nil || json.Unmarshal(whole["meta"], &meta) != nil {
		return body
	}
	for _, m := range meta {
		change(m)
	}
	whole["meta"], _ = json.Marshal(meta)
	body, _ = json.Marshal(whole)
	return body
}

// An echo answers with the secrets that it was sent. The first answers of each
// pipe are as they are, and after them a new token is wanted, so that an
// earlier one is among the secrets.
type echo struct {
	http.RoundTripper
	change func(a *http.Response, body []byte, text string) []byte
	secret func(seen []string) string
	from   int // the first request that is answered so

	asked int
	seen  []string
}

func (e *echo) RoundTrip(req *http.Request) (*http.Response, error) {
	e.asked++
	if jwt := strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer "); jwt != echoKey && (len(e.seen) == 0 || e.seen[len(e.seen)-1] != jwt) {
		e.seen = append(e.seen, jwt)
	}
	a, err := e.RoundTripper.RoundTrip(req)
	if err != nil || e.asked < e.from || len(e.seen) == 0 {
		return a, err
	}
	secret := e.secret(e.seen)
	body, err := io.ReadAll(a.Body)
	if err != nil {
		return nil, err
	}
	a.Body.Close()
	a.Header.Del("Content-Length")
	body = e.change(a, body, "about "+raw+" Bearer "+secret+raw+secret)
	a.Body, a.ContentLength = io.NopCloser(bytes.NewReader(body)), -1
	return a, nil
}

// TestNothingEchoedGetsOut repeats each secret, among what a terminal obeys, in
// each way that the API has to say something, whatever asks: no byte of a
// secret may be on stdout or stderr, and nothing raw outside of records.
func TestNothingEchoedGetsOut(t *testing.T) {
	dir := t.TempDir()
	state := filepath.Join(dir, "state.json")
	commands := map[string][]string{
		"sync": {}, "discover": {"--discover"}, "test": {"--test"}, "verify": {"verify", "--state", state},
		"source check": {"check"}, "source discover": {"discover"}, "source read": {"read", "--catalog", filepath.Join(dir, "configured.json")},
	}
	secrets := map[string]func(seen []string) string{
		"key":           func([]string) string { return echoKey },
		"salt":          func([]string) string { return echoSalt },
		"token":         func(seen []string) string { return seen[len(seen)-1] },
		"earlier token": func(seen []string) string { return seen[0] },
	}
	streams := []string{"replay_session_activity", "replay_metrics"}
	config := with(loading, harness.Config{"api_key": echoKey, "viewer_data": "hashed", "viewer_data_salt": echoSalt, "retry_minutes": 1, "concurrency": 1,
		"end_date": "2026-07-04"})
	account := func() *emulator.Server {
		s := settled()
		s.Key = echoKey
		return s
	}
	synctest.Test(t, func(t *testing.T) {
		first := harness.Run{Server: account(), Config: config, Select: streams}.Do(t)
		require.Zero(t, first.Code, first.Stderr)
		require.NoError(t, os.WriteFile(state, []byte(first.State()), 0o600))
	})
	var configured []string
	for _, name := range streams {
		configured = append(configured, fmt.Sprintf(`{"stream": {"name": %q, "json_schema": {}}, "sync_mode": "incremental", "destination_sync_mode": "append"}`, name))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "configured.json"), []byte(`{"streams": [`+strings.Join(configured, ",")+`]}`), 0o600))

	for way, change := range echoes {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			said, n := false, len(way)
			for _, command := range slices.Sorted(maps.Keys(commands)) {
				for _, kind := range slices.Sorted(maps.Keys(secrets)) {
					for _, from := range []int{1, 9} {
						if n++; n%(3*share-2) != 0 {
							continue
						}
						name := fmt.Sprintf("%s, %s, from request %d on", command, kind, from)
						out, used := echoed(t, harness.Run{Server: account(), Config: config, Args: commands[command],
							Environ: []string{"LOGLEVEL=DEBUG"}, Select: streams}, &echo{change: change, secret: secrets[kind], from: from})
						said = said || out.Stderr != "" && used != ""
						holdsNothing(t, name, out, append([]string{echoKey, echoSalt}, used))
					}
				}
			}
			require.True(t, said)
		})
	}
}

// echoed runs r behind e, as a connector of Airbyte's where the command is of
// its kind, and returns a secret that was echoed.
func echoed(t *testing.T, r harness.Run, e *echo) (out harness.Output, used string) {
	synctest.Test(t, func(t *testing.T) {
		r.Server.Fault = numbered(func(n int, _ *http.Request) *emulator.Fault {
			if n == 5 {
				r.Server.RevokeTokens()
			}
			return nil
		})
		r.Transport = func(inner http.RoundTripper) http.RoundTripper { e.RoundTripper = inner; return e }
		if len(r.Args) > 0 && (r.Args[0] == "check" || r.Args[0] == "discover" || r.Args[0] == "read") {
			r.Select = nil
		}
		out = r.Do(t)
	})
	if len(e.seen) > 0 {
		used = e.secret(e.seen)
	}
	return out, used
}

// rawText is what must reach neither a terminal nor a file of text as it is.
var rawText = regexp.MustCompile(`[\x00-\x08\x0b-\x1f\x7f\x{80}-\x{9f}\x{202a}-\x{202e}\x{2066}-\x{2069}\x{200b}-\x{200f}\x{061c}\x{2028}\x{2029}]`)

// holdsNothing fails where out holds more than a few bytes of a secret, in
// whatever spelling, or a raw character outside of records.
func holdsNothing(t *testing.T, name string, out harness.Output, secrets []string) {
	t.Helper()
	for line := range strings.Lines(out.Stdout + out.Stderr) {
		if strings.HasPrefix(line, `{"type":"RECORD"`) {
			continue
		}
		require.NotRegexp(t, rawText, line, name)
		for _, secret := range secrets {
			if secret == "" {
				continue
			}
			quoted, _ := json.Marshal(secret)
			for _, spelling := range []string{secret, string(quoted[1 : len(quoted)-1]), secret[:min(12, len(secret))], secret[max(0, len(secret)-12):]} {
				require.NotContains(t, line, spelling, name)
			}
		}
	}
}
