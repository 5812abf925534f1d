package streams

import (
	"context"
	"iter"
	"tap-reprise/internal/stretch"

	"tap-reprise/internal/ledger"
	"tap-reprise/tap"
)

// Feed reads a change feed by arrival. The cursor is the last stamp less an
// hour, since a row may become visible a little after its stamp. Stamps are whole
// seconds, and rows of one second have no documented order. So pages never go on
// by offset across seconds: after a full page, the next one begins a second before
// the last stamp.
func Feed(r *Reader, ctx context.Context, since tap.Bookmark) iter.Seq2[tap.Page, error] {
	return func(yield func(tap.Page, error) bool) {
		defer r.planner.close()
		if err := r.followFeed(ctx, since, yield); err != nil && err != errStopped {
			yield(tap.Page{}, err)
		}
	}
}

func (r *Reader) followFeed(ctx context.Context, since tap.Bookmark, yield func(tap.Page, error) bool) error {
	old, err := r.positionOf(since)
	if err == nil {
		err = r.setClock(ctx)
	}
	if err != nil {
		return err
	}
	r.warnEnded(old)
	_, now := r.until()
	cursor, last := old.at-micros(r.Table.Overlap), old.at
	switch {
	case old.empty:
		cursor = 0
	case old.foreign || old.future(r.Source.Now()):
		r.warnTaken(old, now)
		last = min(old.at, now)
		cursor = last - micros(r.lookback())
		old = position{}
	}
	write := func(got *stretch.Stretch, next int64) error {
		for _, row := range got.Sums {
			// Never beyond now: a bookmark in the future would lose rows.
			if row.HasAt && row.At <= now {
				last = max(last, row.At)
			}
		}
		r.Source.Env.Metrics.Add("rows_repeated", r.Stream.Name, repeats(got, old))
		page := tap.Page{Rows: got.Rows, Changes: r.changes(got)}
		if next == 0 && !got.Part {
			page.Done = 1 // before the end, nobody knows how much there is
		}
		switch {
		case got.Shaky || got.Part:
		case last > 0:
			page.Bookmark = r.save(old.members, last)
		default:
			page.Bookmark = tap.Bookmark(`{"v":1}`)
		}
		more := yield(page, nil)
		r.Spans.Done(got)
		if !more {
			return errStopped
		}
		return nil
	}
	for {
		got, next, err := r.feedPage(ctx, cursor, func(part *stretch.Stretch) error { return write(part, 0) })
		if err != nil {
			return err
		}
		r.Spans.Order(got)
		switch err := write(got, next); {
		case err != nil:
			return err
		case got.Shaky:
			return notTwice(r.Stream.Name, ledger.Span{From: max(0, cursor), To: last})
		case next == 0:
			return nil
		}
		cursor = next
	}
}

// feedPage reads what comes after cursor, exclusive; 0 is the start. next is the
// cursor to go on from, or 0 when nothing is left. A second larger than a page goes
// to give in parts.
func (r *Reader) feedPage(ctx context.Context, cursor int64, give func(*stretch.Stretch) error) (got *stretch.Stretch, next int64, err error) {
	q := r.Table.FeedFrom(r, max(0, cursor)).Rows(r.Source.PageSize, 0)
	p, ok, err := r.Spans.AskWhole(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	all := ledger.Always
	if !r.Source.End.IsZero() {
		all.To = r.Source.End.UnixMicro()
	}
	if ok {
		return r.Spans.Keep(all, p), 0, nil
	}
	last, sorted := lastStamp(p)
	if next = last - ledger.Second; sorted && next > cursor && next > 0 {
		return r.Spans.Keep(all, p), next, nil
	}
	r.Spans.Pages.Put(p)
	if next = last; !sorted {
		next = 0 // no order to go by: all that is left
	} else {
		q = q.Until(last + ledger.Second) // a second larger than a page
	}
	got, err = r.Spans.Crowded(ctx, q, all, give)
	return got, next, err
}

// lastStamp is the whole second of the last row's stamp, and whether the
// stamps ascend to it as documented.
func lastStamp(p *stretch.Sheet) (last int64, sorted bool) {
	for i := range p.Rows {
		at := ledger.FloorTo(p.Rows[i].At, ledger.Second)
		if !p.Rows[i].HasAt || at < last {
			return 0, false
		}
		last = at
	}
	return last, true
}

// repeats counts the rows of got that an earlier run wrote already.
func repeats(got *stretch.Stretch, old position) int64 {
	n := int64(0)
	for _, row := range got.Sums {
		if !old.empty && row.HasAt && row.At <= old.at {
			n++
		}
	}
	return n
}
