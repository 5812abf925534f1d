package stretch

import (
	"context"
	"errors"
	"fmt"

	"tap-reprise/internal/ledger"
	"tap-reprise/internal/program"
)

const (
	// crowdedRounds is how often the rows of a crowd are read before they count as
	// not readable in one piece. blindRounds is the same where they are too many to
	// be told apart.
	crowdedRounds, blindRounds = 10, 3

	// crowdedPages is how many pages such rows may fill.
	crowdedPages = 1000

	// stalePages is how many pages in a row may bring nothing new. Then errOffset
	// ends a read by offset that goes in circles. A single short page may bring
	// nothing new by chance, where every request has another order.
	stalePages = 10
)

// CrowdedBytes is how much memory may be taken to tell rows apart. It is enough for
// some two million rows.
var CrowdedBytes = 40 << 20

var errOffset = errors.New("the API answers every offset with the same rows")

// A crowd is what one page cannot hold and time cannot divide: a single second of
// server time, the rest of a feed, or a window of metrics. It takes pages by
// offset, and those are several queries. A row that arrives or changes its place
// between two of them can hide another. So a crowd is read in rounds until it is
// proved complete.
//
// Its rows are handed on as they are met, before they are proved. So they need not
// be kept: a crowd holds some bytes of each.
type crowd struct {
	r    *Reader
	q    Query
	span ledger.Span
	give func(*Stretch) error // takes rows that were not met before; nil: nobody wants them

	rounds int
	full   bool             // there are too many rows to be told apart
	met    hashes[uint8]    // sums of rows, and the round that met each last
	keys   hashes[struct{}] // of rows, see keysCount
	total  ledger.Total     // of what met has of the span
	latest latest           // where a key has a row for each of its changes
}

// Crowded reads a crowd and hands on its rows page by page. The stretch that it
// returns has the total of all, and no rows.
//
// A round is complete if it was steady and met the very same rows as the steady
// round before it. Where the order is total, it is complete if it was steady and
// met no row twice. All rounds together are complete if they met as many different
// keys as each of the last two counted, and no round counted more.
func (r *Reader) Crowded(ctx context.Context, q Query, s ledger.Span, give func(*Stretch) error) (*Stretch, error) {
	c := &crowd{r: r, q: q, span: s, give: give}
	most := 0
	var before round
	for c.rounds < crowdedRounds && !(c.full && c.rounds >= blindRounds) {
		p, err := c.round(ctx)
		if err != nil {
			return nil, err
		}
		once := !r.Ties && p.once && !c.full
		if p.steady && (once || before.steady && before.rows == p.rows && before.sums == p.sums) {
			return c.end(ctx, p.inside, false)
		}
		most = max(most, p.total)
		if !c.full && before.total == p.total && c.keysCount() == most {
			return c.end(ctx, c.total, false)
		}
		before = p
	}
	r.Log.WarnOnce("shaky", "rows of one moment came in another order on every request; it will be read again",
		"request", r.Name(q), "rows", c.total.Rows)
	return c.end(ctx, c.total, true)
}

func (c *crowd) end(ctx context.Context, total ledger.Total, shaky bool) (*Stretch, error) {
	if c.r.History && c.give != nil {
		last, err := c.writeLatest(ctx)
		if err != nil {
			return nil, err
		}
		shaky = shaky || !last
	}
	return &Stretch{Span: c.span, Total: &total, Shaky: shaky}, nil
}

// walk visits the pages of the crowd, each of which begins with the last row of
// the one before. The page belongs to visit.
func (c *crowd) walk(ctx context.Context, visit func(p *Sheet, offset int, ended bool) error) error {
	for offset, pages := 0, 1; ; pages++ {
		p, err := c.r.Ask(ctx, c.q.Rows(max(2, c.r.Longest()), offset)) // one row is the overlap
		if err != nil {
			return err
		}
		n := len(p.Rows)
		ended := n <= 1 // the row of the overlap alone, or not even that
		for i := range p.Rows {
			if row := &p.Rows[i]; c.q.until > 0 && row.HasAt && row.At >= c.q.until {
				p.Rows, ended = p.Rows[:i], true
				break
			}
		}
		if err := visit(p, offset, ended); err != nil || ended {
			return err
		}
		if pages == crowdedPages {
			return c.tooMany(offset + n)
		}
		offset += n - 1
	}
}

// tooMany ends a stream that has more rows than can be proved complete.
func (c *crowd) tooMany(n int) error {
	return &program.Error{Code: program.ExitConfig,
		Err:  fmt.Errorf("%s: the API has more than %d rows that no time divides, and they do not end", c.r.Name(c.q), n),
		Hint: "set a larger page_size (at most 100000), which the API must answer, or ask who runs the API; what lies before that moment is loaded",
	}
}

// handOn hands rows on, with their page.
func (c *crowd) handOn(got *Stretch) error {
	if c.r.History && c.give != nil && !c.full {
		c.r.Order(got)
		c.latest.enter(c.r, got)
	}
	switch {
	case c.r.History && c.full:
		c.r.Done(got)
		return c.tooMany(c.total.Rows)
	case c.give == nil || len(got.Rows) == 0:
		c.r.Done(got)
		return nil
	}
	return c.give(got)
}
