package reprise

import (
	"context"
	"slices"

	"tap-reprise/internal/ledger"
	"tap-reprise/internal/rows"
	"tap-reprise/internal/stretch"
	"tap-reprise/schemas"
	"tap-reprise/streams"
)

// boundsPipe is the pipe to ask how metrics read their bounds, and boundsClock its
// clock. It has one row a session, and metrics filter on the same session time.
const (
	boundsPipe  = "replay_session_summary"
	boundsClock = "session_created_at"
)

// askWindowBounds asks the API once what its page leaves open: whether a
// session at exactly end_timestamp, or start_timestamp, is inside. A reading is
// Unknown for want of a session, or of access to the pipe that is asked. first is
// the moment before which there is no session, as far as is known.
func askWindowBounds(r *streams.Reader, ctx context.Context) (b ledger.Bounds, first int64, err error) {
	at, fractions, err := firstSession(r, ctx)
	switch {
	case err == nil && at == 0:
		first = r.Until()
	case err == nil:
		first = ledger.FloorTo(at, ledger.Second) - ledger.Second // a second to spare
		b, err = windowBounds(r, ctx, at, fractions)
	}
	if err != nil {
		r.Log.Debug("cannot ask how the bounds of a window are read", "cause", err.Error())
		return ledger.Bounds{}, r.Source.Start.UnixMicro(), ctx.Err()
	}
	return b, first, nil
}

// windowBounds asks with a session that is known to be there at an instant. A
// clock with fractions of a second makes the question idle: a bound cannot have
// any.
func windowBounds(r *streams.Reader, ctx context.Context, at int64, fractions bool) (b ledger.Bounds, err error) {
	if fractions {
		return ledger.Bounds{Start: ledger.Inclusive, End: ledger.Exclusive}, nil
	}
	b.End, err = holdsSession(r, ctx, ledger.Span{From: at - ledger.Second, To: at}, at) // a second to spare at the start
	if err != nil || b.End == ledger.Unknown {
		return ledger.Bounds{}, err
	}
	only := ledger.Span{From: at, To: at + ledger.Second} // which holds this very second, or nothing
	if b.End == ledger.Inclusive {
		only.To = at
	}
	b.Start, err = holdsSession(r, ctx, only, at)
	return b, err
}

// holdsSession asks for s and looks for a session exactly at an instant at which
// there is one. The answer is Unknown if it may lie behind the page.
func holdsSession(r *streams.Reader, ctx context.Context, s ledger.Span, at int64) (ledger.Edge, error) {
	p, err := r.Spans.Ask(ctx, boundsQuery(s).Rows(r.Source.PageSize, 0))
	if err != nil {
		return ledger.Unknown, err
	}
	defer r.Spans.Pages.Put(p)
	switch {
	case slices.ContainsFunc(p.Rows, func(row rows.Row) bool { return row.HasAt && row.At == at }):
		return ledger.Inclusive, nil
	case len(p.Rows) == r.Source.PageSize:
		return ledger.Unknown, nil
	}
	return ledger.Exclusive, nil
}

// firstSession is the clock of the first session, 0 if there is none. It also reports
// whether that clock has fractions of a second. It looks in ever wider spans: all of
// time at once may be more than the API can sort.
func firstSession(r *streams.Reader, ctx context.Context) (at int64, fractions bool, err error) {
	start, width := r.Source.Start.UnixMicro()-ledger.Second, 24*ledger.Hour // a second to spare
	end := r.Until()
	for ; start < end; width *= 8 {
		p, err := r.Spans.Ask(ctx, boundsQuery(ledger.Span{From: start, To: min(end, start+width)}).Rows(1, 0))
		if err != nil {
			return 0, false, err
		}
		for _, m := range p.Meta {
			fractions = fractions || m.Name == boundsClock && hasFractions(m.Type)
		}
		if len(p.Rows) > 0 && p.Rows[0].HasAt {
			at = p.Rows[0].At
		}
		r.Spans.Pages.Put(p)
		if at != 0 || start+width >= end {
			break
		}
	}
	return at, fractions, nil
}

// hasFractions reports whether a ClickHouse type holds fractions of a second.
func hasFractions(typ string) bool {
	n, err := schemas.Parse(typ)
	for err == nil && (n.Name == "Nullable" || n.Name == "LowCardinality") && len(n.Args) == 1 && n.Args[0].Type != nil {
		n = *n.Args[0].Type
	}
	return err == nil && n.Name == "DateTime64" && (len(n.Args) == 0 || n.Args[0].Value != "0")
}

func boundsQuery(s ledger.Span) stretch.Query {
	decoder := &rows.Decoder{Plan: func(meta []rows.Meta) (*rows.Plan, error) {
		clock := rows.Rule{Name: boundsClock, Kind: rows.Time, Clock: true}
		for _, m := range meta {
			if m.Name == boundsClock {
				typ, _ := schemas.FromMeta(m.Type)
				clock.Location = typ.Location
			}
		}
		return &rows.Plan{Rules: []rows.Rule{clock}}, nil
	}}
	return between(stretch.Query{Endpoint: boundsPipe, Decoder: decoder, Aside: true}, s.From, -ledger.FloorTo(-s.To, ledger.Second))
}
