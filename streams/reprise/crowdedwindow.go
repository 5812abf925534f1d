package reprise

import (
	"context"

	"tap-reprise/tap"
)

// large reads a window that is more than a page, one at a time: by a larger page,
// or by offset, whose rows go to yield at once. They are walked over twice then,
// since whether a window has changed is known when all of it was seen. yield is
// nil where nobody wants the rows.
func (m *windowsRun) large(ctx context.Context, t task, done float64, yield func(tap.Page, error) bool) (*stretch, error) {
	q := m.query(t)
	got, err := m.r.larger(ctx, q)
	if got != nil || err != nil {
		return got, err
	}
	got, err = m.r.crowded(ctx, q, always, nil)
	if err != nil || yield == nil || !got.shaky && sumOf(got) == m.sums.sums[keyOf(t.window, t.kind)] {
		return got, err
	}
	return m.r.crowded(ctx, q, always, func(part *stretch) error {
		more := yield(tap.Page{Rows: part.rows, Changes: m.r.changes(part), Done: done}, nil)
		m.r.pages.Put(part.page)
		if !more {
			return errStopped
		}
		return nil
	})
}
