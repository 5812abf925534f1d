package reprise

import (
	"context"

	"tap-reprise/ledger"
	"tap-reprise/rows"
)

// The pipe that the bounds are asked of, and its clock: the summary has one row
// a session, and metrics filter on the same session time.
const (
	boundsPipe  = "replay_session_summary"
	boundsClock = "session_created_at"
)

// endInclusive asks the API once what its page leaves open: whether a session
// at exactly end_timestamp is inside. It matters only where the clock has
// whole seconds; nil means that there is no session to ask with yet.
func (r *reader) endInclusive(ctx context.Context) (*bool, error) {
	decoder := &rows.Decoder{Plan: func(meta []rows.Meta) (*rows.Plan, error) {
		return &rows.Plan{Columns: []rows.Column{{Name: boundsClock, Kind: rows.Time, Clock: true}}}, nil
	}}
	q := query{pipe: boundsPipe, decoder: decoder}.with("start_timestamp", stamp(r.config.start.UnixMicro()))
	p, err := r.ask(ctx, q.page(1, 0), false)
	if err != nil {
		// Without access to the summary the question stays open.
		r.log.Debug("cannot ask whether end_timestamp is inclusive", "cause", err.Error())
		return nil, ctx.Err()
	}
	defer r.pages.Put(p)
	if len(p.Rows) == 0 || !p.Rows[0].HasAt {
		return nil, nil
	}
	at, inclusive := p.Rows[0].At, false
	if at%second == 0 {
		q = q.with("start_timestamp", stamp(at)).with("end_timestamp", stamp(at))
		if inclusive, err = r.any(ctx, q, 0); err != nil {
			return nil, ctx.Err()
		}
	}
	return &inclusive, nil
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
	q := r.all().with("start_timestamp", stamp(s.from)).with("end_timestamp", stamp(s.to))
	longest := r.longestSoFar()
	p, err := r.ask(ctx, q.page(r.config.PageSize, 0), false)
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
