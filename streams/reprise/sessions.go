package reprise

import (
	"context"
	"fmt"
	"iter"
	"strconv"

	"tap-reprise/internal/ledger"
	"tap-reprise/tap"
)

// sessions reads a pipe with a session clock as the ledger says: what the
// look-back no longer holds as it was written, a share of it that may have
// changed unseen, and what came since the last run.
func (r *reader) sessions(ctx context.Context, since tap.Bookmark) iter.Seq2[tap.Page, error] {
	return func(yield func(tap.Page, error) bool) {
		defer r.close()
		old, err := r.resumeFrom(since)
		if err == nil {
			err = r.setClock(ctx)
		}
		if err != nil {
			yield(tap.Page{}, err)
			return
		}
		r.warnEnded(old)
		run := r.startRun(old)
		var shaky error
		repeated := 0
		for b, err := range run.Batches(ctx) {
			if err != nil {
				yield(tap.Page{}, err)
				return
			}
			repeated += old.again(b)
			if b.Stretch.Shaky && shaky == nil {
				shaky = notTwice(r.stream.Name, b.Stretch.Span)
			}
			if !yield(r.written(b), nil) {
				return
			}
		}
		r.summarize(run.Summary(), repeated)
		if shaky != nil {
			yield(tap.Page{}, shaky)
		}
	}
}

func notTwice(stream string, s ledger.Span) error {
	return &tap.Error{Code: tap.ExitRetry, Err: fmt.Errorf("%s %v: the API did not give the same rows twice", stream, s),
		Hint: "the rows seen are written; run again from this state to complete them"}
}

func (r *reader) startRun(old resume) *ledger.Run {
	end, _ := r.until()
	run := ledger.Start(old.ledger(), ledger.Options{
		Now: r.client.clock.now().UnixMicro() + second, From: r.config.start.UnixMicro(), To: end,
		Lookback: r.lookback(), Refresh: r.table.refreshEvery(r.config), Again: r.table.again,
		Page: r.pageRows(), Window: r.config.WindowRows, Filter: r.fingerprint(),
		Read: r.readSpan, Count: r.count, Bounds: r.askBounds,
	})
	bookmark := old.mark.Since
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
	return run
}

// warnNotStarted says that the whole stream lies in the future.
func (r *reader) warnNotStarted() {
	r.log.Warn(ledger.NotStarted.String(), "start_date", r.config.StartDate)
}

// warnEnded says that a run has little to do: what lies before end_date was
// loaded by one that went further.
func (r *reader) warnEnded(old resume) {
	if end := r.config.end; !end.IsZero() && !old.empty && end.UnixMicro() < old.at {
		r.log.Warn("end_date lies before the bookmark: what comes after it is not read, and what lies before it was loaded before",
			"end_date", r.config.EndDate, "bookmark", rfc3339(old.at))
	}
}

// readSpan is the ledger's Reader.
func (r *reader) readSpan(ctx context.Context, s ledger.Span, cut ledger.Cut) iter.Seq2[ledger.Stretch, error] {
	return func(yield func(ledger.Stretch, error) bool) {
		for got, err := range r.flights(ctx, span{s.From, s.To}, cut) {
			if err != nil {
				yield(ledger.Stretch{}, err)
				return
			}
			if !yield(ledger.Stretch{Span: ledger.Span{From: got.from, To: got.to}, Rows: got.sums,
				Part: got.part, Total: got.total, Shaky: got.shaky, Data: got}, nil) {
				return
			}
		}
	}
}

// count is the ledger's Counter: one request that gives at most two rows.
func (r *reader) count(ctx context.Context, s ledger.Span, n int) (ledger.Verdict, error) {
	q := r.all().with("start_timestamp", stamp(s.From)).with("end_timestamp", stamp(s.To))
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

// written picks the rows of a batch that are to be written.
func (r *reader) written(b ledger.Batch) tap.Page {
	page := tap.Page{Bookmark: r.saveLedger(b.Bookmark), Done: b.Done}
	if got, ok := b.Stretch.Data.(*stretch); ok {
		got.choose(b.Write)
		page.Rows, page.Changes, page.Written = got.rows, r.changes(got), got.release
	}
	return page
}
