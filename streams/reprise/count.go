package reprise

import (
	"context"
	"strconv"

	"tap-reprise/internal/ledger"
	"tap-reprise/streams"
)

// count compares the rows of s with n, in one request that gives at most two rows.
func count(r *streams.Reader, ctx context.Context, s ledger.Span, n int) (ledger.Verdict, error) {
	limit, offset, exactly := 2, n-1, 1
	if n == 0 {
		limit, offset, exactly = 1, 0, 0
	}
	p, err := r.Spans.Ask(ctx, between(r.Base(), s.From, s.To).Rows(limit, offset))
	if err != nil {
		return 0, err
	}
	defer r.Spans.Pages.Put(p)
	r.Log.Debug("counted", "span", s.String(), "expected", strconv.Itoa(n), "rows_behind", len(p.Rows))
	switch {
	case len(p.Rows) > exactly:
		return ledger.More, nil
	case len(p.Rows) < exactly:
		return ledger.Fewer, nil
	}
	return ledger.Exactly, nil
}
