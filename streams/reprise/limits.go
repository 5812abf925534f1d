package reprise

import (
	"fmt"
	"time"
)

// limits are facts of the system that is asked: what its answers keep to. An
// answer that does not is given up; a pause or a date that does not is not
// believed.
type limits struct {
	// While the client waits for an answer, each span of quiet brings the
	// headers, the end, or this many bytes.
	quiet   time.Duration
	atLeast int64

	glance  time.Duration // quiet for an answer that costs nothing, of an API that seems to be down
	token   time.Duration // a whole answer of the token's endpoint
	refusal time.Duration // the body of an answer that is no 200: the status says most

	// The most bytes of an answer, of a token's, and of a refusal.
	body, tokenBody, refusalBody int64

	// pause is the longest pause that the system can mean. A header that asks
	// for more speaks of milliseconds, or of nothing.
	pause time.Duration

	// Dates before or after this are no server's time.
	first, last time.Time

	// aged is the longest time for which a cache keeps an answer.
	aged time.Duration
}

// system is what the Reprise Data API keeps to. Its rate limits are by the
// second (section "Limits": back off and try again), its answers are at most
// 100 MB, and it did not exist before 2020.
var system = limits{
	quiet: 2 * time.Minute, atLeast: 64 << 10,
	glance: 30 * time.Second, token: time.Minute, refusal: 10 * time.Second,
	body: 100 << 20, tokenBody: 1 << 20, refusalBody: 64 << 10,
	pause: time.Hour,
	first: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), last: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
	aged: 365 * 24 * time.Hour,
}

// connectTimeout is how long a connection, and then its TLS handshake, may take.
const connectTimeout = 30 * time.Second

// possible reports whether t can be a time that the system tells.
func (l *limits) possible(t time.Time) bool { return !t.Before(l.first) && t.Before(l.last) }

// A limitError is an answer that goes beyond a limit of this program, not of
// the API.
type limitError struct{ most int64 }

func (e *limitError) Error() string {
	return fmt.Sprintf("answer is larger than %d MB, the most that this program reads", e.most>>20)
}
