package stretch

import (
	"context"
	"math/bits"

	"tap-reprise/internal/api"
	"tap-reprise/internal/ledger"
	"tap-reprise/internal/rows"
)

// A round is one walk over a query by offset.
type round struct {
	inside ledger.Total // of the rows that belong to the span
	rows   int
	sums   [2]uint64 // of the rows, to see whether another round met the very same
	total  int       // rows by the largest offset that had any
	steady bool      // every page began with the last row of the page before
	once   bool      // no row was met twice
}

// round walks over the rows once. Each page overlaps the one before by a row.
func (c *crowd) round(ctx context.Context) (round, error) {
	c.rounds++
	w := round{steady: true, once: true}
	last, stale := uint64(0), 0
	return w, c.walk(ctx, func(p *Sheet, offset int, ended bool) error {
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
		if err := c.handOn(got); err != nil {
			return err
		}
		if stale == stalePages && !ended {
			return &api.Error{Kind: api.Broken, What: c.r.Name(c.q), Err: errOffset}
		}
		return nil
	})
}

// enter counts the rows of a page from the given one on. It returns those of the
// span that were not met before, and how many this round had not met.
func (c *crowd) enter(w *round, p *Sheet, from int) (got *Stretch, fresh int) {
	got = c.r.Keep(c.span, p)
	got.Part = true
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
		w.inside.Add(s, got.Sums[at])
		if !known {
			c.total.Add(s, got.Sums[at])
			chosen = append(chosen, at)
		}
	}
	got.only(chosen)
	return got, fresh
}

// meet enters a row. It reports whether the row was met before, and whether that was
// in this round.
func (c *crowd) meet(row *rows.Row) (known, twice bool) {
	if c.full {
		return false, false
	}
	round, known := c.met.at(row.Sum)
	twice = known && *round == uint8(c.rounds)
	*round = uint8(c.rounds)
	if !c.r.History && (c.r.Ties || c.rounds > 1) {
		c.keys.at(c.r.hashOf(row.JSON))
	}
	if c.met.slots*9+c.keys.slots*8+c.latest.written.slots*16 > CrowdedBytes {
		c.full, c.met, c.keys = true, hashes[uint8]{}, hashes[struct{}]{}
	}
	return known, twice
}

// keysCount is how many different keys were met. A row that changed between two
// rounds is still one key. Where a key has a row for each of its changes, each row
// counts. A total order seldom needs the keys, and does not have those of the
// first round.
func (c *crowd) keysCount() int {
	if c.r.History {
		return c.met.n
	}
	return c.keys.n
}

// mixed is another hash of a hash.
func mixed(x uint64) uint64 {
	hi, lo := bits.Mul64(x^0x9e3779b97f4a7c15, 0xd6e8feb86659fd93)
	return hi ^ lo
}
