package ledger

import (
	"context"
	"fmt"
	"iter"
)

type (
	// A reader reads s in stretches, each cut where cut says or earlier.
	reader func(ctx context.Context, s Span, cut Cut) iter.Seq2[Stretch, error]

	// A counter compares the API's number of rows with n.
	counter func(ctx context.Context, s Span, n int) (Verdict, error)
)

// A walker drives a Run or an Audit, as a source does.
type walker struct {
	Options
	Read   reader
	Count  counter                                             // nil: nobody can
	Bounds func(ctx context.Context, at int64) (Bounds, error) // nil: nobody can
}

func (w walker) options() Options {
	o := w.Options
	o.CanCount, o.CanAsk = w.Count != nil, w.Bounds != nil
	return o
}

func (w walker) start(b Bookmark) *Run { return Start(b, w.options()) }

// next answers what r asks, up to the next span to read or the end.
func (w walker) next(ctx context.Context, r interface {
	Next() (Step, error)
	Counted(Verdict)
	Told(Bounds)
}) (Step, error) {
	for {
		step, err := r.Next()
		switch {
		case err == nil && step.Want == Count:
			var v Verdict
			if v, err = w.Count(ctx, step.Span, step.Rows); err == nil {
				r.Counted(v)
			}
		case err == nil && step.Want == AskBounds:
			var b Bounds
			if b, err = w.Bounds(ctx, step.At); err == nil {
				r.Told(b)
			}
		default:
			return step, err
		}
		if err != nil {
			return Step{}, err
		}
	}
}

// entered is a batch with its stretch; the last one of a run has none.
type entered struct {
	Batch
	Stretch Stretch
}

// batches drives r to its end. An error ends the sequence.
func (w walker) batches(ctx context.Context, r *Run) iter.Seq2[entered, error] {
	return func(yield func(entered, error) bool) {
		for {
			step, err := w.next(ctx, r)
			if err != nil {
				yield(entered{}, err)
				return
			}
			if step.Want == Nothing {
				yield(entered{Batch: r.End()}, nil)
				return
			}
			for s, err := range w.Read(ctx, step.Span, step.Cut) {
				var b Batch
				if err == nil {
					b, err = r.Enter(s)
				}
				if !yield(entered{b, s}, err) || err != nil {
					return
				}
			}
			if err := ctx.Err(); err != nil {
				yield(entered{}, fmt.Errorf("read %v: %w", step.Span, err))
				return
			}
		}
	}
}

// audit drives the audit of b.
func (w walker) audit(ctx context.Context, b Bookmark, deep bool) ([]Comparison, error) {
	a, err := StartAudit(b, w.options(), deep)
	if err != nil {
		return nil, err
	}
	for {
		step, err := w.next(ctx, a)
		if err != nil {
			return nil, err
		}
		if step.Want == Nothing {
			return a.Comparisons(), nil
		}
		for s, err := range w.Read(ctx, step.Span, step.Cut) {
			if err != nil {
				return nil, err
			}
			more, err := a.Enter(s)
			if err != nil {
				return nil, err
			}
			if !more {
				break
			}
		}
	}
}
