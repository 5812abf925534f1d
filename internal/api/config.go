package api

import (
	"log/slog"
	"net/http"
	"time"

	"tap-reprise/internal/program"
)

// A Config says how to ask one API. The zero value of a field is what its
// comment says, or a limit that does not hold.
type Config struct {
	Log     *slog.Logger
	Metrics *program.Metrics // counts requests; may be nil
	Secrets *program.Secrets // are kept out of every text; the password of a proxy is added

	// UserAgent is the header of that name for every request.
	UserAgent string

	// Authorize puts the key into a request, for calls that do not say how
	// themselves. It may wait and ask. nil: requests carry no key.
	Authorize func(*http.Request) error

	// InFlight is how many requests may be under way at once, at least 1. A 429
	// makes it 1; it grows again while answers are good.
	InFlight int

	// Paces are the API's limits of requests in a time. All that match a call
	// hold for it.
	Paces []Pace

	// Patience is how long a request may fail, or a chain of ever smaller ones
	// that replace it. Users set it as retry_minutes. Brief says that a person
	// or a platform waits for the end: then it is a minute at most.
	Patience time.Duration
	Brief    bool

	Limits  Limits
	Sayings []Saying

	// Messages are the places in an error body where the API's words may stand,
	// each the keys down to it; nil: "error".
	Messages [][]any

	// Hints say what to do about errors of a kind, where the system knows more
	// than this package. %s, where it stands, becomes the host.
	Hints map[Kind]string

	// Waiting is called when the API asked for a pause. It returns at once, and
	// may be nil.
	Waiting func(until time.Time)

	// Transport is nil but where the API is in this process.
	Transport http.RoundTripper
}

// A Saying is a text of an API that decides more than the status does. Where it
// stands in the API's words under one of these statuses, an error is of this
// kind. An exception inside a good answer has the status 200.
type Saying struct {
	Says     string // in any case of letters
	Statuses []int
	Kind     Kind
}
