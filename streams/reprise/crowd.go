package reprise

import (
	"context"
	"errors"
	"fmt"
	"math/bits"

	"tap-reprise/internal/api"
	"tap-reprise/internal/ledger"
	"tap-reprise/internal/program"
	"tap-reprise/internal/rows"
)

const (
	// crowdedPasses is how often rows that no single page can hold are read
	// before they count as not readable in one piece, and fewer where they are
	// too many to be told apart.
	crowdedPasses, blindPasses = 10, 3

	// crowdedPages is how many pages such rows may fill.
	crowdedPages = 1000

	// stalePages is how many pages in a row may bring nothing new before
	// errOffset ends a read by offset that goes in circles. A short page, where
	// every request has another order, brings nothing new by chance.
	stalePages = 10
)

// crowdedBytes is how much memory may be taken to tell rows apart, which is
// enough for some two million.
var crowdedBytes = 40 << 20

var errOffset = errors.New("the API answers every offset with the same rows")

// A crowd is what one page cannot hold and time cannot divide: a single second
// of server time, the rest of a feed, or a window of metrics. Pages by offset are
// several queries, so a row that arrives or changes its place between two of them
// can hide another, and a crowd is read in passes until it is proved complete.
//
// Its rows are handed on as they are met, before that, so that they need not be
// kept: of each there are some bytes here.
type crowd struct {
	*reader
	q    query
	span ledger.Span
	give func(*stretch) error // takes rows that were not met before; nil: nobody wants them

	passes int
	full   bool             // there are too many rows to be told apart
	met    hashes[uint8]    // sums of rows, and the pass that met it last
	keys   hashes[struct{}] // of rows, see keysCount
	all    ledger.Total     // of what met has of the span
	latest latest           // where a key has a row for each of its changes
}

// A pass is one walk over a query by offset.
type pass struct {
	inside ledger.Total // of the rows that belong to the span
	rows   int
	sums   [2]uint64 // of the rows, to tell whether another pass met the very same
	total  int       // rows by the largest offset that had any
	steady bool      // every page began with the last row of the page before
	once   bool      // no row was met twice
}

// crowded reads a crowd and hands on its rows page by page. The stretch that it
// returns has the total of all, and no rows.
//
// A pass is complete if it was steady and met the very same rows as the steady
// pass before it; where the order is total, if it was steady and met no row
// twice. All passes together are complete if they met as many different keys as
// the last two counted, and none counted more.
func (r *reader) crowded(ctx context.Context, q query, s ledger.Span, give func(*stretch) error) (*stretch, error) {
	c := &crowd{reader: r, q: q, span: s, give: give}
	most := 0
	var before pass
	for c.passes < crowdedPasses && !(c.full && c.passes >= blindPasses) {
		p, err := c.pass(ctx)
		if err != nil {
			return nil, err
		}
		once := !r.table.ties && p.once && !c.full
		if p.steady && (once || before.steady && before.rows == p.rows && before.sums == p.sums) {
			return c.end(ctx, p.inside, false)
		}
		most = max(most, p.total)
		if !c.full && before.total == p.total && c.keysCount() == most {
			return c.end(ctx, c.all, false)
		}
		before = p
	}
	r.warnOnce("shaky", "rows of one moment came in another order on every request; it will be read again",
		"request", q.String(), "rows", c.all.Rows)
	return c.end(ctx, c.all, true)
}

func (c *crowd) end(ctx context.Context, total ledger.Total, shaky bool) (*stretch, error) {
	if c.table.history && c.give != nil {
		last, err := c.writeLatest(ctx)
		if err != nil {
			return nil, err
		}
		shaky = shaky || !last
	}
	return &stretch{Span: c.span, total: &total, shaky: shaky}, nil
}

// pass walks over the rows once. Each page overlaps the one before by a row.
func (c *crowd) pass(ctx context.Context) (pass, error) {
	c.passes++
	w := pass{steady: true, once: true}
	last, stale := uint64(0), 0
	return w, c.walk(ctx, func(p *sheet, offset int, ended bool) error {
		n, from := len(p.Rows), 0
		w.total = max(w.total, offset+n)
		switch {
		case offset > 0 && n > 0 && p.Rows[0].Sum == last && w.steady:
			from = 1
		case offset > 0:
			w.steady = false // the row of the overlap went, or is another
		}
		if n > 0 {
			last = p.Rows[n-1].Sum
		}
		got, fresh := c.enter(&w, p, from)
		if stale++; fresh > 0 || c.full {
			stale = 0
		}
		if err := c.hand(got); err != nil {
			return err
		}
		if stale == stalePages && !ended {
			return &api.Error{Kind: api.Broken, What: c.q.String(), Err: errOffset}
		}
		return nil
	})
}

// walk visits the pages of the crowd, each of which begins with the last row of
// the one before. The page belongs to visit.
func (c *crowd) walk(ctx context.Context, visit func(p *sheet, offset int, ended bool) error) error {
	for offset, pages := 0, 1; ; pages++ {
		p, err := c.ask(ctx, c.q.page(max(2, c.pageRows()), offset)) // one row is the overlap
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

// tooMany ends a stream that has more rows than can be told to be complete.
func (c *crowd) tooMany(n int) error {
	return &program.Error{Code: program.ExitConfig,
		Err:  fmt.Errorf("%s: the API has more than %d rows that no time divides, and they do not end", c.q.String(), n),
		Hint: "set a larger page_size (at most 100000), which the API must answer, or ask your Reprise contact; what lies before that moment is loaded",
	}
}

// enter counts the rows of a page from the given one on, and returns those of
// the span that were not met before, and how many this pass had not met.
func (c *crowd) enter(w *pass, p *sheet, from int) (got *stretch, fresh int) {
	got = c.keep(c.span, p)
	got.part = true
	s, chosen, k := c.span, []int(nil), 0
	for i := range p.Rows {
		row, at := &p.Rows[i], -1
		if k < len(got.kept) && got.kept[k] == int32(i) {
			at, k = k, k+1
		}
		if i < from {
			continue
		}
		w.rows++
		w.sums[0] += row.Sum
		w.sums[1] += mixed(row.Sum)
		known, twice := c.meet(row)
		w.once = w.once && !twice
		if !twice {
			fresh++
		}
		if at < 0 {
			continue
		}
		w.inside.Add(s, got.sums[at])
		if !known {
			c.all.Add(s, got.sums[at])
			chosen = append(chosen, at)
		}
	}
	got.only(chosen)
	return got, fresh
}

// meet enters a row, and reports whether it was met before, and even in this
// pass.
func (c *crowd) meet(row *rows.Row) (known, twice bool) {
	if c.full {
		return false, false
	}
	pass, known := c.met.at(row.Sum)
	twice = known && *pass == uint8(c.passes)
	*pass = uint8(c.passes)
	if !c.table.history && (c.table.ties || c.passes > 1) {
		c.keys.at(c.hashOf(row.JSON))
	}
	if c.met.slots*9+c.keys.slots*8+c.latest.written.slots*16 > crowdedBytes {
		c.full, c.met, c.keys = true, hashes[uint8]{}, hashes[struct{}]{}
	}
	return known, twice
}

// keysCount is how many different keys were met. One that changed between two
// passes is still one. Where a key has a row for each of its changes, a row
// stands for itself. A total order seldom needs the keys, and does not have those
// of the first pass.
func (c *crowd) keysCount() int {
	if c.table.history {
		return c.met.n
	}
	return c.keys.n
}

// hand hands rows on, with their page.
func (c *crowd) hand(got *stretch) error {
	if c.table.history && c.give != nil && !c.full {
		got.order()
		c.latest.enter(c.reader, got)
	}
	switch {
	case c.table.history && c.full:
		c.reader.pages.Put(got.page)
		return c.tooMany(c.all.Rows)
	case c.give == nil || len(got.rows) == 0:
		c.reader.pages.Put(got.page)
		return nil
	}
	return c.give(got)
}

// mixed is another hash of a hash.
func mixed(x uint64) uint64 {
	hi, lo := bits.Mul64(x^0x9e3779b97f4a7c15, 0xd6e8feb86659fd93)
	return hi ^ lo
}
