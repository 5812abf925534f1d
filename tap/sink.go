package tap

import "time"

// StateGap is the least time between two STATE messages while rows flow: Meltano
// stores each one that its loader passes on.
const StateGap = time.Second

// A Sink writes one protocol to stdout. Methods may be called from several
// goroutines; each call writes whole lines.
type Sink interface {
	// Start announces a stream; nothing of it may be written before.
	Start(s Stream) error

	// Write writes the page's rows and then, if it has one, its bookmark. It
	// calls p.Written with how far it has come.
	Write(s Stream, p Page) error

	// Wait notes that the API asked for a pause until the given time, and
	// keeps the platform from believing the source dead.
	Wait(until time.Time) error

	// End closes a stream; err says why if it is incomplete. Everything
	// written so far has left the process when End returns.
	End(s Stream, err error) error
}
