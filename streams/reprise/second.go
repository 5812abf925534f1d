package reprise

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"strings"

	jsoniter "github.com/json-iterator/go"

	"tap-reprise/ledger"
	"tap-reprise/rows"
)

// crowdedPasses is how often rows that no single page can hold are read before
// they count as not readable in one piece.
const crowdedPasses = 10

// stalePages is how many pages in a row may bring nothing new before errOffset
// ends a read by offset that goes in circles. A short page, where every request
// has another order, brings nothing new by chance.
const stalePages = 10

var errOffset = errors.New("the API answers every offset with the same rows")

// A pass is one walk over a query by offset.
type pass struct {
	rows   []rows.Row     // with JSON of their own
	counts map[uint64]int // how often each sum occurs
	total  int            // rows by the largest offset that had any
	// changes tells what was repaired in rows, by their sum; Row is not set.
	changes map[uint64][]rows.Change
	steady  bool // every page began with the last row of the page before
}

// crowded reads what one page cannot hold and time cannot divide: a single
// second of server time, or the rest of a feed. Pages by offset are several
// queries, so a row that arrives or changes its place between two of them can
// hide another. A pass is complete if it was steady and met the very same rows
// as the steady pass before it; where the order is total, if it was steady and
// met no row twice. All passes together are complete if they met as many
// different keys as the last two counted, and none counted more.
func (r *reader) crowded(ctx context.Context, q query, s span) (*stretch, error) {
	keys, most := map[string]bool{}, 0
	all, met := pass{changes: map[uint64][]rows.Change{}}, map[uint64]bool{}
	var before pass
	for range crowdedPasses {
		p, err := r.pass(ctx, q)
		if err != nil {
			return nil, err
		}
		once := !r.table.ties && len(p.counts) == len(p.rows)
		if p.steady && (once || before.steady && maps.Equal(before.counts, p.counts)) {
			return r.collect(s, p, false), nil
		}
		for _, row := range p.rows {
			if !met[row.Sum] {
				met[row.Sum], keys[r.keyOf(row)] = true, true
				all.rows = append(all.rows, row)
			}
		}
		maps.Copy(all.changes, p.changes)
		most = max(most, p.total)
		if before.total == p.total && len(keys) == most {
			return r.collect(s, all, false), nil
		}
		before = p
	}
	r.warnOnce("shaky", "rows of one moment came in another order on every request; it will be read again",
		"request", q.String(), "rows", len(all.rows))
	return r.collect(s, all, true), nil
}

// keyOf is the key of a row: one that changed between two passes is still one.
// Where a key has a row for each of its changes, a row stands for itself.
func (r *reader) keyOf(row rows.Row) string {
	if r.table.history {
		return string(row.JSON)
	}
	var key strings.Builder
	for _, name := range r.table.key {
		key.WriteString(jsoniter.Get(row.JSON, name).ToString())
		key.WriteByte(0)
	}
	return key.String()
}

func (r *reader) collect(s span, p pass, shaky bool) *stretch {
	got := &stretch{span: s, shaky: shaky}
	for i := range p.rows {
		row := &p.rows[i]
		if !r.belongs(s, row) {
			continue
		}
		got.rows, got.kept = append(got.rows, row.JSON), append(got.kept, int32(i))
		got.sums = append(got.sums, ledger.Row{At: row.At, HasAt: row.HasAt, Sum: row.Sum})
		for _, c := range p.changes[row.Sum] {
			c.Row = i
			got.changes = append(got.changes, c)
		}
	}
	return got
}

// note keeps what was repaired in the rows of a page.
func (walk *pass) note(p *sheet) {
	byRow := map[uint64][]rows.Change{}
	for _, c := range p.Changes {
		sum := p.Rows[c.Row].Sum
		if list := byRow[sum]; len(list) == 0 || list[0].Row == c.Row { // a row may come twice
			byRow[sum] = append(list, c)
		}
	}
	maps.Copy(walk.changes, byRow)
}

// pass walks over q once. Each page overlaps the one before by a row.
func (r *reader) pass(ctx context.Context, q query) (pass, error) {
	walk := pass{counts: map[uint64]int{}, changes: map[uint64][]rows.Change{}, steady: true}
	for offset, stale := 0, 0; ; {
		p, err := r.ask(ctx, q.page(max(2, r.pageRows()), offset)) // one row is the overlap
		if err != nil {
			return walk, err
		}
		walk.note(p)
		n, fresh := len(p.Rows), 0
		for i := range p.Rows {
			row := &p.Rows[i]
			if q.until > 0 && row.HasAt && row.At >= q.until {
				walk.total = max(walk.total, offset+i)
				r.pages.Put(p)
				return walk, nil
			}
			if offset > 0 && i == 0 {
				walk.steady = walk.steady && row.Sum == walk.rows[len(walk.rows)-1].Sum
				if walk.steady {
					continue
				}
			}
			if walk.counts[row.Sum] == 0 {
				fresh++
			}
			walk.counts[row.Sum]++
			walk.rows = append(walk.rows, rows.Row{JSON: bytes.Clone(row.JSON), At: row.At, HasAt: row.HasAt, Sum: row.Sum})
		}
		r.pages.Put(p)
		walk.total = max(walk.total, offset+n)
		if n <= 1 {
			// The row of the overlap alone: the end. No row at all: it went.
			walk.steady = walk.steady && (n == 1 || offset == 0)
			return walk, nil
		}
		if stale++; fresh > 0 {
			stale = 0
		}
		if stale == stalePages {
			return walk, &brokenError{what: q.String(), err: errOffset}
		}
		offset += n - 1
	}
}
