package reprise

import (
	"context"
	"time"

	"tap-reprise/internal/api"
	"tap-reprise/internal/ledger"
	"tap-reprise/internal/rows"
)

// A stretch is everything that the API held of a span at one moment, or a part of
// that: see crowded.
type stretch struct {
	ledger.Span
	part    bool          // more of the span follows, and that with the total
	total   *ledger.Total // of the parts before it; nil: there were none
	page    *sheet        // owner of all below; nil: they own themselves
	rows    [][]byte
	sums    []ledger.Digest // the kept rows, as the ledger wants them
	kept    []int32         // which of the rows read these are
	changes []rows.Edit     // of the rows read, by the index that kept has
	shaky   bool            // could not be read twice the same
}

// query asks for a span with a second to spare on either side. Neither how the
// bounds are read nor how precise the clock is, is documented.
func (r *reader) query(s ledger.Span) query {
	return r.base().with("start_timestamp", stamp(ledger.FloorTo(s.From, ledger.Second)-ledger.Second)).
		with("end_timestamp", stamp(-ledger.FloorTo(-s.To, ledger.Second)))
}

// The clock of the API's database, ClickHouse's DateTime, begins and ends here.
var (
	clockBegins = time.Unix(0, 0).UTC()
	clockEnds   = time.Date(2105, 12, 31, 23, 59, 59, 0, time.UTC)
)

// stamp writes a moment as the API takes it (section 2): whole seconds, UTC. What
// its clock cannot show becomes its begin or its end. So an earlier moment never
// becomes a later stamp.
func stamp(micros int64) string {
	micros = max(clockBegins.UnixMicro(), min(micros, clockEnds.UnixMicro()))
	return time.UnixMicro(micros).UTC().Format(time.DateTime)
}

// stretches reads s from its start to its end and hands each stretch to give, in
// order. A stretch that is not whole is thrown away, and a narrower one is asked
// for. cut says where a stretch may end. The first may be all of s. Answers wait
// for the permit p, which give ends.
func (r *reader) stretches(ctx context.Context, s ledger.Span, cut ledger.Cut, p *permit, give func(*stretch) error) error {
	failing := time.Time{} // when the first of a chain of ever shorter ones was asked for
	for part := s; part.From < s.To; {
		began := time.Now()
		q := r.query(part).page(r.config.PageSize, 0)
		q.divisible, q.permit, q.failing = part.To-part.From > ledger.Second, p, failing
		got, rows, err := r.stretch(ctx, part, q, give)
		switch {
		case q.divisible && api.Smaller(err):
			if !failing.IsZero() && time.Since(failing) > r.conn.client.Budget() {
				return r.conn.client.GiveUp(err)
			}
			if failing.IsZero() {
				failing = began
			}
			part.To = r.narrower(part, 0)
			r.log.Info("will ask for a shorter stretch of time", "until", rfc3339(part.To), "cause", err.Error())
			continue
		case err != nil:
			return err
		case got == nil:
			part.To = r.narrower(part, rows)
			continue
		}
		failing = time.Time{}
		last := r.measured(got)
		if err := give(got); err != nil {
			return err
		}
		part = ledger.Span{From: part.To, To: s.To}
		if part.From < s.To {
			part.To = cut(ledger.Span{From: part.From, To: s.To}, last)
		}
	}
	return nil
}

// stretch reads s with q. If it returns neither a stretch nor an error, the page
// was not whole, and the number is a lower bound for the rows of s. A second
// larger than a page goes to give in parts.
func (r *reader) stretch(ctx context.Context, s ledger.Span, q query, give func(*stretch) error) (*stretch, int64, error) {
	longest := r.sizes.longestSoFar()
	p, err := r.ask(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	ok, err := r.whole(ctx, q, p, longest)
	if err != nil || !ok && q.divisible {
		n := int64(len(p.Rows)) + max(1, r.hints.behind(p))
		r.pages.Put(p)
		return nil, n, err
	}
	if !ok {
		r.pages.Put(p)
		q.failing = time.Time{} // each of the pages has its own
		got, err := r.crowded(ctx, q, s, give)
		return got, 0, err
	}
	return r.keep(s, p), 0, nil
}

// keep leaves out the rows that belong to other stretches.
func (r *reader) keep(s ledger.Span, p *sheet) *stretch {
	got := &stretch{Span: s, page: p, changes: p.Edits, rows: p.lines[:0], kept: p.kept[:0], sums: p.sums[:0]}
	for i := range p.Rows {
		row := &p.Rows[i]
		if !r.belongs(s, row) {
			continue
		}
		got.rows = append(got.rows, row.JSON)
		got.kept = append(got.kept, int32(i))
		got.sums = append(got.sums, ledger.Digest{At: row.At, HasAt: row.HasAt, Sum: row.Sum})
	}
	p.lines, p.kept, p.sums = got.rows, got.kept, got.sums
	return got
}

// choose keeps only the rows at these indexes, which ascend.
func (got *stretch) choose(indexes []int) {
	for i, at := range indexes {
		got.rows[i], got.kept[i] = got.rows[at], got.kept[at]
	}
	got.rows, got.kept = got.rows[:len(indexes)], got.kept[:len(indexes)]
}

// only is choose, where the ledger has not seen the rows.
func (got *stretch) only(indexes []int) {
	for i, at := range indexes {
		got.sums[i] = got.sums[at]
	}
	got.sums = got.sums[:len(indexes)]
	got.choose(indexes)
}

// count is how many rows the stretch stands for.
func (got *stretch) count() int {
	if got.total != nil {
		return got.total.Rows
	}
	return len(got.rows)
}

// release gives back the memory of the rows before the n-th of those kept. That of
// the last ones goes back with their page.
func (got *stretch) release(n int) {
	if got.page != nil && n < len(got.kept) {
		got.page.Release(int(got.kept[n]))
	}
}

// belongs reports whether a row that was sent for s is to be written with it. The
// second to spare brings in rows of the neighbours, which write them themselves. A
// row stays if its clock lies elsewhere, stands for two moments, or is missing.
func (r *reader) belongs(s ledger.Span, row *rows.Row) bool {
	switch {
	case r.table.windows, row.HasAt && s.From <= row.At && row.At < s.To:
		return true
	case r.table.noStart:
		return !row.HasAt
	case row.HasAt && row.At >= s.From-2*ledger.Second && row.At < s.To+2*ledger.Second && !row.Twice:
		return false
	}
	r.log.warnOnce("elsewhere", "the API sends rows whose "+r.table.clock+" is missing or outside the time asked for; they are written", "column", r.table.clock)
	return true
}

// narrower is where s may end after it proved too large: in its middle, or earlier
// where half of n, the rows that it is said to hold, would not fit either. A wrong
// n must not make it much too narrow.
func (r *reader) narrower(s ledger.Span, n int64) int64 {
	share := 0.5
	if n > 0 {
		share = max(1.0/16, min(share, 0.7*float64(r.sizes.rows())/float64(n)))
	}
	return ledger.FloorTo(s.From, ledger.Second) + max(ledger.Second, ledger.FloorTo(int64(float64(s.To-s.From)*share), ledger.Second))
}

// measured notes the density of a stretch, by which the width of the next is found.
func (r *reader) measured(got *stretch) ledger.Density {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = ledger.Density{Rows: got.count(), Over: got.To - got.From}
	return r.last
}
