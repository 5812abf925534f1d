package reprise

import (
	"context"
	"iter"
	"time"

	"tap-reprise/tap"
)

// sessions reads a pipe with a session clock: the gap before what was loaded,
// if start_date moved to an earlier day, and then from a little before the
// bookmark to now.
func (r *reader) sessions(ctx context.Context, since tap.Bookmark) iter.Seq2[tap.Page, error] {
	return func(yield func(tap.Page, error) bool) {
		defer r.close()
		old, err := r.resumeFrom(since)
		if err == nil {
			err = r.setClock(ctx)
		}
		if err != nil {
			yield(tap.Page{}, err)
			return
		}
		w := r.walk(old)
		var page tap.Page
		for _, s := range w.spans {
			for got, err := range r.flights(ctx, s) {
				if err != nil {
					yield(tap.Page{}, err)
					return
				}
				page.Rows = got.rows
				page.Changes = r.changes(got, page.Changes[:0])
				page.Bookmark, page.Done = w.cover(got), w.done(got.to)
				if !yield(page, nil) {
					return
				}
			}
		}
		if len(w.spans) == 0 && !yield(tap.Page{Bookmark: w.stay, Done: 1}, nil) {
			return
		}
		if w.shaky != nil {
			yield(tap.Page{}, w.shaky)
		}
	}
}

// setClock makes sure that a data answer has set the server's clock, which the
// token's answer alone may set too late.
func (r *reader) setClock(ctx context.Context) error {
	if r.client.answered.Load() {
		return nil
	}
	q := r.all()
	if !r.table.noStart {
		q = q.with("start_timestamp", stamp(r.config.start.UnixMicro()))
	}
	p, err := r.ask(ctx, q.page(1, 0), false)
	if err == nil {
		r.pages.Put(p)
	}
	return err
}

// until is the end of a run: end_date or now, whichever is earlier. Now is
// rounded up, since rows of the present second are there already.
func (r *reader) until() (end, mark int64) {
	now := r.client.clock.now().UnixMicro()
	if e := r.config.end; !e.IsZero() && e.UnixMicro() <= now {
		return e.UnixMicro(), e.UnixMicro()
	}
	return now + second, now
}

func micros(d time.Duration) int64 { return int64(d / time.Microsecond) }
