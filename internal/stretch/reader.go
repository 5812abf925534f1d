package stretch

import (
	"context"
	"sync"

	"tap-reprise/internal/api"
	"tap-reprise/internal/ledger"
	"tap-reprise/internal/program"
	"tap-reprise/internal/rows"
)

// A Reader reads the spans of one stream in one run. Several of them may be in
// flight. It keeps what they learn about the endpoint. The fields say what differs
// between systems; they are set before the first read and not changed then.
type Reader struct {
	Client *api.Client
	Log    *program.OnceLog
	Pages  *Pages // may be shared by the readers of an account
	Hints  *Hints // may be shared by the readers of an endpoint

	// Name names a query in logs and errors, on one line, without a secret.
	Name func(q Query) string

	// Send asks q once and hands a good answer to read.
	Send func(ctx context.Context, q Query, read func(*api.Answer) error) error

	// Check, if not nil, says what is wrong with an answer in itself. It is then asked
	// for again, as one that is broken.
	Check func(q Query, p *Sheet) error

	// Judge, if not nil, sees each page of the stream's own rows before anybody else.
	// Its error ends the stream.
	Judge func(p *Sheet) error

	// Within asks for the rows of a span, with as much to spare on either side as
	// the system needs.
	Within func(s ledger.Span) Query

	// Belongs reports whether a row that was sent for s is to be written with it.
	// What it leaves out, a neighbour of s writes.
	Belongs func(s ledger.Span, row *rows.Row) bool

	// Margin, if not nil, is how an answer proves whole where rows are cut at the
	// edges of what was asked. nil: by offset.
	Margin *Margin

	// PageSize is how many rows a request asks for.
	PageSize int

	// Finest is the narrowest span, in µs, that is asked for alone: a second, or more
	// where the API counts in days.
	Finest int64

	// InFlight is how many requests there may be at once, at least 1.
	InFlight int

	// Key are the columns that tell rows apart.
	Key []string

	// Ties: rows of one moment have no order.
	Ties bool

	// History: a key may have several rows, of which the last one holds: by the
	// clock's whole second, and in it by the column Tiebreak.
	History  bool
	Tiebreak string

	sizes sizes

	mu   sync.Mutex
	last ledger.Density // of the last whole stretch
}

// Longest is how many rows a page has at most: PageSize, or fewer where the API was
// seen to cut.
func (r *Reader) Longest() int { return r.sizes.rows(r.PageSize) }

// Forget has the next span measured anew: how dense the last one was says nothing of
// what is read now.
func (r *Reader) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = ledger.Density{}
}

// measured notes the density of a stretch, by which the width of the next is found.
func (r *Reader) measured(got *Stretch) ledger.Density {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = ledger.Density{Rows: got.Count(), Over: got.To - got.From}
	return r.last
}

func (r *Reader) density() ledger.Density {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last
}
