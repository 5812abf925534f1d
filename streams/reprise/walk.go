package reprise

import (
	"fmt"

	"tap-reprise/tap"
)

// A walk is what one run has to read of a stream, and how far it came.
type walk struct {
	r     *reader
	old   resume
	spans []span
	mark  int64 // the bookmark never goes beyond
	total int64
	held  int64        // end of what is complete, once something was shaky
	stay  tap.Bookmark // what a run without spans leaves behind
	shaky error
}

// walk plans a run of a stream with a session clock.
func (r *reader) walk(old resume) *walk {
	w := &walk{r: r, old: old, held: -1}
	start := r.config.start.UnixMicro()
	end, mark := r.until()
	w.mark = mark
	switch {
	case !old.empty && old.at > mark && !old.foreign && r.config.end.IsZero():
		r.log.Warn("the bookmark lies in the future; nothing is read. Remove the stream from the state, or set its since_created_at to a past moment, to heal it",
			"bookmark", rfc3339(old.at), "now", rfc3339(mark))
		w.stay = r.save(old.mark, old.at)
		return w
	case !old.empty && !old.foreign && old.filter != r.fingerprint():
		r.log.Warn("the filters in the config changed; the stream starts over")
		w.old = resume{empty: true}
	case old.foreign && !old.empty:
		at := min(old.at, mark)
		if old.at > mark {
			r.log.Warn("another connector's bookmark lies in the future, where a wrong viewer clock put it; the look-back from now is read again", "bookmark", rfc3339(old.at))
		}
		w.old.at = at - int64(r.config.LookbackDays)*24*3600*second
		r.log.Info("taking over another connector's bookmark", "reading_from", rfc3339(w.old.at))
		start = max(start, w.old.at)
		w.old.from, w.old.mark.From = start, ""
	}
	from := start
	if !w.old.empty {
		if start < w.old.from {
			r.log.Info("start_date moved to an earlier day; the gap is read first", "from", rfc3339(start), "to", rfc3339(w.old.from))
			w.add(span{start, min(w.old.from, end)})
		}
		from = max(w.old.from, floorTo(w.old.at, 3600*second)-micros(r.table.again)+3600*second)
		from = max(start, min(from, floorTo(w.old.at, 3600*second)))
	}
	w.add(span{from, end})
	if len(w.spans) == 0 {
		w.stay = r.save(w.old.mark, min(max(w.old.at, from), max(mark, w.old.at)))
	}
	return w
}

func (w *walk) add(s span) {
	if s.from < s.to {
		w.spans = append(w.spans, s)
		w.total += s.to - s.from
	}
}

// cover returns the bookmark that is safe once got is written, or nil: the gap
// before what was loaded has none of its own until it is closed.
func (w *walk) cover(got *stretch) tap.Bookmark {
	if n := repeats(got, w.old); n > 0 {
		w.r.counts.Add("rows_repeated", w.r.stream.Name, n)
	}
	if got.shaky && w.held < 0 {
		w.held = got.from
		w.shaky = &tap.Error{Code: tap.ExitRetry, Err: fmt.Errorf("%s from %s: the API did not give the same rows twice", w.r.stream.Name, rfc3339(got.from)),
			Hint: "the rows seen are written; run again from this state to complete them"}
	}
	last := w.spans[len(w.spans)-1]
	if got.to <= last.from && len(w.spans) > 1 {
		return nil
	}
	m := w.old.mark
	m.From = rfc3339(w.spans[0].from)
	if !w.old.empty && w.spans[0].from > w.old.from {
		m.From = rfc3339(w.old.from)
	}
	at := max(min(got.to, w.mark), min(w.old.at, w.mark))
	if w.held >= 0 {
		at = min(at, w.held)
	}
	return w.r.save(m, at)
}

// repeats counts the rows of got that an earlier run wrote already.
func repeats(got *stretch, old resume) int64 {
	if old.empty || old.foreign {
		return 0
	}
	n := int64(0)
	for _, row := range got.sums {
		if row.HasAt && old.from <= row.At && row.At < old.at {
			n++
		}
	}
	return n
}

func (w *walk) done(at int64) float64 {
	behind := int64(0)
	for _, s := range w.spans {
		behind += max(0, min(at, s.to)-s.from)
	}
	return float64(behind) / float64(w.total)
}
