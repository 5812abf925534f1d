package reprise

import (
	"context"
	"fmt"
	"iter"
	"strconv"

	"tap-reprise/internal/ledger"
	"tap-reprise/internal/program"
	"tap-reprise/tap"
)

// readLedgered reads a pipe with a session clock as the ledger says: what has
// changed in the look-back, a share of it that may have changed unseen, and what
// came since the last run.
func (r *reader) readLedgered(ctx context.Context, since tap.Bookmark) iter.Seq2[tap.Page, error] {
	return func(yield func(tap.Page, error) bool) {
		defer r.planner.close()
		old, run, err := r.startRun(ctx, since)
		var step ledger.Step
		if err == nil {
			step, err = r.step(ctx, run)
		}
		var shaky error
		repeated := 0
		for ; err == nil && step.Want == ledger.Read; step, err = r.step(ctx, run) {
			for got, err := range r.readAhead(ctx, step.Span, step.Cut) {
				var batch ledger.Batch
				if err == nil {
					batch, err = run.Enter(got.entry())
				}
				if err != nil {
					yield(tap.Page{}, err)
					return
				}
				repeated += old.repeated(got.sums, batch.Write)
				if got.shaky && shaky == nil {
					shaky = notTwice(r.stream.Name, got.Span)
				}
				if !yield(r.written(got, batch), nil) {
					return
				}
			}
		}
		if err != nil {
			yield(tap.Page{}, err)
			return
		}
		if !yield(r.page(run.End()), nil) {
			return
		}
		r.summarize(run.Summary(), repeated)
		if shaky != nil {
			yield(tap.Page{}, shaky)
		}
	}
}

// entry is got as the ledger takes it.
func (got *stretch) entry() ledger.Stretch {
	return ledger.Stretch{Span: got.Span, Rows: got.sums,
		Part: got.part, Total: got.total, Shaky: got.shaky}
}

func notTwice(stream string, s ledger.Span) error {
	return &program.Error{Code: program.ExitRetry, Err: fmt.Errorf("%s %v: the API did not give the same rows twice", stream, s),
		Hint: "the rows seen are written; run again from this state to complete them"}
}

// startRun reads the bookmark and prepares the run that goes on from it.
func (r *reader) startRun(ctx context.Context, since tap.Bookmark) (old position, run *ledger.Run, err error) {
	if old, err = r.positionOf(since); err == nil {
		err = r.setClock(ctx)
	}
	if err != nil {
		return old, nil, err
	}
	r.warnEnded(old)
	end, _ := r.until()
	run = ledger.Start(old.ledger(), ledger.Options{
		Now: r.conn.now().UnixMicro() + ledger.Second, From: r.config.start.UnixMicro(), To: end,
		Lookback: r.lookback(), Refresh: r.table.refreshEvery(r.config), Overlap: r.table.overlap,
		Page: r.sizes.rows(), Window: r.config.WindowRows, Filter: r.fingerprint(),
		CanCount: true, CanAsk: true,
	})
	bookmark := old.members.Since
	if old.foreign {
		bookmark = rfc3339(old.at)
	}
	for _, n := range run.Notices() {
		if n == ledger.NotStarted {
			r.warnNotStarted()
			continue
		}
		r.log.Warn(n.String(), "bookmark", bookmark)
	}
	return old, run, nil
}

// warnNotStarted says that the whole stream lies in the future.
func (r *reader) warnNotStarted() {
	r.log.Warn("start_date lies in the future, nothing is read", "start_date", r.config.StartDate)
}

// warnEnded says that a run has little to do: what lies before end_date was
// loaded by one that went further.
func (r *reader) warnEnded(old position) {
	if end := r.config.end; !end.IsZero() && !old.empty && end.UnixMicro() < old.at {
		r.log.Warn("end_date lies before the bookmark: what comes after it is not read, and what lies before it was loaded before",
			"end_date", r.config.EndDate, "bookmark", rfc3339(old.at))
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
func (r *reader) step(ctx context.Context, d driven) (ledger.Step, error) {
	for {
		step, err := d.Next()
		if err != nil {
			return ledger.Step{}, err
		}
		switch step.Want {
		case ledger.Count:
			v, err := r.count(ctx, step.Span, step.Rows)
			if err != nil {
				return ledger.Step{}, err
			}
			d.Counted(v)
		case ledger.AskBounds:
			b, err := r.askBounds(ctx, step.At)
			if err != nil {
				return ledger.Step{}, err
			}
			d.Told(b)
		default:
			return step, nil
		}
	}
}

// count compares the rows of s with n, in one request that gives at most two rows.
func (r *reader) count(ctx context.Context, s ledger.Span, n int) (ledger.Verdict, error) {
	q := r.base().with("start_timestamp", stamp(s.From)).with("end_timestamp", stamp(s.To))
	limit, offset, exactly := 2, n-1, 1
	if n == 0 {
		limit, offset, exactly = 1, 0, 0
	}
	p, err := r.ask(ctx, q.page(limit, offset))
	if err != nil {
		return 0, err
	}
	defer r.pages.Put(p)
	r.log.Debug("counted", "span", s.String(), "expected", strconv.Itoa(n), "rows_behind", len(p.Rows))
	switch {
	case len(p.Rows) > exactly:
		return ledger.More, nil
	case len(p.Rows) < exactly:
		return ledger.Fewer, nil
	}
	return ledger.Exactly, nil
}

// written is the page of got's rows that are to be written.
func (r *reader) written(got *stretch, b ledger.Batch) tap.Page {
	got.choose(b.Write)
	page := r.page(b)
	page.Rows, page.Changes, page.Written = got.rows, r.changes(got), got.release
	return page
}

// page is a page without rows.
func (r *reader) page(b ledger.Batch) tap.Page {
	return tap.Page{Bookmark: r.saveLedger(b.Bookmark), Done: b.Done}
}
