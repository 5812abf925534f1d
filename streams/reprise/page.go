package reprise

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"tap-reprise/internal/api"
	"tap-reprise/internal/rows"
	"tap-reprise/tap"
)

// ask answers q, again and again while that may help. The page belongs to the
// caller, who gives it back to r.pages. If q is divisible, an error that a
// smaller request may avoid comes back at once, see api.Smaller.
func (r *reader) ask(ctx context.Context, q query) (*sheet, error) {
	var p *sheet
	more := 0 // than the limit, to be another address: a cache that ignores no-cache has no answer to it
	tries := api.Tries{Since: q.failing, Divisible: q.divisible, Log: r.log.Logger}
	err := r.conn.client.Insist(ctx, tries, func() error {
		asked := q
		if more > 0 {
			asked = q.with("limit", strconv.Itoa(q.limit()+more))
		}
		old := false
		err := r.conn.get(ctx, asked, func(a *api.Answer) error {
			if p == nil {
				p = r.pages.Get() // not before: one may have come back by now
			}
			old = a.Age() > 0
			return q.decode(a, p)
		})
		switch {
		case err != nil || !old:
			return err
		case more == 0 && r.hints.aged.Load() < agedTries:
			more = int(r.hints.cached.Add(1))
			return &api.Error{Kind: api.Broken, What: q.String(), Err: errors.New("a cache answered for the API")}
		}
		r.answeredByCache()
		return nil
	})
	if err != nil {
		r.pages.Put(p)
		return nil, err
	}
	if q.pipe == r.table.name && !r.planner.quiet {
		r.sizes.learn(p)
		r.planner.leaveOut(p)
		if err := r.planner.judge(p); err != nil {
			r.pages.Put(p)
			return nil, err
		}
	}
	return p, nil
}

// whole reports whether p, the answer to q, holds all rows of q. q has a limit.
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
func (r *reader) whole(ctx context.Context, q query, p *sheet, longest int) (bool, error) {
	n := len(p.Rows)
	doubt := r.hints.behind(p) > 0
	switch {
	case doubt && r.sizes.isFull(n, q.limit()):
		return false, nil
	case !doubt && (n == 0 || n < longest && n < q.limit()):
		return true, nil
	}
	for range max(1, min(2, 1+q.limit()-n)) {
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
func (r *reader) endsAs(ctx context.Context, q query, p *sheet) (bool, error) {
	if len(p.Rows) == 0 {
		proof, err := r.ask(ctx, q.page(1, 0))
		if err != nil {
			return false, err
		}
		defer r.pages.Put(proof)
		return len(proof.Rows) == 0, nil
	}
	proof, err := r.ask(ctx, q.page(2, len(p.Rows)-1))
	if err != nil {
		return false, err
	}
	defer r.pages.Put(proof)
	return len(proof.Rows) == 1 && slices.ContainsFunc(p.Rows, func(row rows.Row) bool { return row.Sum == proof.Rows[0].Sum }), nil
}

// changes translates the row path's changes for the rows kept of a stretch.
func (r *reader) changes(got *stretch) (out []tap.Change) {
	if len(got.changes) == 0 {
		return nil
	}
	at := make(map[int]int, len(got.kept))
	for i, row := range got.kept {
		at[int(row)] = i
	}
	for _, c := range got.changes {
		i, ok := at[c.Row]
		if !ok {
			continue
		}
		out = append(out, tap.Change{Row: i, Field: c.Column, Nulled: c.Nulled})
		what := "repaired"
		if c.Nulled {
			what = "replaced by null"
		}
		r.log.warnOnce(what+c.Column, "a value could not be passed on as it came", "column", r.conn.words(c.Column), "value", what)
	}
	return out
}
