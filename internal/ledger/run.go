package ledger

// A Run is one sync of one stream. It calls nobody: the caller asks it what to do
// next, does that, and says what came of it.
//
//	run := ledger.Start(bookmark, options)
//	for step, err := run.Next(); step.Want != Nothing; step, err = run.Next() {
//		Read:  batch, err := run.Enter(stretch) for each stretch of step.Span
//		Count: run.Counted(verdict)
//		AskBounds:   run.Told(bounds)
//	}
//	batch := run.End()
type Run struct {
	opt   *Options
	l     *ledger
	notes []Notice
	sum   Summary
	was   Bookmark // as it came in
	idle  bool     // there is nothing to do, and the bookmark stays as it was

	plan    *plan // nil: not begun
	planned bool  // spans are known
	spans   []Span
	reading reading

	scale  weight
	differ []Span // weighed and found to differ
	twice  bool   // reading those now

	done, all int64 // µs read, and to read

	home, write []int // of absorb, whose memory is used again
}

// A Batch says what to do about a stretch.
type Batch struct {
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
// start. It never fails: Notices says what is wrong with b, and the run works
// around it.
func Start(b Bookmark, o Options) *Run {
	r := &Run{opt: o.withDefaults(), was: b}
	r.l, r.notes = open(b, r.opt)
	if r.opt.From > r.opt.Now {
		r.idle, r.notes = true, append(r.notes, NotStarted)
	}
	return r
}

// Notices says what was wrong with the bookmark, for a person to read.
func (r *Run) Notices() []Notice { return r.notes }

// Summary says what was done so far.
func (r *Run) Summary() Summary {
	s := r.sum
	s.Units = len(r.l.units)
	if r.plan != nil {
		s.Counts, s.Questions = r.plan.counts, r.plan.questions
	}
	s.Same = max(0, s.Same) // a Total counts a row as often as the API has it
	s.Oldest = max(0, r.opt.Now-r.l.floor())
	return s
}

// Next is what the run wants next: an answer to a question, or a span to be read
// to its end. It wants Nothing when it is done, and then End has the last batch.
// Spans come oldest first; those read a second time to be written, see weight,
// come after the others. An error ends the run; the batches before it stand.
func (r *Run) Next() (Step, error) {
	if r.idle {
		return Step{}, nil
	}
	if r.plan == nil {
		r.begin()
	}
	if step, ok := r.plan.question(); ok {
		return step, nil
	}
	if !r.planned {
		r.planned, r.spans = true, r.plan.spans()
		for _, s := range r.spans {
			r.all += s.Width()
		}
	}
	if err := r.reading.ended(); err != nil {
		return Step{}, err
	}
	if len(r.spans) == 0 {
		r.spans, r.differ, r.twice = r.differ, nil, true
	}
	if len(r.spans) == 0 {
		return Step{}, nil
	}
	s := r.spans[0]
	r.spans = r.spans[1:]
	r.reading.open(s)
	return Step{Want: Read, Span: s, Cut: r.l.chart(s, r.opt.Page).cut}, nil
}

// begin plans what to read. Units behind an end in the past are left alone; an
// end of about now is no end, and may only lie before Since because one of the
// API's clocks is behind.
func (r *Run) begin() {
	p := newPlan(r.l, r.opt)
	past := r.opt.To != 0 && r.opt.To < r.opt.Now-Skew
	for past && p.last > 0 && r.l.end(p.last-1) > r.opt.To {
		p.last--
	}
	p.begin()
	r.plan = p
}

// Counted answers a Step that wants Count.
func (r *Run) Counted(v Verdict) { r.plan.counted(v) }

// Told answers a Step that wants AskBounds. What is still Unknown stays so.
func (r *Run) Told(b Bounds) { r.plan.told(b) }

// Enter takes the next stretch of the span that Next gave last, and says what of
// it to write. An error ends the run: the stretch does not adjoin the one before.
func (r *Run) Enter(s Stretch) (Batch, error) {
	if err := r.reading.enter(s); err != nil {
		return Batch{}, err
	}
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
	return Batch{Write: write, Bookmark: r.l.bookmark(r.opt), Done: min(1, float64(r.done)/float64(r.all))}, nil
}

// End is the last batch. It has no rows, and its bookmark says that the run is
// complete.
func (r *Run) End() Batch {
	if r.idle {
		return Batch{Bookmark: r.was, Done: 1}
	}
	r.tidy(Span{r.l.floor(), r.l.to})
	r.l.squeeze(r.opt.Units)
	return Batch{Bookmark: r.l.bookmark(r.opt), Done: 1}
}

// tidy lets go and joins what can be, no further than what was read last:
// units that are still to be read keep their borders.
func (r *Run) tidy(s Span) {
	r.l.close(r.opt.lookback(), s.To)
	r.l.coalesce(s, r.opt.fit(), r.opt.Border)
	r.l.shrink(r.opt.Units, s.To)
}
