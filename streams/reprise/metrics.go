package reprise

import (
	"context"
	"fmt"
	"iter"

	"tap-reprise/tap"
)

// metrics reads replay_metrics: one query for each window and kind of entity.
// The figures of a window stand only while it has not closed; the bookmark is
// the end of the last closed one.
func (r *reader) metrics(ctx context.Context, since tap.Bookmark) iter.Seq2[tap.Page, error] {
	return func(yield func(tap.Page, error) bool) {
		defer r.close()
		if err := r.readMetrics(ctx, since, yield); err != nil && err != errStopped {
			yield(tap.Page{}, err)
		}
	}
}

// errStopped ends a read whose caller has seen enough.
var errStopped = fmt.Errorf("stopped by the caller")

func (r *reader) readMetrics(ctx context.Context, since tap.Bookmark, yield func(tap.Page, error) bool) error {
	old, err := r.resumeFrom(since)
	if err != nil {
		return err
	}
	if err := r.setClock(ctx); err != nil {
		return err
	}
	old = r.metricsResume(old)
	end, mark := r.until()
	if !old.empty && old.at > mark && r.config.end.IsZero() {
		yield(tap.Page{Bookmark: r.save(old.mark, old.at), Done: 1}, nil)
		return nil
	}
	if old.mark.EndInclusive == nil {
		if old.mark.EndInclusive, err = r.endInclusive(ctx); err != nil {
			return err
		}
	}
	start := r.config.start.UnixMicro()
	var due []window
	for _, w := range windows(r.config.MetricsWindows, start, min(end, mark+second)) {
		if old.empty || w.closes() > old.at {
			due = append(due, w)
		}
	}
	at := max(start, old.at)
	for i, w := range due {
		if err := r.readWindow(ctx, w, old, float64(i)/float64(len(due)), yield); err != nil {
			return err
		}
		if w.closes() <= mark {
			at = max(at, w.end)
		}
		old.mark.From = rfc3339(start)
		if !yield(tap.Page{Bookmark: r.save(old.mark, at), Done: float64(i+1) / float64(len(due))}, nil) {
			return errStopped
		}
	}
	if len(due) == 0 && !yield(tap.Page{Bookmark: r.save(old.mark, at), Done: 1}, nil) {
		return errStopped
	}
	return nil
}

// metricsResume forgets a bookmark under which other windows were loaded.
func (r *reader) metricsResume(old resume) resume {
	switch {
	case old.empty:
	case old.foreign:
		old = resume{empty: true}
	case old.filter != r.fingerprint():
		r.log.Warn("the windows or filters in the config changed; the stream starts over")
		old = resume{empty: true, mark: bookmark{EndInclusive: old.mark.EndInclusive}}
	case r.config.start.UnixMicro() < old.from:
		r.log.Info("start_date moved to an earlier day; all windows are read again")
		old = resume{empty: true, mark: bookmark{EndInclusive: old.mark.EndInclusive}}
	}
	return old
}

// readWindow yields the rows of one window, one page for each kind of entity.
func (r *reader) readWindow(ctx context.Context, w window, old resume, done float64, yield func(tap.Page, error) bool) error {
	decoder := r.decoding(r.windowMembers(w))
	for _, kind := range r.config.MetricsGroupBy {
		q := r.all().with("group_by", kind).
			with("start_timestamp", stamp(w.from)).with("end_timestamp", stamp(w.last(old.mark.EndInclusive)))
		q.decoder = decoder
		got, err := r.everything(ctx, q)
		if err != nil {
			return err
		}
		if !old.empty && w.from < old.at {
			r.counts.Add("rows_repeated", r.stream.Name, int64(len(got.rows)))
		}
		page := tap.Page{Rows: got.rows, Changes: r.changes(got, nil), Done: done}
		more := yield(page, nil)
		if got.page != nil {
			r.pages.Put(got.page)
		}
		if !more {
			return errStopped
		}
	}
	return nil
}

// last is the end_timestamp that a window is asked with: its end, or one
// second less where the bound is inclusive and the clock has whole seconds, so
// that midnight's session is counted on one day only.
func (w window) last(inclusive *bool) int64 {
	to := -floorTo(-w.to, second)
	if inclusive != nil && *inclusive && to-second >= w.from {
		return to - second
	}
	return to
}

// everything reads what q holds, of which time cannot make smaller parts: with
// a larger limit, and then by offset.
func (r *reader) everything(ctx context.Context, q query) (*stretch, error) {
	for limit := r.config.PageSize; ; limit *= 4 {
		longest := r.longestSoFar()
		p, err := r.ask(ctx, q.page(limit, 0), false)
		if err != nil {
			return nil, err
		}
		ok, err := r.whole(ctx, q, p, longest)
		if ok {
			return r.keep(always, p), nil
		}
		cut := len(p.Rows) < limit
		r.pages.Put(p)
		if err != nil {
			return nil, err
		}
		if cut || limit > 4*r.config.PageSize {
			return r.crowded(ctx, q, always)
		}
	}
}

// windowMembers are the members that every row of a window ends in.
func (r *reader) windowMembers(w window) []byte {
	values := map[string]string{"period": w.period, "period_start": rfc3339(w.start), "period_end": rfc3339(w.end)}
	var out []byte
	for _, name := range windowColumns {
		if !r.wanted(name) {
			continue
		}
		if len(out) > 0 {
			out = append(out, ',')
		}
		out = fmt.Appendf(out, "%q:%q", name, values[name])
	}
	return out
}
