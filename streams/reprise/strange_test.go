package reprise_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
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

// An odd answer stands in the place of the API's.
type odd struct {
	kind, encoding string // Content-Type, Content-Encoding
	body           string
	status         int
	header         http.Header
}

// answering gives every request whose path ends in suffix an odd answer.
func answering(suffix string, a odd) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			if !strings.HasSuffix(r.URL.Path, suffix) {
				return next.RoundTrip(r)
			}
			s := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for name, values := range a.header {
					w.Header()[name] = values
				}
				w.Header()["Content-Type"] = []string{a.kind}
				if a.encoding != "" {
					w.Header().Set("Content-Encoding", a.encoding)
				}
				w.WriteHeader(max(a.status, 200))
				_, _ = w.Write([]byte(a.body))
			})
			return handled(r, s), nil
		})
	}
}

// handled is what a handler answers.
func handled(r *http.Request, h http.Handler) *http.Response {
	w := &recorder{header: http.Header{}}
	h.ServeHTTP(w, r)
	return &http.Response{StatusCode: w.status, Status: strconv.Itoa(w.status), Header: w.header, ContentLength: int64(w.Len()), Request: r,
		Body: readCloser{bytes.NewReader(w.Bytes())}}
}

type recorder struct {
	bytes.Buffer
	header http.Header
	status int
}

func (w *recorder) Header() http.Header    { return w.header }
func (w *recorder) WriteHeader(status int) { w.status = status }

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }

// TestStrangeAnswers has something else than the API answer: it is shown in a
// few words, and what will not pass is not waited for.
func TestStrangeAnswers(t *testing.T) {
	const signIn = `<!DOCTYPE html><html><head><style>a{b}</style><title>Sign in
		to the network</title></head><body><script>var x = "<p>"</script>&amp; wait</body></html>`
	for name, test := range map[string]struct {
		odd   odd
		shown string
		code  int
	}{
		"a page for people":          {odd{kind: "text/html; charset=utf-8", body: signIn}, "answer is text/html, not JSON: Sign in to the network & wait", program.ExitConfig},
		"a page that says it is not": {odd{kind: "application/json", body: signIn}, "answer is text/html, not JSON: Sign in to the network & wait", program.ExitConfig},
		"a page that is cut":         {odd{kind: "text/html", body: "<html><h1>Blocked</h1><a href='x"}, "not JSON: Blocked; hint:", program.ExitConfig},
		"a page with a long word":    {odd{kind: "text/html", body: "<p>Hi " + strings.Repeat("a1", 40) + " you</p>"}, "not JSON: Hi … you;", program.ExitConfig},
		"a page in UTF-16":           {odd{kind: "text/plain", body: "\xff\xfeh\x00i\x00"}, "answer is text in UTF-16, not JSON", program.ExitConfig},
		"brotli":                     {odd{kind: "application/json", encoding: "br", body: "\x8b\x02\x80"}, "answer is compressed as brotli (br), although only gzip was asked for", program.ExitConfig},
		"zstd":                       {odd{kind: "application/json", encoding: "zstd", body: "\x28\xb5\x2f\xfd"}, "compressed as zstd", program.ExitConfig},
		"deflate within gzip":        {odd{kind: "application/json", encoding: "deflate, gzip", body: "x"}, "compressed as deflate", program.ExitConfig},
		"zstd that is not named":     {odd{kind: "application/json", body: "\x28\xb5\x2f\xfd\x00\x01\x02"}, "answer is compressed as zstd, not JSON", program.ExitConfig},
		"binary":                     {odd{kind: "application/json", body: "\x8b\x02\x80\x00\x01\x02\x03"}, "answer is binary data, perhaps compressed as brotli, not JSON", program.ExitConfig},
		"plain text":                 {odd{kind: "text/plain", body: "upstream connect \x1b[31m error"}, `answer is text/plain, not JSON: upstream connect \x1b[31m error`, program.ExitRetry},
		"plain text as gzip":         {odd{kind: "text/plain", encoding: "gzip", body: "no healthy upstream"}, "answer is text/plain, not JSON: no healthy upstream", program.ExitRetry},
		"no type":                    {odd{body: "busy"}, "answer is not JSON: busy", program.ExitRetry},
		"JSON that is no object":     {odd{kind: "application/json", body: `["busy"]`}, `answer is JSON, but no object: ["busy"]`, program.ExitRetry},
		"nothing":                    {odd{kind: "application/json"}, "answer is empty", program.ExitRetry},
		"blanks":                     {odd{kind: "application/json", body: " \n "}, "answer is empty", program.ExitRetry},
		"511":                        {odd{status: 511, kind: "text/html", body: signIn}, "status 511: Sign in to the network & wait", program.ExitConfig},
		"a page with 403":            {odd{status: 403, kind: "text/html", body: "<h1>Blocked by policy</h1>"}, "status 403: Blocked by policy; hint: this is the page of a proxy", program.ExitConfig},
		"a way to a page":            {odd{status: 302, header: header("Location", "https://portal.example/")}, "redirect from https://", program.ExitConfig},
	} {
		for _, path := range []string{emulator.TokenPath, "/replay_change_feed.json"} {
			t.Run(name+" from "+path, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					run := harness.Run{Server: settled(), Config: with(loading, harness.Config{"retry_minutes": 3}), Select: []string{"replay_change_feed"}}
					run.Transport = answering(path, test.odd)
					began := time.Now()
					out := run.Do(t)
					require.Equal(t, test.code, out.Code, out.LastLine())
					require.Contains(t, out.LastLine(), test.shown)
					if test.code == program.ExitConfig {
						require.Less(t, time.Since(began), 30*time.Second)
						require.Contains(t, out.LastLine(), "HTTPS_PROXY and NO_PROXY")
					}
				})
			})
		}
	}
}

// TestEncodings has answers packed in each way that is understood, whatever the
// header says.
func TestEncodings(t *testing.T) {
	packed := func(b []byte) []byte {
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		_, _ = z.Write(b)
		_ = z.Close()
		return out.Bytes()
	}
	for name, test := range map[string]struct {
		encoding string
		pack     func([]byte) []byte
	}{
		"x-gzip":                 {"x-gzip", packed},
		"GZIP, with blanks":      {"  GZIP ", packed},
		"identity":               {"identity", bytes.Clone},
		"identity and gzip":      {"identity, gzip", packed},
		"gzip without a word":    {"", packed},
		"gzip by word alone":     {"gzip", bytes.Clone},
		"gzip twice":             {"gzip, gzip", func(b []byte) []byte { return packed(packed(b)) }},
		"a mark before the text": {"", func(b []byte) []byte { return append([]byte("\xef\xbb\xbf"), b...) }},
	} {
		t.Run(name, func(t *testing.T) {
			settledRows(t)
			synctest.Test(t, func(t *testing.T) {
				s := settled()
				repack := func(next http.RoundTripper) http.RoundTripper {
					return roundTripper(func(r *http.Request) (*http.Response, error) {
						r.Header.Del("Accept-Encoding")
						res, err := next.RoundTrip(r)
						if err == nil {
							var plain bytes.Buffer
							_, err = plain.ReadFrom(res.Body)
							res.Body = readCloser{bytes.NewReader(test.pack(plain.Bytes()))}
							res.ContentLength = -1
							res.Header.Set("Content-Encoding", test.encoding)
						}
						return res, err
					})
				}
				out := harness.Run{Server: s, Config: loading, Select: []string{"replay_change_feed"}, Transport: repack}.Do(t)
				require.Equal(t, 0, out.Code, out.LastLine())
				taptest.Same(t, settledRows(t, "replay_change_feed"), harness.Warehouse{}.Load(t, out))
				require.Empty(t, lines(out, "INFO", "will ask again"))
			})
		})
	}
}

// TestOwnLimits meets limits of this program: each names itself and ends one
// stream, soon.
func TestOwnLimits(t *testing.T) {
	deep := `"x":` + strings.Repeat("[", 600) + strings.Repeat("]", 600)
	for name, test := range map[string]struct {
		path, shown string
		rewrite     func([]byte) []byte
	}{
		"a token's answer of 2 MB": {emulator.TokenPath, "POST token: answer is larger than 1 MB, the most that this program reads", func(b []byte) []byte {
			return append(bytes.Repeat([]byte(" "), 2<<20), b...)
		}},
		"a row that nests deep": {"/v0/pipes/replay_change_feed.json", "row 0 nests deeper than 512 levels", func(b []byte) []byte {
			return bytes.Replace(b, []byte(`"entity_type": "`), []byte(deep+`,"entity_type": "`), 1)
		}},
		"a page of 101 MB": {"/v0/pipes/replay_change_feed.json", "answer is larger than 100 MB, the most that this program reads; hint: set page_size to less", func(b []byte) []byte {
			return append(b, bytes.Repeat([]byte(" "), 101<<20)...)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			settledRows(t)
			synctest.Test(t, func(t *testing.T) {
				s := settled()
				s.Fault = func(r *http.Request) *emulator.Fault {
					if r.URL.Path == test.path && r.URL.Query().Get("limit") != "1" {
						return &emulator.Fault{Rewrite: test.rewrite}
					}
					return nil
				}
				began := time.Now()
				out := harness.Run{Server: s, Config: loading, Select: []string{"replay_change_feed", "replay_session_summary"}}.Do(t)
				require.Equal(t, program.ExitConfig, out.Code, out.LastLine())
				require.Contains(t, out.Stderr, test.shown)
				require.Less(t, time.Since(began), time.Minute)
				if test.path != emulator.TokenPath {
					got := harness.Warehouse{}.Load(t, out)
					taptest.Same(t, settledRows(t, "replay_session_summary"), got.Only("replay_session_summary"))
				}
			})
		})
	}
}
