package tap

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"log/slog"
	"slices"
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
	// unless the stream's own default says otherwise. What wanted leaves out is
	// not asked of the API: it is listed as far as it is known without. A stream
	// that alone cannot be asked is Broken; the error is for what stops them
	// all.
	Streams(ctx context.Context, wanted Wanted) ([]Stream, error)

	// Read yields the rows of s that are not covered by since, oldest first.
	// The nil bookmark means from the configured start. Only columns with
	// Selected are in the rows, and each selected one is in every row. A page
	// and its rows belong to the caller until it asks for the next one, or tells
	// Written that they are written. An error ends the sequence; the pages
	// before it stand. Read stops soon after ctx ends.
	Read(ctx context.Context, s Stream, since Bookmark) iter.Seq2[Page, error]
}

// Wanted tells whether a caller will read a stream, or, with a column's name,
// that column of it. A nil Wanted wants everything.
type Wanted func(stream, column string) bool

// Has is w, where nil has everything.
func (w Wanted) Has(stream, column string) bool { return w == nil || w(stream, column) }

// StateGap is the least time between two STATE messages while rows flow: Meltano
// stores each one that its loader passes on.
const StateGap = time.Second

// A Sink writes one protocol to stdout. Methods may be called from several
// goroutines; each call writes whole lines.
type Sink interface {
	// Start announces a stream; nothing of it may be written before.
	Start(s Stream) error

	// Write writes the page's rows and then, if it has one, its bookmark. It
	// tells p.Written how far it has come.
	Write(s Stream, p Page) error

	// Wait tells that the API asked for a pause until the given time, and
	// keeps the platform from believing the source dead.
	Wait(until time.Time) error

	// End closes a stream; err tells why if it is incomplete. Everything
	// written so far has left the process when End returns.
	End(s Stream, err error) error
}

// A Stream is one table to be.
type Stream struct {
	Name string

	// Key names the columns that identify a row; never empty.
	Key []string

	// ReplicationKey is the server's clock in this stream, the column shown
	// as replication key or cursor field.
	ReplicationKey string

	// Aliases are names under which other connectors for the same API kept
	// their bookmark for this stream.
	Aliases []string

	// Columns in the order in which the API sends them.
	Columns []Column

	// Suits, if not nil, tells of this stream, with the key and the types that a
	// catalog may have given it, why its rows cannot be written so. It is asked
	// before anything of the stream is written.
	Suits func(Stream) error

	// Broken, if not nil, is why the stream cannot be read now although the
	// others can; its columns are then a guess.
	Broken error
}

// Fixed reports whether c cannot be deselected: keys and the replication key,
// and what the source says.
func (s Stream) Fixed(c Column) bool {
	return c.Automatic || c.Name == s.ReplicationKey || slices.Contains(s.Key, c.Name)
}

// Unasked joins why streams cannot be read: a catalog is whole or none.
func Unasked(streams []Stream) error {
	var errs []error
	for _, s := range streams {
		errs = append(errs, s.Broken)
	}
	return errors.Join(errs...)
}

// A Column is one column of a stream.
type Column struct {
	Name   string
	Schema Property

	// Automatic columns cannot be deselected: keys and the replication key.
	Automatic bool

	// Selected columns are in every record.
	Selected bool
}

// A Property is the JSON Schema of a value, as plain as loaders want it
// (singer.md C4): one base type, "null" beside it, at most a date-time format.
type Property struct {
	Type        []string            `json:"type"`
	Format      string              `json:"format,omitempty"`
	Items       *Property           `json:"items,omitempty"`
	Properties  map[string]Property `json:"properties,omitempty"`
	Description string              `json:"description,omitempty"`
}

// A Page is a run of rows and the bookmark that covers them.
type Page struct {
	// Rows are JSON objects, each on one line without a line break at its end.
	Rows [][]byte

	// Changes lists the values of Rows that could not be passed on as they
	// came, in the order of the rows.
	Changes []Change

	// Bookmark is nil, or safe to resume from once Rows are written.
	Bookmark Bookmark

	// Done is the share of the stream's work that is behind this page, from
	// 0 to 1, as far as the source can tell.
	Done float64

	// Written, if not nil, is told while the page is written that nobody needs
	// Rows[:n] any more: their memory may be used again.
	Written func(n int)
}

// NoteWritten calls p.Written, if it is set.
func (p *Page) NoteWritten(n int) {
	if p.Written != nil {
		p.Written(n)
	}
}

// A Change tells that a value is not what the API sent.
type Change struct {
	Row    int    // index into Page.Rows
	Field  string // column
	Nulled bool   // true: null took its place; false: it was repaired
}

// A Bookmark is a stream's own JSON object on one line. The hub never looks
// inside, but for the member that it adds itself: whose it is, see Owned.
type Bookmark = json.RawMessage

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
