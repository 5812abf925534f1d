package reprise

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
	asked time.Duration // what it says, where the system cannot mean that; wait is 0 then
}

// pauseAsked reads Retry-After (seconds or a date), else X-RateLimit-Reset,
// which some of the platform's clients read as an epoch and others as seconds
// to wait. Moments count from the answer's own Date.
func (l *limits) pauseAsked(h http.Header) pause {
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil || !l.possible(now) {
		now = time.Now()
	}
	if text := strings.TrimSpace(h.Get("Retry-After")); text != "" {
		if seconds, ok := number(text); ok {
			return l.believed(seconds)
		}
		if date, err := http.ParseTime(text); err == nil {
			return l.believed(float64(date.Unix() - now.Unix()))
		}
	}
	if reset, ok := number(h.Get("X-RateLimit-Reset")); ok {
		for reset > 1e11 { // an epoch in milliseconds, or finer
			reset /= 1000
		}
		if reset > 1e9 {
			reset -= float64(now.Unix())
		}
		return l.believed(reset)
	}
	return pause{}
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
func (l *limits) believed(seconds float64) pause {
	if seconds <= l.pause.Seconds() {
		return pause{wait: time.Duration(max(0, seconds) * float64(time.Second))}
	}
	const longest = 100 * 365 * 24 * 3600 // what a Duration can hold
	return pause{asked: time.Duration(min(seconds, longest)) * time.Second}
}
