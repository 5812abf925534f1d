package reprise

import "context"

// everything reads what q holds, of which time cannot make smaller parts: with
// a larger limit, and then by offset.
func (r *reader) everything(ctx context.Context, q query) (*stretch, error) {
	for limit := r.config.PageSize; ; limit *= 4 {
		longest := r.longestSoFar()
		q = q.page(limit, 0)
		p, err := r.ask(ctx, q)
		if err != nil {
			return nil, err
		}
		ok, err := r.whole(ctx, q, p, longest)
		if ok {
			return r.keep(always, p), nil
		}
		cut := len(p.Rows) < limit
		r.pages.Put(p)
		if err != nil {
			return nil, err
		}
		if cut || limit > 4*r.config.PageSize {
			return r.crowded(ctx, q, always)
		}
	}
}
