package reprise

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	jsoniter "github.com/json-iterator/go"

	"tap-reprise/tap"
)

// An apiError is an answer that is not a 200 (Reprise Data API, section 7).
type apiError struct {
	what   string // method and pipe
	status int
	text   tap.Words     // the API's own words
	denies bool          // they say that this account may not use this endpoint
	size   bool          // they say that the question or its answer is too large
	after  time.Duration // how long the API asks to wait; 0: it does not say
}

func (e *apiError) Error() string {
	if e.text.String() == "" {
		return fmt.Sprintf("%s: status %d", e.what, e.status)
	}
	return fmt.Sprintf("%s: status %d: %s", e.what, e.status, e.text)
}

// newAPIError reads the error body, whatever its form: {"error": …}, another
// JSON object, or plain text.
func (c *client) newAPIError(what string, res *http.Response, body []byte) *apiError {
	text := string(body)
	if told := jsoniter.Get(body, "error"); told.ValueType() == jsoniter.StringValue {
		text = told.ToString()
	}
	return &apiError{what: what, status: res.StatusCode, after: waitAsked(res.Header), text: c.env.Secrets.Words(text),
		denies: strings.Contains(text, "access to this resource"), size: speaksOfSize(text)}
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
