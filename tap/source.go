package tap

import (
	"context"
	"iter"
	"log/slog"
	"time"

	"tap-reprise/internal/program"
)

// A Source is an account that can be read: what every API has in common. The
// hub calls its methods from one goroutine.
type Source interface {
	// Check makes one cheap request to each endpoint and reports the first
	// that is refused; the message names every endpoint without access.
	Check(ctx context.Context) error

	// Streams lists what can be read, in the order in which it is synced,
	// with the columns that the API offers now. Every column is selected
	// unless the stream's own default says otherwise. The API is not asked for
	// what wanted leaves out, which is listed as far as it is known. A stream
	// that alone cannot be asked for is Broken; the error is for what stops them
	// all.
	Streams(ctx context.Context, wanted Wanted) ([]Stream, error)

	// Read yields the rows of s that are not covered by since, oldest first.
	// The nil bookmark means from the configured start. Only columns with
	// Selected are in the rows, and each selected one is in every row. A page
	// and its rows belong to the caller until it asks for the next one, or calls
	// Page.Written. An error ends the sequence; the pages before it stand. Read
	// stops soon after ctx ends.
	Read(ctx context.Context, s Stream, since Bookmark) iter.Seq2[Page, error]
}

// Wanted reports whether a caller will read a stream, or, with a column's name,
// that column of it. A nil Wanted wants everything.
type Wanted func(stream, column string) bool

// Has is w, where nil has everything.
func (w Wanted) Has(stream, column string) bool { return w == nil || w(stream, column) }

// Env is what the hub lends to a source.
type Env struct {
	// Log takes what a person should read. Secrets never reach it.
	Log *slog.Logger

	// Metrics counts requests and rows.
	Metrics *program.Metrics

	// Secrets are the values that no text may hold. A source hides the tokens
	// that it gets, and lets every text from outside pass Secrets.Words or
	// Secrets.Error before a person may read it.
	Secrets *program.Secrets

	// UserAgent is the header of that name for every request.
	UserAgent string

	// Waiting is called when the API asked for a pause. It returns at once.
	Waiting func(until time.Time)

	// Brief says that somebody waits for a check or a catalog: attempts at a
	// request that fails end after a minute at most.
	Brief bool
}
