package reprise

import (
	"context"

	"tap-reprise/internal/ledger"
)

// askBounds answers the ledger's question about both bounds, with rows that lie
// exactly at an instant. One request is enough if both bounds include it.
func (r *reader) askBounds(ctx context.Context, at int64) (ledger.Bounds, error) {
	both, err := r.includes(ctx, ledger.Span{From: at, To: at}, at)
	if err != nil {
		return ledger.Bounds{}, err
	}
	if both == ledger.Inclusive {
		return ledger.Bounds{Start: ledger.Inclusive, End: ledger.Inclusive}, nil
	}
	var b ledger.Bounds
	if b.Start, err = r.includes(ctx, ledger.Span{From: at, To: at + ledger.Second}, at); err == nil {
		b.End, err = r.includes(ctx, ledger.Span{From: at - ledger.Second, To: at}, at)
	}
	return b, err
}

// includes reports whether the answer to s has a row exactly at an instant. It
// stays unknown if the answer may have been cut.
func (r *reader) includes(ctx context.Context, s ledger.Span, at int64) (ledger.Edge, error) {
	q := r.base().with("start_timestamp", stamp(s.From)).with("end_timestamp", stamp(s.To)).page(r.config.PageSize, 0)
	longest := r.sizes.longestSoFar()
	p, err := r.ask(ctx, q)
	if err != nil {
		return ledger.Unknown, err
	}
	defer r.pages.Put(p)
	for _, row := range p.Rows {
		if row.HasAt && row.At == at {
			return ledger.Inclusive, nil
		}
	}
	whole, err := r.whole(ctx, q, p, longest)
	if err != nil || !whole {
		return ledger.Unknown, err
	}
	return ledger.Exclusive, nil
}
