package stretch

import (
	"context"
	"errors"
	"slices"

	"tap-reprise/internal/api"
	"tap-reprise/internal/rows"
)

// Ask answers q, again and again while that may help. The page belongs to the
// caller, who gives it back to r.Pages. If q is divisible, an error that a
// smaller request may avoid comes back at once, see api.Smaller.
func (r *Reader) Ask(ctx context.Context, q Query) (*Sheet, error) {
	var p *Sheet
	longest := r.sizes.seen()
	more := 0 // than the limit, to be another address: a cache that ignores no-cache has no answer to it
	tries := api.Tries{Since: q.failing, Divisible: q.Divisible, Log: r.Log.Logger}
	err := r.Client.Insist(ctx, tries, func() error {
		asked := q
		if asked.Limit > 0 {
			asked.Limit += more
		}
		old := false
		err := r.Send(ctx, asked, func(a *api.Answer) error {
			if p == nil {
				p = r.Pages.Get() // not before: one may have come back by now
			}
			old = a.Age() > 0
			if err := q.decode(a, p); err != nil || r.Check == nil {
				return err
			}
			return r.Check(q, p)
		})
		switch {
		case err != nil || !old:
			return err
		case more == 0 && r.Hints.aged.Load() < agedTries:
			more = int(r.Hints.cached.Add(1))
			return &api.Error{Kind: api.Broken, What: r.Name(q), Err: errors.New("a cache answered for the API")}
		}
		r.answeredByCache()
		return nil
	})
	if err != nil {
		r.Pages.Put(p)
		return nil, err
	}
	p.longest = longest
	if q.Aside || r.Judge == nil {
		return p, nil
	}
	r.sizes.learn(p)
	if err := r.Judge(p); err != nil {
		r.Pages.Put(p)
		return nil, err
	}
	return p, nil
}

// AskWhole answers q and reports whether the answer holds all its rows. q has a
// limit. Without an error the page belongs to the caller, as that of Ask.
func (r *Reader) AskWhole(ctx context.Context, q Query) (p *Sheet, whole bool, err error) {
	if p, err = r.Ask(ctx, q); err != nil {
		return nil, false, err
	}
	if whole, err = r.Whole(ctx, q, p); err != nil {
		r.Pages.Put(p)
		return nil, false, err
	}
	return p, whole, nil
}

// Whole reports whether p, the answer to q, holds all rows of q. q has a limit.
//
// A page is whole if it is below its limit and shorter than another page of this
// run: a silent limit would have cut both at the same height. Any other page is
// proved by a question for the rows from its last one on. The answer must be one
// row of this page. A replica that lags behind may say otherwise. So if only a
// silent limit can have cut the page, the question is asked twice.
//
// rows_before_limit_at_least proves nothing. It may speak of more rows than the
// page has. If the page is full, that agrees with it, and nothing more is asked.
// Else the question is asked, and if it disproves the count, the count is not
// looked at again.
func (r *Reader) Whole(ctx context.Context, q Query, p *Sheet) (bool, error) {
	n := len(p.Rows)
	doubt := r.Hints.behind(p) > 0
	switch {
	case doubt && r.sizes.isFull(n, q.Limit):
		return false, nil
	case !doubt && (n == 0 || n < p.longest && n < q.Limit):
		return true, nil
	}
	for range max(1, min(2, 1+q.Limit-n)) {
		proved, err := r.endsAs(ctx, q, p)
		if err != nil {
			return false, err
		}
		if proved && doubt {
			r.countDisproved(p)
		}
		if proved {
			return true, nil
		}
	}
	r.sizes.cutTo(n)
	return false, nil
}

// endsAs reports whether q, asked again, ends with as many rows as p and a row
// of p.
func (r *Reader) endsAs(ctx context.Context, q Query, p *Sheet) (bool, error) {
	if len(p.Rows) == 0 {
		proof, err := r.Ask(ctx, q.Rows(1, 0))
		if err != nil {
			return false, err
		}
		defer r.Pages.Put(proof)
		return len(proof.Rows) == 0, nil
	}
	proof, err := r.Ask(ctx, q.Rows(2, len(p.Rows)-1))
	if err != nil {
		return false, err
	}
	defer r.Pages.Put(proof)
	return len(proof.Rows) == 1 && slices.ContainsFunc(p.Rows, func(row rows.Row) bool { return row.Sum == proof.Rows[0].Sum }), nil
}
