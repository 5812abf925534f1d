package ledger

import (
	"context"
	"iter"
)

// A Run is one sync of one stream.
type Run struct {
	opt   *Options
	l     *ledger
	notes []Notice
	sum   Summary
	was   Bookmark // as it came in
	idle  bool     // there is nothing to do, and the bookmark stays as it was

	scale weight
	again []Span // weighed and found to differ
	twice bool   // reading those now

	done, all int64 // µs read, and to read

	home, write []int // of absorb, whose memory is used again
}

// A Batch is one stretch and what to do about it.
type Batch struct {
	// Stretch is as the Reader gave it. The last batch of a run has none.
	Stretch Stretch

	// Write lists the indices of Stretch.Rows to write, ascending. It is good
	// until the next batch.
	Write []int

	// Bookmark is safe once these rows and those of all batches before are
	// written.
	Bookmark Bookmark

	// Done is the share of the time to read that is behind, from 0 to 1.
	Done float64
}

// Start prepares a run that goes on from b; the zero Bookmark means from the
// start. It asks nothing yet and never fails: what is wrong with b is told by
// Notices and worked around.
func Start(b Bookmark, o Options) *Run {
	r := &Run{opt: o.withDefaults(), was: b}
	r.l, r.notes = open(b, r.opt)
	if r.opt.From > r.opt.Now {
		r.idle, r.notes = true, append(r.notes, NotStarted)
	}
	return r
}

// Notices tells what was wrong with the bookmark, for a person to read.
func (r *Run) Notices() []Notice { return r.notes }

// Summary tells what was done so far.
func (r *Run) Summary() Summary {
	s := r.sum
	s.Units = len(r.l.units)
	s.Same = max(0, s.Same) // a Total counts a row as often as the API has it
	s.Oldest = max(0, r.opt.Now-r.l.floor())
	return s
}

// Batches yields the stretches of the run, oldest first, and at the end one
// batch without rows whose bookmark says that the run is complete. Stretches
// read a second time to be written, see weight, come after the others. An
// error ends the sequence; the batches before it stand. It can be called once.
func (r *Run) Batches(ctx context.Context) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		if r.idle {
			yield(Batch{Bookmark: r.was, Done: 1}, nil)
			return
		}
		spans, err := r.plan(ctx)
		if err == nil {
			var more bool
			if more, err = r.read(ctx, spans, yield); !more {
				return
			}
		}
		if err != nil {
			yield(Batch{}, err)
			return
		}
		r.tidy(Span{r.l.floor(), r.l.to})
		r.l.squeeze(r.opt.Units)
		yield(Batch{Bookmark: r.l.bookmark(r.opt), Done: 1}, nil)
	}
}

// plan tells what to read. Units behind an end in the past are left alone; an
// end of about now is no end, and may only lie before Since because one of the
// API's clocks is behind.
func (r *Run) plan(ctx context.Context) ([]Span, error) {
	p := newPlan(r.l, r.opt)
	past := r.opt.To != 0 && r.opt.To < r.opt.Now-skew
	for past && p.last > 0 && r.l.end(p.last-1) > r.opt.To {
		p.last--
	}
	spans, err := p.spans(ctx)
	r.sum.Counts, r.sum.Questions = p.counts, p.questions
	return spans, err
}

// read reads the spans, and then what of them has to be read again.
func (r *Run) read(ctx context.Context, spans []Span, yield func(Batch, error) bool) (more bool, err error) {
	for _, s := range spans {
		r.all += s.Width()
	}
	for len(spans) > 0 {
		for _, s := range spans {
			if more, err := r.readSpan(ctx, s, yield); !more || err != nil {
				return more, err
			}
		}
		spans, r.again, r.twice = r.again, nil, true
	}
	return true, nil
}

// readSpan reads one span.
func (r *Run) readSpan(ctx context.Context, span Span, yield func(Batch, error) bool) (more bool, err error) {
	for s, err := range stretches(ctx, r.opt.Read, span, r.l.chart(span, r.opt.Page).cut) {
		if err != nil {
			return true, err
		}
		if !yield(r.batch(s), nil) {
			return false, nil
		}
	}
	return true, nil
}

// batch enters a stretch into the ledger.
func (r *Run) batch(s Stretch) Batch {
	var write []int
	if s.Part {
		write = r.part(s)
	} else {
		write = r.absorb(s)
		if !r.twice {
			r.tidy(s.Span)
		}
		r.sum.Stretches++
		r.done += s.Span.Width()
	}
	r.sum.Read += len(s.Rows)
	r.sum.Written += len(write)
	r.sum.Same += len(s.Rows) - len(write)
	return Batch{Stretch: s, Write: write, Bookmark: r.l.bookmark(r.opt), Done: min(1, float64(r.done)/float64(r.all))}
}

// tidy lets go and joins what can be, no further than what was read last:
// units that are still to be read keep their borders.
func (r *Run) tidy(s Span) {
	r.l.close(r.opt.lookback(), s.To)
	r.l.coalesce(s, r.opt.fit(), r.opt.Border)
	r.l.shrink(r.opt.Units, s.To)
}
