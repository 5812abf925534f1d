package reprise

import (
	"context"

	"tap-reprise/tap"
)

// large reads a window that is more than a page: by a larger page, or by offset. By
// offset it is walked over twice, since only all of it shows whether the window has
// changed. In the second walk its rows go to yield at once. yield is nil where
// nobody wants the rows.
func (m *windowsRun) large(ctx context.Context, t task, done float64, yield func(tap.Page, error) bool) (*stretch, error) {
	q := m.query(t)
	got, err := m.r.largerPage(ctx, q)
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
