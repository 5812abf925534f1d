package reprise

import (
	"bytes"
	"cmp"
	"context"
	"iter"
	"slices"

	"tap-reprise/internal/ledger"
	"tap-reprise/tap"
)

// readFeed reads the change feed by arrival. The cursor is the last stamp less an
// hour, since a row may become visible a little after its stamp. Stamps are whole
// seconds, and rows of one second have no documented order. So pages never go on
// by offset across seconds: after a full page, the next one begins a second before
// the last stamp.
func (r *reader) readFeed(ctx context.Context, since tap.Bookmark) iter.Seq2[tap.Page, error] {
	return func(yield func(tap.Page, error) bool) {
		defer r.planner.close()
		if err := r.followFeed(ctx, since, yield); err != nil && err != errStopped {
			yield(tap.Page{}, err)
		}
	}
}

func (r *reader) followFeed(ctx context.Context, since tap.Bookmark, yield func(tap.Page, error) bool) error {
	old, err := r.positionOf(since)
	if err == nil {
		err = r.setClock(ctx)
	}
	if err != nil {
		return err
	}
	r.warnEnded(old)
	_, now := r.until()
	cursor, last := old.at-micros(r.table.overlap), old.at
	switch {
	case old.empty:
		cursor = 0
	case old.foreign || old.future(r.conn.now()):
		r.warnTaken(old, now)
		last = min(old.at, now)
		cursor = last - micros(r.lookback())
		old = position{}
	}
	write := func(got *stretch, next int64) error {
		for _, row := range got.sums {
			// Never beyond now: a bookmark in the future would lose rows.
			if row.HasAt && row.At <= now {
				last = max(last, row.At)
			}
		}
		r.conn.counts.Add("rows_repeated", r.stream.Name, repeats(got, old))
		page := tap.Page{Rows: got.rows, Changes: r.changes(got)}
		if next == 0 && !got.part {
			page.Done = 1 // before the end, nobody knows how much there is
		}
		switch {
		case got.shaky || got.part:
		case last > 0:
			page.Bookmark = r.save(old.members, last)
		default:
			page.Bookmark = tap.Bookmark(`{"v":1}`)
		}
		more := yield(page, nil)
		r.pages.Put(got.page)
		if !more {
			return errStopped
		}
		return nil
	}
	for {
		got, next, err := r.feedPage(ctx, cursor, func(part *stretch) error { return write(part, 0) })
		if err != nil {
			return err
		}
		got.order()
		switch err := write(got, next); {
		case err != nil:
			return err
		case got.shaky:
			return notTwice(r.stream.Name, ledger.Span{From: max(0, cursor), To: last})
		case next == 0:
			return nil
		}
		cursor = next
	}
}

// feedPage reads what comes after cursor, exclusive; 0 is the start. next is the
// cursor to go on from, or 0 when nothing is left. A second larger than a page goes
// to give in parts.
func (r *reader) feedPage(ctx context.Context, cursor int64, give func(*stretch) error) (got *stretch, next int64, err error) {
	q := r.base().page(r.config.PageSize, 0)
	if cursor > 0 {
		q = q.with("since_ingested_at", stamp(cursor))
	}
	longest := r.sizes.longestSoFar()
	p, err := r.ask(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	ok, err := r.whole(ctx, q, p, longest)
	if err != nil {
		r.pages.Put(p)
		return nil, 0, err
	}
	all := always
	if !r.config.end.IsZero() {
		all.To = r.config.end.UnixMicro()
	}
	if ok {
		return r.keep(all, p), 0, nil
	}
	last, sorted := lastStamp(p)
	if next = last - ledger.Second; sorted && next > cursor && next > 0 {
		return r.keep(all, p), next, nil
	}
	r.pages.Put(p)
	if next = last; !sorted {
		next = 0 // no order to go by: all that is left
	} else {
		q.until = last + ledger.Second // a second larger than a page
	}
	got, err = r.crowded(ctx, q, all, give)
	return got, next, err
}

// order sorts the rows so that the last row of an entity is its last change. It goes
// by the stamp and, within its whole second, by when the change happened.
func (got *stretch) order() {
	at := make([]int, len(got.rows))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(a, b int) int {
		return cmp.Or(cmp.Compare(got.sums[a].At, got.sums[b].At),
			bytes.Compare(changedAt(got.rows[a]), changedAt(got.rows[b])))
	})
	old := *got
	got.rows, got.sums, got.kept = make([][]byte, len(at)), make([]ledger.Digest, len(at)), make([]int32, len(at))
	for i, from := range at {
		got.rows[i], got.sums[i], got.kept[i] = old.rows[from], old.sums[from], old.kept[from]
	}
}

// changedAt is the text of changed_at in a row as written. It has the same width in all
// rows, and is nil where the column is not selected. The mark cannot stand inside
// another text: its quotes would be escaped there.
func changedAt(row []byte) []byte {
	mark := []byte(`"changed_at":"`)
	i := bytes.Index(row, mark)
	if i < 0 {
		return nil
	}
	text := row[i+len(mark):]
	return text[:max(0, bytes.IndexByte(text, '"'))]
}

// lastStamp is the whole second of the last row's stamp, and whether the
// stamps ascend to it as documented.
func lastStamp(p *sheet) (last int64, sorted bool) {
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
func repeats(got *stretch, old position) int64 {
	n := int64(0)
	for _, row := range got.sums {
		if !old.empty && row.HasAt && row.At <= old.at {
			n++
		}
	}
	return n
}
