package reprise

import "context"

const (
	// cutTries is how often a page that ends below its limit is read before a
	// silent limit counts as proved. Replicas that lag contradict each other, too.
	cutTries = 4

	// largeBytes is how much memory one page may take where a larger page spares
	// pages by offset. rowBytes is what a row takes beside its text.
	largeBytes, rowBytes = 32 << 20, 100
)

// onePage reads all that q holds in one page of limit rows, where time cannot make
// smaller parts. nil without an error: it is more than that.
func (r *reader) onePage(ctx context.Context, q query, limit int) (*stretch, error) {
	for cuts := 0; cuts < cutTries; cuts++ {
		longest := r.sizes.longestSoFar()
		q = q.page(limit, 0)
		p, err := r.ask(ctx, q)
		if err != nil {
			return nil, err
		}
		ok, err := r.whole(ctx, q, p, longest)
		if ok {
			return r.keep(always, p), nil
		}
		full := len(p.Rows) >= limit
		r.pages.Put(p)
		if err != nil || full {
			return nil, err
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

// largerPage reads all that q holds, which is more than page_size rows, in a larger
// page: one page is one query. nil without an error: it is more than memory takes.
func (r *reader) largerPage(ctx context.Context, q query) (*stretch, error) {
	for limit := r.config.PageSize; ; {
		next, ok := r.sizes.larger(limit)
		if !ok {
			return nil, nil
		}
		limit = next
		if got, err := r.onePage(ctx, q, limit); got != nil || err != nil {
			return got, err
		}
	}
}

// nextReplica asks for a row of q that nobody needs, so that another replica is the
// next to answer.
func (r *reader) nextReplica(ctx context.Context, q query) error {
	p, err := r.ask(ctx, q.page(1, 0))
	if err == nil {
		r.pages.Put(p)
	}
	return err
}
