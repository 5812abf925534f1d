package streams

import (
	"context"
	"iter"
	"net/url"
	"time"

	"tap-reprise/internal/ledger"
	"tap-reprise/internal/rows"
	"tap-reprise/internal/stretch"
	"tap-reprise/schemas"
	"tap-reprise/tap"
)

// A Walk reads one stream from a bookmark on, as tap.Source.Read.
type Walk func(r *Reader, ctx context.Context, since tap.Bookmark) iter.Seq2[tap.Page, error]

// An Audit compares a bookmark with what the API holds, as tap.Verifier.Verify.
type Audit func(r *Reader, ctx context.Context, b tap.Bookmark, deep bool) ([]tap.Finding, error)

// A Table is one stream of a system, with the config in force. What differs between
// streams is a field here.
type Table struct {
	Name string
	Key  []string

	// Clock is the column with the server's time. Rows are asked for, kept and
	// covered by it alone. "" where a stream is read as a whole.
	Clock string

	// Cursor is the replication key of a stream without a clock of its own, which goes on
	// from its bookmark all the same: without one, catalogs would have it start over.
	Cursor string

	// Aliases are the names that other connectors give this stream.
	Aliases []string

	// Endpoint names what is asked; "": Name.
	Endpoint string

	// Known is what is known of the columns before the API is asked.
	Known schemas.Table

	// Fixed: the API does not describe its columns. Known is all that is offered.
	Fixed bool

	// Asks reports whether the config wants the columns that come only with a
	// parameter; nil: it wants none.
	Asks func(param string) bool

	// Automatic are columns that cannot be deselected, besides keys and Clock.
	Automatic []string

	// Left are columns that are not offered on purpose, and not worth a word.
	Left []string

	// Personal are the columns that the config's viewer_data governs.
	Personal []string

	// Own are the columns that the tap makes itself.
	Own []Own

	// Params are the parameters of every request, beyond time and paging, where
	// those columns are wanted; nil: none.
	Params func(wanted func(column string) bool) url.Values

	// Filter identifies the settings that decide which rows exist. If it changes,
	// the stream starts over.
	Filter string

	// Envelope says where in an answer the rows are.
	Envelope rows.Envelope

	// Walk is how the stream is read: Ledgered, Windowed, Feed, Whole or ReadChildren,
	// ByPart where the account has parts.
	Walk Walk

	// Verify compares a bookmark with what the API holds. It is nil where the
	// bookmark does not list what was written.
	Verify Audit

	// Mark is the member of a bookmark that holds the moment it stands for.
	Mark string

	// Overlap is how far before its bookmark a run begins to read: rows arrive a
	// little after their session began, and counters of open sessions still move.
	Overlap time.Duration

	// Ahead is how far beyond now a run reads. Where a row's clock moves on while the
	// row grows, one that does so between the moment that counts as now and the answer
	// is then still found.
	Ahead time.Duration

	// Refresh is how often every row within the look-back is read again; 0: never.
	Refresh time.Duration

	// Ties: the documented order leaves rows of one moment in any order.
	Ties bool

	// History: a key may have several rows, of which the last one holds: by Clock,
	// and within its second by the column Tiebreak.
	History  bool
	Tiebreak string

	// Within asks for the rows of a span; nil where the walk has its own questions.
	Within func(r *Reader, s ledger.Span) stretch.Query

	// Margin, if not nil, makes the proof for an API that cuts rows at the edges of
	// what was asked.
	Margin func(r *Reader) *stretch.Margin

	// Finest is the narrowest span to ask for, in µs; 0: a second.
	Finest int64

	// Count compares the rows of a span with a number, and AskBounds asks how the
	// API reads its bounds, with rows at an instant. nil: the API cannot say.
	Count     func(r *Reader, ctx context.Context, s ledger.Span, n int) (ledger.Verdict, error)
	AskBounds func(r *Reader, ctx context.Context, at int64) (ledger.Bounds, error)

	// Windows says what the walk Windowed asks for, and FeedFrom asks for what
	// comes after a moment in µs (0: everything), for the walk Feed.
	Windows  *Windows
	FeedFrom func(r *Reader, after int64) stretch.Query

	// Questions asks for everything, for the walk Whole.
	Questions func(r *Reader, ctx context.Context) ([]stretch.Query, error)

	// Children says whose children the walk ReadChildren reads.
	Children *Children

	// Check, if not nil, says what is wrong with an answer in itself: that it does not
	// hold as many rows as it says. It is then asked for again.
	Check func(q stretch.Query, p *stretch.Sheet) error

	// OptIn: the stream is not read unless a catalog selects it. Costs says to a person
	// why: "one request for each session".
	OptIn bool
	Costs string
}

// An Own is a column that the tap makes itself.
type Own struct {
	Name   string
	Family schemas.Family // of its values

	// From is the API's column that Value computes the values from, for a schema of
	// that kind. "": the walk adds them.
	From  string
	Value func(kind rows.Kind) func(dst, text []byte, null bool) []byte

	// Description is that of a column which Known does not have.
	Description string
}

// endpoint names what is asked.
func (t *Table) endpoint() string {
	if t.Endpoint != "" {
		return t.Endpoint
	}
	return t.Name
}

// asks reports whether the config wants the columns of an optional parameter.
func (t *Table) asks(param string) bool { return t.Asks != nil && t.Asks(param) }

// own is the column of that name which the tap makes itself, or nil.
func (t *Table) own(name string) *Own {
	for i := range t.Own {
		if t.Own[i].Name == name {
			return &t.Own[i]
		}
	}
	return nil
}
