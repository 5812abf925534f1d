package streams

import (
	"context"
	"tap-reprise/internal/ledger"
	"tap-reprise/internal/stretch"

	"tap-reprise/tap"
)

// large reads a window that is more than a page: by a larger page, or by offset. By
// offset it is walked over twice, since only all of it shows whether the window has
// changed. In the second walk its rows go to yield at once. yield is nil where
// nobody wants the rows.
func (m *windowsRun) large(ctx context.Context, t task, done float64, yield func(tap.Page, error) bool) (*stretch.Stretch, error) {
	q := m.query(t)
	got, err := m.r.Spans.LargerPage(ctx, q)
	if got != nil || err != nil {
		return got, err
	}
	got, err = m.r.Spans.Crowded(ctx, q, ledger.Always, nil)
	if err != nil || yield == nil || !got.Shaky && sumOf(got) == m.sums.sums[m.keyOf(t.Window, t.kind)] {
		return got, err
	}
	return m.r.Spans.Crowded(ctx, q, ledger.Always, func(part *stretch.Stretch) error {
		more := yield(tap.Page{Rows: part.Rows, Changes: m.r.changes(part), Done: done}, nil)
		m.r.Spans.Done(part)
		if !more {
			return errStopped
		}
		return nil
	})
}
