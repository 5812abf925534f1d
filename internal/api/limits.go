package api

import (
	"fmt"
	"time"
)

// Limits are facts of the API that is asked: what its answers keep to. An answer
// that does not is given up. A pause or a date that does not is not believed.
type Limits struct {
	// While the client waits for an answer, each Quiet brings the headers, the
	// end, or AtLeast bytes.
	Quiet   time.Duration
	AtLeast int64

	Glance  time.Duration // Quiet for a cheap call, of an API that seems to be down
	Refusal time.Duration // the body of an answer that is not good: the status says most

	// The most bytes of a good answer, and of another.
	Body, RefusalBody int64

	// Pause is the longest pause that the API can mean. A header that asks for
	// more speaks of milliseconds, or of nothing.
	Pause time.Duration

	// Unsaid is the pause behind a 429 that does not say how long; 0: as behind
	// any failure.
	Unsaid time.Duration

	// Dates before First, or at or after Last, are no server's time.
	First, Last time.Time

	// Skew is how far the clocks of the API's servers may lie apart.
	Skew time.Duration

	// Aged is the longest time for which a cache keeps an answer.
	Aged time.Duration
}

// connectTimeout is how long a connection, and then its TLS handshake, may take.
const connectTimeout = 30 * time.Second

// possible reports whether t can be a server's time.
func (l *Limits) possible(t time.Time) bool { return !t.Before(l.First) && t.Before(l.Last) }

// A limitError is an answer that goes beyond a limit of this program, not of
// the API.
type limitError struct{ most int64 }

func (e *limitError) Error() string {
	return fmt.Sprintf("answer is larger than %d MB, the most that this program reads", e.most>>20)
}
