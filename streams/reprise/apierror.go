package reprise

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	jsoniter "github.com/json-iterator/go"
)

// An apiError is an answer that is not a 200 (Reprise Data API, section 7).
type apiError struct {
	what   string // method and pipe
	status int
	text   string        // the API's own words
	after  time.Duration // how long the API asks to wait; 0: it does not say
}

func (e *apiError) Error() string {
	if e.text == "" {
		return fmt.Sprintf("%s: status %d", e.what, e.status)
	}
	return fmt.Sprintf("%s: status %d: %s", e.what, e.status, e.text)
}

// newAPIError reads the error body, whatever its form: {"error": …}, another
// JSON object, or plain text.
func newAPIError(what string, res *http.Response, body []byte) *apiError {
	e := &apiError{what: what, status: res.StatusCode, after: waitAsked(res.Header)}
	if text := jsoniter.Get(body, "error"); text.ValueType() == jsoniter.StringValue {
		e.text = text.ToString()
	} else {
		e.text = string(body)
	}
	e.text = plain(e.text)
	if _, secret, ok := strings.Cut(res.Request.Header.Get("Authorization"), " "); ok {
		e.text = strings.ReplaceAll(e.text, secret, "***") // some servers repeat what they refuse
	}
	if len(e.text) > 300 {
		e.text = strings.ToValidUTF8(e.text[:300], "") + "…"
	}
	return e
}

// plain is a server's text on one line, without what a terminal would obey.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// waitAsked reads Retry-After (seconds or a date), else X-RateLimit-Reset,
// which some of the platform's clients read as an epoch and others as seconds
// to wait. Moments count from the answer's own Date.
func waitAsked(h http.Header) time.Duration {
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	if text := strings.TrimSpace(h.Get("Retry-After")); text != "" {
		if seconds, err := strconv.ParseFloat(text, 64); err == nil {
			return between(seconds)
		}
		if date, err := http.ParseTime(text); err == nil {
			return between(date.Sub(now).Seconds())
		}
	}
	if reset, err := strconv.ParseFloat(strings.TrimSpace(h.Get("X-RateLimit-Reset")), 64); err == nil {
		if reset > 1e9 {
			reset -= float64(now.Unix())
		}
		return between(reset)
	}
	return 0
}

// between makes a duration of seconds that cannot overflow.
func between(seconds float64) time.Duration {
	return time.Duration(max(0, min(seconds, 30*24*3600)) * float64(time.Second))
}
