package streams

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tap-reprise/internal/ledger"
	"tap-reprise/tap"
)

// Verify compares what b says was written with what the API holds.
func (s *Source) Verify(ctx context.Context, stream tap.Stream, b tap.Bookmark, deep bool) ([]tap.Finding, error) {
	t := s.Table(stream.Name)
	if t == nil || t.Verify == nil {
		return nil, nil // it keeps no account of what it wrote
	}
	return t.Verify(s.Reader(stream), ctx, b, deep)
}

// audited is the place in a bookmark that an audit begins with.
func (r *Reader) audited(ctx context.Context, b tap.Bookmark) (position, error) {
	old, err := r.positionOf(b)
	if err == nil && old.members.Ledger == "" {
		err = ConfigError(fmt.Errorf("the bookmark has no ledger"), "verify a state that this version of the tap has written")
	}
	if err == nil {
		err = r.setClock(ctx)
	}
	return old, err
}

// VerifyByPart verifies each part that the bookmark and the account have.
func VerifyByPart(verify Audit) Audit {
	return func(r *Reader, ctx context.Context, b tap.Bookmark, deep bool) (out []tap.Finding, err error) {
		marks, err := r.partMarks(b)
		if err != nil {
			return nil, err
		}
		parts, err := r.Source.Parts(ctx)
		if err != nil {
			return nil, err
		}
		for _, part := range parts {
			mark := marks.of(part.Name)
			if mark == nil {
				continue // it came later; the next run reads it
			}
			list, err := verify(r.of(part), ctx, mark, deep)
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", part.Column, part.Name, err)
			}
			for _, f := range list {
				f.Of = strings.TrimSpace(part.Column + " " + part.Name + " " + f.Of)
				out = append(out, f)
			}
		}
		return out, nil
	}
}

// VerifyChildren verifies the parents: the ledger keeps them alone.
func VerifyChildren(r *Reader, ctx context.Context, b tap.Bookmark, deep bool) ([]tap.Finding, error) {
	return VerifyLedgered(r.parents(), ctx, b, deep)
}

// VerifyLedgered counts, or with deep reads, what the ledger lists.
func VerifyLedgered(r *Reader, ctx context.Context, b tap.Bookmark, deep bool) ([]tap.Finding, error) {
	old, err := r.audited(ctx, b)
	if err != nil {
		return nil, err
	}
	end, _ := r.until()
	audit, err := ledger.StartAudit(old.ledger(), ledger.Options{
		Now: r.Source.Now().UnixMicro() + micros(r.Table.Ahead) + ledger.Second, To: end, Overlap: r.Table.Overlap,
		Filter: r.Table.Filter, Page: r.Spans.Longest(), Window: r.Source.WindowRows,
		CanCount: r.Table.Count != nil, CanAsk: r.Table.AskBounds != nil,
	}, deep)
	if err != nil {
		return nil, ConfigError(err, "give an undamaged state, as this version of the tap has written it with this config; the next run heals what it can")
	}
	for {
		step, err := r.step(ctx, audit)
		if err != nil {
			return nil, err
		}
		if step.Want == ledger.Nothing {
			break
		}
		if err := r.audit(ctx, audit, step, old.at); err != nil {
			return nil, err
		}
	}
	var out []tap.Finding
	for _, f := range audit.Comparisons() {
		if r.Table.Ahead > 0 && f.Standing == ledger.Lost && f.Span.To > old.at-ledger.Hour {
			f.Standing = ledger.New // a row that went on has moved behind the bookmark
		}
		out = append(out, tap.Finding{From: time.UnixMicro(f.Span.From), To: time.UnixMicro(f.Span.To),
			Rows: f.Rows, Found: f.Found, Standing: tap.Standing(f.Standing), After: f.After})
	}
	return out, nil
}

// audit reads one span for a. From at on it measures anew: how dense the last bit
// before it was says nothing of the days behind it.
func (r *Reader) audit(ctx context.Context, a *ledger.Audit, step ledger.Step, at int64) error {
	if step.Span.From >= at {
		r.Spans.Forget()
	}
	for got, err := range r.Spans.Ahead(ctx, step.Span, step.Cut) {
		if err != nil {
			return err
		}
		if more, err := a.Enter(got.Entry()); err != nil || !more {
			return err
		}
	}
	return nil
}
