package reprise

import "context"

// cutTries is how often a page that ends below its limit is read before a
// silent limit counts as proved: replicas that lag contradict each other, too.
const cutTries = 4

// everything reads what q holds, of which time cannot make smaller parts: with
// a larger limit, and then by offset.
func (r *reader) everything(ctx context.Context, q query) (*stretch, error) {
	limit, cuts := r.config.PageSize, 0
	for cuts < cutTries && limit <= 16*r.config.PageSize {
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
		if len(p.Rows) < limit {
			cuts++
		} else {
			limit *= 4
		}
		r.pages.Put(p)
		if err == nil && cuts%2 == 1 {
			// Replicas that answer in turn give the next page to another one.
			err = r.turn(ctx, q)
		}
		if err != nil {
			return nil, err
		}
	}
	return r.crowded(ctx, q, always)
}

// turn asks for a row of q that nobody needs.
func (r *reader) turn(ctx context.Context, q query) error {
	p, err := r.ask(ctx, q.page(1, 0))
	if err == nil {
		r.pages.Put(p)
	}
	return err
}
