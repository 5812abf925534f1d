package api_test

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/api"
	"tap-reprise/internal/program"
)

// broken is a server whose requests end without an answer.
type broken struct{ err error }

func (b broken) RoundTrip(*http.Request) (*http.Response, error) { return nil, b.err }

// reading is a call whose answer cannot be read.
func reading(err error) *api.Call {
	call := list()
	call.Read = func(context.Context, *api.Answer) error { return err }
	return call
}

// TestKinds meets each kind of error: its text, how often and how long the same
// is asked, and what the program ends with.
func TestKinds(t *testing.T) {
	const later, page = "the API did not recover in time", "this is the page of a proxy or filter"
	minutes := func(n float64) [2]time.Duration {
		return [2]time.Duration{time.Duration(n*60) * time.Second, time.Duration(n*60+5) * time.Second}
	}
	atOnce := [2]time.Duration{0, 0}
	once := [2]time.Duration{3 * time.Second, 3 * time.Second} // one more attempt
	for name, test := range map[string]struct {
		server  http.RoundTripper // nil: answers {}
		call    *api.Call         // nil: list
		kind    api.Kind
		smaller bool
		text    string
		code    int
		hint    string
		lasts   [2]time.Duration // at least, at most
	}{
		"cut":                 {server: always(200, `{"a":`), kind: api.Broken, text: "GET list?limit=5: answer is broken JSON", code: 1, hint: later, lasts: minutes(5)},
		"empty":               {server: always(200, ``), kind: api.Broken, text: "answer is empty", code: 1, hint: later, lasts: minutes(5)},
		"no JSON":             {server: always(200, `up "stream"`, "Content-Type", "text/plain"), kind: api.Broken, text: `answer is text/plain, not JSON: up "stream"`, code: 1, hint: later, lasts: minutes(5)},
		"another good status": {server: always(206, `{}`), kind: api.Broken, text: "status 206 without the documented answer", code: 1, hint: later, lasts: minutes(5)},
		"gzip that is none":   {server: always(200, "\x1f\x8bno"), kind: api.Broken, text: "gzip: ", code: 1, hint: later, lasts: minutes(5)},
		"reset":               {server: broken{syscall.ECONNRESET}, kind: api.Broken, text: "connection reset", code: 1, hint: later, lasts: minutes(5)},

		"429":           {server: always(429, `{"error":"slow down"}`), kind: api.Busy, text: "GET list?limit=5: status 429: slow down", code: 1, hint: later, lasts: minutes(5)},
		"503":           {server: always(503, ``), kind: api.Busy, text: "GET list?limit=5: status 503", code: 1, hint: later, lasts: minutes(5)},
		"429 too long":  {server: always(429, ``, "Retry-After", "900"), kind: api.Busy, text: "status 429", code: 1, hint: "the API asks to wait 15m0s, longer than retry_minutes", lasts: atOnce},
		"429 for years": {server: always(429, ``, "Retry-After", "99999999999"), kind: api.Busy, text: "status 429", code: 1, hint: "the API asks to wait 876000h0m0s", lasts: minutes(5)},

		"says too large":    {server: always(400, `{"error":"Answer Too Large"}`), kind: api.TooMuch, smaller: true, text: "status 400: Answer Too Large", code: 1, hint: later, lasts: minutes(5)},
		"408":               {server: always(408, ``), kind: api.TooMuch, smaller: true, text: "status 408", code: 1, hint: later, lasts: minutes(5)},
		"413":               {server: always(413, ``), kind: api.TooMuch, smaller: true, text: "status 413", code: 1, hint: later, lasts: minutes(5)},
		"never":             {server: &server{answer: func(int, *http.Request) *http.Response { return nil }}, kind: api.TooSlow, smaller: true, text: "timeout: no data for 2m0s", code: 1, hint: later, lasts: [2]time.Duration{5 * time.Minute, 7 * time.Minute}},
		"large":             {server: always(200, "{"+strings.Repeat(" ", 1<<20)+"}"), kind: api.TooLarge, smaller: true, text: "answer is larger than 1 MB", code: 2, hint: "ask for less at once", lasts: once},
		"cannot be read":    {call: reading(&api.Error{Kind: api.Unreadable, Err: errors.New("deep")}), kind: api.Unreadable, text: "GET list?limit=5: deep", code: 2, hint: "leave out what is asked for", lasts: once},
		"other form":        {call: reading(&api.Error{Kind: api.Changed, Err: errors.New("no column a")}), kind: api.Changed, text: "GET list?limit=5: no column a", code: 1, hint: "run again", lasts: minutes(1)},
		"an error of Read":  {call: reading(errors.New("line 7")), kind: api.Broken, text: "GET list?limit=5: line 7", code: 1, hint: later, lasts: minutes(5)},
		"400":               {server: always(400, `{"error":"no such parameter"}`), kind: api.Refused, text: "status 400: no such parameter", code: 2, hint: "check the config", lasts: atOnce},
		"404":               {server: always(404, ``), kind: api.Refused, text: "status 404", code: 2, hint: "check the config", lasts: atOnce},
		"401":               {server: always(401, `{"error":"who?"}`), kind: api.BadKey, text: "status 401: who?", code: 3, hint: "check the key", lasts: atOnce},
		"403":               {server: always(403, `{}`), kind: api.BadKey, text: "status 403: {}", code: 3, hint: "check the key", lasts: atOnce},
		"403 that says why": {server: always(403, `{"error":"not this endpoint"}`), kind: api.NoAccess, text: "status 403: not this endpoint", code: 3, hint: "ask who gave the key", lasts: atOnce},

		"a page":            {server: always(200, "<html><h1>Sign in</h1></html>"), kind: api.Foreign, text: "answer is text/html, not JSON: Sign in", code: 2, hint: page, lasts: once},
		"a page with 403":   {server: always(403, "<html><h1>Blocked</h1></html>"), kind: api.Foreign, text: "status 403: Blocked", code: 2, hint: page, lasts: once},
		"407":               {server: always(407, ``), kind: api.Foreign, text: "status 407", code: 2, hint: page, lasts: once},
		"511":               {server: always(511, ``), kind: api.Foreign, text: "status 511", code: 2, hint: page, lasts: once},
		"brotli":            {server: always(200, "\x8b\x02", "Content-Encoding", "br"), kind: api.Foreign, text: "compressed as brotli (br)", code: 2, hint: page, lasts: once},
		"to another host":   {server: always(302, ``, "Location", "https://elsewhere.example/"), kind: api.Moved, text: "redirect from https://api.example to https://elsewhere.example is refused", code: 2, hint: "if you trust that address", lasts: once},
		"into the clear":    {server: always(302, ``, "Location", "http://api.example/"), kind: api.Moved, text: "redirect from https://api.example to http://api.example is refused", code: 2, hint: "if you trust that address", lasts: once},
		"round and round":   {server: always(302, ``, "Location", "/"), kind: api.Moved, text: "more than five redirects", code: 2, hint: "if you trust that address", lasts: once},
		"nobody listens":    {server: broken{&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}}, kind: api.Unreached, text: "connection refused", code: 1, hint: "run again later; if it lasts: api.example cannot be reached", lasts: minutes(1)},
		"no name":           {server: broken{&net.DNSError{Name: "api.example", Err: "no such host"}}, kind: api.Unreached, text: "no such host", code: 1, hint: "the name api.example", lasts: minutes(1)},
		"the proxy is away": {server: broken{&net.OpError{Op: "proxyconnect", Err: syscall.ECONNREFUSED}}, kind: api.Unreached, text: "connection refused", code: 1, hint: "the proxy on the way to api.example cannot be reached", lasts: minutes(1)},
		"unknown signer":    {server: broken{x509.UnknownAuthorityError{}}, kind: api.Barred, text: "certificate signed by unknown authority", code: 2, hint: "SSL_CERT_FILE", lasts: once},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, call := test.server, test.call
				if server == nil {
					server = always(200, "{}")
				}
				if call == nil {
					call = list()
				}
				c := ask(server, nil)
				first := c.once(t, call)
				require.ErrorContains(t, first, test.text)
				require.Equal(t, test.smaller, api.Smaller(first))
				require.Equal(t, test.lasts != atOnce || strings.HasPrefix(name, "429"), api.Again(first))
				var e *api.Error
				require.ErrorAs(t, first, &e)
				require.Equal(t, test.kind, e.Kind)

				c, began := ask(server, nil), time.Now()
				last := c.insist(t, call)
				require.ErrorContains(t, last, test.text)
				require.Equal(t, test.code, program.ExitCode(last))
				require.Contains(t, program.Hint(last), test.hint)
				require.False(t, api.Again(last), "with a hint it is final")
				require.GreaterOrEqual(t, time.Since(began), test.lasts[0])
				require.LessOrEqual(t, time.Since(began), test.lasts[1])
			})
		})
	}
}

// TestHints: where a system knows more about an error, its hint is shown.
func TestHints(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := ask(always(404, ""), func(config *api.Config) {
			config.Hints = map[api.Kind]string{api.Refused: "look at %s once more"}
		})
		require.Equal(t, "look at api.example once more", program.Hint(c.insist(t, list())))
	})
}

// TestWordsOfErrors finds the API's words where each API has them.
func TestWordsOfErrors(t *testing.T) {
	places := [][]any{{"detail"}, {"error", "message"}, {"error"}}
	for body, shown := range map[string]string{
		`{"detail":"no list","attr":null}`:             "status 400: no list",
		`{"error":{"code":7,"message":"wrong words"}}`: "status 400: wrong words",
		`{"error":"plain"}`:                            "status 400: plain",
		`{"error":7}`:                                  `status 400: {"error":7}`,
		"<html><script>x()</script><b>Bad</b></html>":  "status 400: Bad",
		"a bad \x1b[31m text":                          `status 400: a bad \x1b[31m text`,
		"it was " + key:                                "status 400: it was ***",
		`{"detail":"\u0061-key-that-nobody-knows-7"}`:  "status 400: ***",
	} {
		c := ask(always(400, body), func(config *api.Config) { config.Messages = places })
		require.EqualError(t, c.once(t, list()), "GET list?limit=5: "+shown)
	}
}
