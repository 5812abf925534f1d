package stretch

import (
	"context"

	"tap-reprise/internal/ledger"
)

const (
	// cutTries is how often a page that ends below its limit is read before a
	// silent limit counts as proved. Replicas that lag contradict each other, too.
	cutTries = 4

	// largeBytes is how much memory one page may take where a larger page spares
	// pages by offset. rowBytes is what a row takes beside its text.
	largeBytes, rowBytes = 32 << 20, 100
)

// OnePage reads all that q holds in one page of limit rows, where time cannot make
// smaller parts. nil without an error: it is more than that.
func (r *Reader) OnePage(ctx context.Context, q Query, limit int) (*Stretch, error) {
	for cuts := 0; cuts < cutTries; cuts++ {
		q = q.Rows(limit, 0)
		p, ok, err := r.AskWhole(ctx, q)
		if err != nil {
			return nil, err
		}
		if ok {
			return r.Keep(ledger.Always, p), nil
		}
		full := len(p.Rows) >= limit
		r.Pages.Put(p)
		if full {
			return nil, nil
		}
		if cuts%2 == 0 {
			// Replicas that answer in turn give the next page to another one.
			if err := r.nextReplica(ctx, q); err != nil {
				return nil, err
			}
		}
	}
	return nil, nil
}

// LargerPage reads all that q holds, which is more than page_size rows, in a larger
// page: one page is one Query. nil without an error: it is more than memory takes.
func (r *Reader) LargerPage(ctx context.Context, q Query) (*Stretch, error) {
	for limit := r.PageSize; ; {
		next, ok := r.sizes.larger(limit, r.PageSize)
		if !ok {
			return nil, nil
		}
		limit = next
		if got, err := r.OnePage(ctx, q, limit); got != nil || err != nil {
			return got, err
		}
	}
}

// nextReplica asks for a row of q that nobody needs, so that another replica is the
// next to answer.
func (r *Reader) nextReplica(ctx context.Context, q Query) error {
	p, err := r.Ask(ctx, q.Rows(1, 0))
	if err == nil {
		r.Pages.Put(p)
	}
	return err
}
