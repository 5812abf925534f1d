package reprise

import (
	"context"

	"tap-reprise/internal/ledger"
	"tap-reprise/streams"
)

// askBounds answers the ledger's question about both bounds, with rows that lie
// exactly at an instant. One request is enough if both bounds include it.
func askBounds(r *streams.Reader, ctx context.Context, at int64) (ledger.Bounds, error) {
	both, err := includes(r, ctx, ledger.Span{From: at, To: at}, at)
	if err != nil {
		return ledger.Bounds{}, err
	}
	if both == ledger.Inclusive {
		return ledger.Bounds{Start: ledger.Inclusive, End: ledger.Inclusive}, nil
	}
	var b ledger.Bounds
	if b.Start, err = includes(r, ctx, ledger.Span{From: at, To: at + ledger.Second}, at); err == nil {
		b.End, err = includes(r, ctx, ledger.Span{From: at - ledger.Second, To: at}, at)
	}
	return b, err
}

// includes reports whether the answer to s has a row exactly at an instant. It
// stays unknown if the answer may have been cut.
func includes(r *streams.Reader, ctx context.Context, s ledger.Span, at int64) (ledger.Edge, error) {
	q := between(r.Base(), s.From, s.To).Rows(r.Source.PageSize, 0)
	p, err := r.Spans.Ask(ctx, q)
	if err != nil {
		return ledger.Unknown, err
	}
	defer r.Spans.Pages.Put(p)
	for _, row := range p.Rows {
		if row.HasAt && row.At == at {
			return ledger.Inclusive, nil
		}
	}
	whole, err := r.Spans.Whole(ctx, q, p)
	if err != nil || !whole {
		return ledger.Unknown, err
	}
	return ledger.Exclusive, nil
}
