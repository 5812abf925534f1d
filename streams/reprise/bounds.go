package reprise

import (
	"context"
	"slices"

	"tap-reprise/internal/ledger"
	"tap-reprise/internal/rows"
	"tap-reprise/schemas"
)

// The pipe that the bounds of metrics are asked of, and its clock: the summary
// has one row a session, and metrics filter on the same session time.
const (
	boundsPipe  = "replay_session_summary"
	boundsClock = "session_created_at"
)

// A windowBounds tells how metrics read the two bounds of a window. It matters
// only where the clock has whole seconds: with fractions, which a bound cannot
// have, both are false. nil means that it is not known, for want of a session
// or of access to the pipe that is asked.
type windowBounds struct{ endInclusive, startExclusive *bool }

// askWindowBounds asks the API once what its page leaves open: whether a
// session at exactly end_timestamp, or start_timestamp, is inside. first is the
// moment before which there is no session, as far as can be told.
func (r *reader) askWindowBounds(ctx context.Context) (b windowBounds, first int64, err error) {
	at, fractions, err := r.firstSession(ctx)
	switch {
	case err == nil && at == 0:
		first, _ = r.until()
	case err == nil:
		first = floorTo(at, second) - second // a second to spare
		b, err = r.windowBounds(ctx, at, fractions)
	}
	if err != nil {
		r.log.Debug("cannot ask how the bounds of a window are read", "cause", err.Error())
		return windowBounds{}, r.config.start.UnixMicro(), ctx.Err()
	}
	return b, first, nil
}

// windowBounds asks with a session that is known to be there at an instant.
func (r *reader) windowBounds(ctx context.Context, at int64, fractions bool) (windowBounds, error) {
	if fractions {
		no := false
		return windowBounds{&no, &no}, nil
	}
	end, err := r.holdsSession(ctx, span{at - second, at}, at) // a second to spare at the start
	if err != nil || end == nil {
		return windowBounds{}, err
	}
	only := span{at, at + second} // which holds this very second, or nothing
	if *end {
		only.to = at
	}
	start, err := r.holdsSession(ctx, only, at)
	if start != nil {
		*start = !*start
	}
	return windowBounds{end, start}, err
}

// holdsSession reports whether the answer to s has a session exactly at an
// instant at which there is one; nil: it may lie behind the page.
func (r *reader) holdsSession(ctx context.Context, s span, at int64) (*bool, error) {
	p, err := r.ask(ctx, boundsQuery(s).page(r.config.PageSize, 0))
	if err != nil {
		return nil, err
	}
	defer r.pages.Put(p)
	holds := slices.ContainsFunc(p.Rows, func(row rows.Row) bool { return row.HasAt && row.At == at })
	if !holds && len(p.Rows) == r.config.PageSize {
		return nil, nil
	}
	return &holds, nil
}

// firstSession is the clock of the first session, 0 if there is none, and
// whether that clock has fractions of a second. It is looked for in ever wider
// spans: all of time at once may be more than the API can sort.
func (r *reader) firstSession(ctx context.Context) (at int64, fractions bool, err error) {
	start, width := r.config.start.UnixMicro()-second, 24*hour // a second to spare
	end, _ := r.until()
	for ; start < end; width *= 8 {
		p, err := r.ask(ctx, boundsQuery(span{start, min(end, start+width)}).page(1, 0))
		if err != nil {
			return 0, false, err
		}
		for _, m := range p.Meta {
			fractions = fractions || m.Name == boundsClock && hasFractions(m.Type)
		}
		if len(p.Rows) > 0 && p.Rows[0].HasAt {
			at = p.Rows[0].At
		}
		r.pages.Put(p)
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

func boundsQuery(s span) query {
	decoder := &rows.Decoder{Plan: func(meta []rows.Meta) (*rows.Plan, error) {
		clock := rows.Column{Name: boundsClock, Kind: rows.Time, Clock: true}
		for _, m := range meta {
			if m.Name == boundsClock {
				typ, _ := schemas.FromMeta(m.Type)
				clock.Location = typ.Location
			}
		}
		return &rows.Plan{Columns: []rows.Column{clock}}, nil
	}}
	return query{pipe: boundsPipe, decoder: decoder}.
		with("start_timestamp", stamp(s.from)).with("end_timestamp", stamp(-floorTo(-s.to, second)))
}

// askBounds is the ledger's question about both bounds, with rows known to lie
// exactly at an instant. One request answers if both include it.
func (r *reader) askBounds(ctx context.Context, at int64) (ledger.Bounds, error) {
	both, err := r.includes(ctx, span{at, at}, at)
	if err != nil {
		return ledger.Bounds{}, err
	}
	if both == ledger.Inclusive {
		return ledger.Bounds{Start: ledger.Inclusive, End: ledger.Inclusive}, nil
	}
	var b ledger.Bounds
	if b.Start, err = r.includes(ctx, span{at, at + second}, at); err == nil {
		b.End, err = r.includes(ctx, span{at - second, at}, at)
	}
	return b, err
}

// includes reports whether the answer to s has a row exactly at an instant. It
// stays unknown if the answer may have been cut.
func (r *reader) includes(ctx context.Context, s span, at int64) (ledger.Edge, error) {
	q := r.all().with("start_timestamp", stamp(s.from)).with("end_timestamp", stamp(s.to)).page(r.config.PageSize, 0)
	longest := r.longestSoFar()
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
