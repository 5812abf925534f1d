package tap

import (
	"context"
	"time"
)

// A Finding tells how a stretch of server time, or a window, stands against
// what a bookmark says was written of it.
type Finding struct {
	From, To time.Time

	// Of names what is found about if time alone does not: a metrics window's
	// period and kind.
	Of string

	// Rows is what was written, Found what the API holds now; -1 where a count
	// told that it is the same, or nobody counts.
	Rows, Found int

	// Standing is "same", "more", "fewer", "changed" (other rows in the same
	// number), or "unread": the next run reads it.
	Standing string
}

// A Verifier compares the bookmark of a stream with what the API holds, oldest
// first, and changes nothing. With deep every row is read again, which also
// finds rows that changed; else spans are counted. A stream that keeps no
// account of what it wrote has no findings.
type Verifier = func(ctx context.Context, source Source, s Stream, b Bookmark, deep bool) ([]Finding, error)
