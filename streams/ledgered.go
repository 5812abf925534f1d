package streams

import (
	"context"
	"fmt"
	"iter"
	"tap-reprise/internal/stretch"

	"tap-reprise/internal/ledger"
	"tap-reprise/internal/program"
	"tap-reprise/tap"
)

// Ledgered reads a stream with a clock as the ledger says: what has changed in the
// look-back, a share of it that may have changed unseen, and what came since the last
// run.
func Ledgered(r *Reader, ctx context.Context, since tap.Bookmark) iter.Seq2[tap.Page, error] {
	return func(yield func(tap.Page, error) bool) {
		defer r.planner.close()
		err := r.follow(ctx, since, yield, func(got *stretch.Stretch, b ledger.Batch) error {
			if !yield(r.written(got, b), nil) {
				return errStopped
			}
			return nil
		})
		if err != nil && err != errStopped {
			yield(tap.Page{}, err)
		}
	}
}

// follow does what a run of the ledger wants. What is to be written of a stretch goes
// to write, and the last bookmark to yield. errStopped ends it early.
func (r *Reader) follow(ctx context.Context, since tap.Bookmark, yield func(tap.Page, error) bool, write func(*stretch.Stretch, ledger.Batch) error) error {
	old, run, err := r.startRun(ctx, since)
	if err != nil {
		return err
	}
	var shaky error
	repeated := 0
	step, err := r.step(ctx, run)
	for ; err == nil && step.Want == ledger.Read; step, err = r.step(ctx, run) {
		for got, err := range r.Spans.Ahead(ctx, step.Span, step.Cut) {
			if err != nil {
				return err
			}
			batch, err := run.Enter(got.Entry())
			if err != nil {
				return err
			}
			repeated += old.repeated(got.Sums, batch.Write)
			if got.Shaky && shaky == nil {
				shaky = notTwice(r.Stream.Name, got.Span)
			}
			if err := write(got, batch); err != nil {
				return err
			}
		}
	}
	if err != nil {
		return err
	}
	if !yield(r.page(run.End()), nil) {
		return errStopped
	}
	r.summarize(run.Summary(), repeated)
	return shaky
}

func notTwice(stream string, s ledger.Span) error {
	return &program.Error{Code: program.ExitRetry, Err: fmt.Errorf("%s %v: the API did not give the same rows twice", stream, s),
		Hint: "the rows seen are written; run again from this state to complete them"}
}

// startRun reads the bookmark and prepares the run that goes on from it.
func (r *Reader) startRun(ctx context.Context, since tap.Bookmark) (old position, run *ledger.Run, err error) {
	if old, err = r.positionOf(since); err == nil {
		err = r.setClock(ctx)
	}
	if err != nil {
		return old, nil, err
	}
	r.warnEnded(old)
	end, _ := r.until()
	run = ledger.Start(old.ledger(), ledger.Options{
		Now: r.Source.Now().UnixMicro() + micros(r.Table.Ahead) + ledger.Second, From: r.Source.Start.UnixMicro(), To: end,
		Lookback: r.lookback(), Refresh: r.Table.Refresh, Overlap: r.Table.Overlap,
		Page: r.Spans.Longest(), Window: r.Source.WindowRows, Filter: r.Table.Filter, Units: r.units,
		CanCount: r.Table.Count != nil, CanAsk: r.Table.AskBounds != nil,
	})
	bookmark := old.mark
	if old.foreign {
		bookmark = rfc3339(old.at)
	}
	for _, n := range run.Notices() {
		if n == ledger.NotStarted {
			r.warnNotStarted()
			continue
		}
		r.Log.Warn(n.String(), "bookmark", bookmark)
	}
	return old, run, nil
}

// warnNotStarted says that the whole stream lies in the future.
func (r *Reader) warnNotStarted() {
	r.Log.Warn("start_date lies in the future, nothing is read", "start_date", r.Source.StartText)
}

// warnEnded says that a run has little to do: what lies before end_date was
// loaded by one that went further.
func (r *Reader) warnEnded(old position) {
	if end := r.Source.End; !end.IsZero() && !old.empty && end.UnixMicro() < old.at {
		r.Log.Warn("end_date lies before the bookmark: what comes after it is not read, and what lies before it was loaded before",
			"end_date", r.Source.EndText, "bookmark", rfc3339(old.at))
	}
}

// A driven is what the ledger has a reader do: a run, or an audit.
type driven interface {
	Next() (ledger.Step, error)
	Counted(ledger.Verdict)
	Told(ledger.Bounds)
}

// step answers what d asks, up to the next span that it wants to be read or to
// where it wants nothing any more.
func (r *Reader) step(ctx context.Context, d driven) (ledger.Step, error) {
	for {
		step, err := d.Next()
		if err != nil {
			return ledger.Step{}, err
		}
		switch step.Want {
		case ledger.Count:
			v, err := r.Table.Count(r, ctx, step.Span, step.Rows)
			if err != nil {
				return ledger.Step{}, err
			}
			d.Counted(v)
		case ledger.AskBounds:
			b, err := r.Table.AskBounds(r, ctx, step.At)
			if err != nil {
				return ledger.Step{}, err
			}
			d.Told(b)
		default:
			return step, nil
		}
	}
}

// written is the page of got's rows that are to be written.
func (r *Reader) written(got *stretch.Stretch, b ledger.Batch) tap.Page {
	got.Choose(b.Write)
	page := r.page(b)
	page.Rows, page.Changes, page.Written = got.Rows, r.changes(got), got.Release
	return page
}

// page is a page without rows.
func (r *Reader) page(b ledger.Batch) tap.Page {
	return tap.Page{Bookmark: r.saveLedger(b.Bookmark), Done: b.Done}
}

// changes are the values of got's rows that could not be passed on as they came.
func (r *Reader) changes(got *stretch.Stretch) (out []tap.Change) {
	for _, e := range got.Edits() {
		out = append(out, tap.Change{Row: e.Row, Field: e.Column, Nulled: e.Nulled})
		what := "repaired"
		if e.Nulled {
			what = "replaced by null"
		}
		r.Log.WarnOnce(what+e.Column, "a value could not be passed on as it came", "column", r.Source.words(e.Column), "value", what)
	}
	return out
}
