package streams

import (
	"context"
	"iter"

	"tap-reprise/internal/ledger"
	"tap-reprise/internal/stretch"
	"tap-reprise/tap"
)

// Whole reads everything that an endpoint holds, in every run: for streams that are
// small, and without a clock to go by. Each question's answer must be whole in itself;
// see Table.Check.
func Whole(r *Reader, ctx context.Context, _ tap.Bookmark) iter.Seq2[tap.Page, error] {
	return func(yield func(tap.Page, error) bool) {
		defer r.planner.close()
		questions, err := r.Table.Questions(r, ctx)
		if err != nil {
			yield(tap.Page{}, err)
			return
		}
		if len(questions) == 0 {
			yield(tap.Page{Bookmark: tap.Bookmark(`{"v":1}`), Done: 1}, nil)
		}
		for i, q := range questions {
			p, err := r.Spans.Ask(ctx, q)
			if err != nil {
				yield(tap.Page{}, err)
				return
			}
			page := r.pageOf(r.Spans.Keep(ledger.Always, p))
			page.Done = float64(i+1) / float64(len(questions))
			if i == len(questions)-1 {
				page.Bookmark = tap.Bookmark(`{"v":1}`)
			}
			more := yield(page, nil)
			r.Spans.Pages.Put(p)
			if !more {
				return
			}
		}
	}
}

// pageOf is the page of a stretch, all of whose rows are written.
func (r *Reader) pageOf(got *stretch.Stretch) tap.Page {
	return tap.Page{Rows: got.Rows, Changes: r.changes(got)}
}
