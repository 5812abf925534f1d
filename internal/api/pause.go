package api

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A pause is how long an answer asks to wait; 0: it does not say.
type pause struct {
	wait  time.Duration
	asked time.Duration // what it says, where the API cannot mean that; wait is 0 then
}

// pauseAsked is the pause that an answer asks for. A 429 that does not say how
// long asks for Limits.Unsaid.
func (l *Limits) pauseAsked(res *http.Response) pause {
	p, said := l.pauseSaid(res.Header)
	if !said && res.StatusCode == http.StatusTooManyRequests {
		return pause{wait: l.Unsaid}
	}
	return p
}

// pauseSaid reads Retry-After (seconds or a date), else X-RateLimit-Reset. Some
// clients read the latter as an epoch, others as seconds to wait. Moments count
// from the answer's own Date.
func (l *Limits) pauseSaid(h http.Header) (p pause, said bool) {
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil || !l.possible(now) {
		now = time.Now()
	}
	if text := strings.TrimSpace(h.Get("Retry-After")); text != "" {
		if seconds, ok := number(text); ok {
			return l.believed(seconds), true
		}
		if date, err := http.ParseTime(text); err == nil {
			return l.believed(float64(date.Unix() - now.Unix())), true
		}
	}
	if reset, ok := number(h.Get("X-RateLimit-Reset")); ok {
		for reset > 1e11 { // an epoch in milliseconds, or finer
			reset /= 1000
		}
		if reset > 1e9 {
			reset -= float64(now.Unix())
		}
		return l.believed(reset), true
	}
	return pause{}, false
}

// number reads a number of any size; what is no number, NaN too, is not ok.
func number(text string) (float64, bool) {
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil && !math.IsInf(n, 0) {
		return 0, false
	}
	return n, !math.IsNaN(n)
}

// believed makes a pause of seconds.
func (l *Limits) believed(seconds float64) pause {
	if seconds <= l.Pause.Seconds() {
		return pause{wait: time.Duration(max(0, seconds) * float64(time.Second))}
	}
	const longest = 100 * 365 * 24 * 3600 // what a Duration can hold
	return pause{asked: time.Duration(min(seconds, longest)) * time.Second}
}
