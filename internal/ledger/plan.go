package ledger

// A plan says which units a run reads.
type plan struct {
	l    *ledger
	opt  *Options
	read []bool // one for each unit
	last int    // units from here on lie behind Options.To and are left alone

	open      []gap // still to be counted, the next one last
	counts    int   // answers to Count
	questions int   // answers to AskBounds
}

// newPlan plans over all of l; nothing is marked yet.
func newPlan(l *ledger, opt *Options) *plan {
	return &plan{l: l, opt: opt, read: make([]bool, len(l.units)), last: len(l.units)}
}

// begin marks what the run reads whatever the API says: everything if the
// look-back is small, else what is read in every run, and a share of the rest.
// What is not marked then is to be counted.
func (p *plan) begin() {
	p.always()
	if p.small() {
		p.mark(0, p.last)
		return
	}
	p.refresh()
	if p.opt.CanCount {
		p.bridge()
		p.blind()
		p.check()
	}
}

// spans is what the run reads, oldest first: what is marked, and then the time
// since the last run. Every question is answered by now.
func (p *plan) spans() []Span {
	p.bridge()
	return p.marked(p.opt.end())
}

// mark has the units [i, j) read, but for closed ones.
func (p *plan) mark(i, j int) {
	for ; i < j; i++ {
		p.read[i] = p.l.units[i].kind != closed
	}
}

// always marks what is read in every run: what never was, the end of the ledger,
// where rows are still arriving, and what cannot be counted.
func (p *plan) always() {
	recent := p.l.to - p.opt.Overlap.Microseconds()
	for i, u := range p.l.units[:p.last] {
		if u.kind == unread || p.l.end(i) > recent {
			p.mark(i, i+1)
		}
	}
	p.strays()
}

// strays marks units that cannot be counted.
func (p *plan) strays() {
	for i, u := range p.l.units[:p.last] {
		if u.stray {
			p.mark(i, i+1)
		}
	}
}

// small reports whether the look-back is read as a whole. A unit that is partly
// older does not add to its size: a page too many is better than a broken
// promise.
func (p *plan) small() bool {
	n, old := 0, p.opt.now()-p.opt.lookback()
	for _, u := range p.l.units {
		if u.from >= old {
			n += u.rows
		}
	}
	return n <= p.opt.Reread
}

// bridge marks what lies between two marked units where it costs less to read on
// than to make another request.
func (p *plan) bridge() {
	from, rows := -1, 0 // the gap so far; -1: nothing marked before it
	for i, u := range p.l.units[:p.last] {
		switch {
		case u.kind == closed:
			from = -1
		case p.read[i]:
			if from >= 0 && rows <= p.opt.Page/4 {
				p.mark(from, i)
			}
			from, rows = i+1, 0
		default:
			rows += u.rows
		}
	}
}

// gaps yields the rows of neighbouring units that are not marked, left to right.
func (p *plan) gaps(yield func(i, j int) bool) {
	for i := 0; i < p.last; i++ {
		j := i
		for j < p.last && !p.read[j] && p.l.units[j].kind == listed {
			j++
		}
		if j > i && !yield(i, j) {
			return
		}
		i = j
	}
}

// marked is the time of the marked units, and from the ledger's end up to to.
func (p *plan) marked(to int64) []Span {
	var out []Span
	add := func(s Span) {
		switch n := len(out); {
		case s.Width() == 0: // by a clock that is behind, a run ends before its ledger
		case n > 0 && out[n-1].To == s.From:
			out[n-1].To = s.To
		default:
			out = append(out, s)
		}
	}
	for i, read := range p.read[:p.last] {
		if read {
			add(p.l.span(i))
		}
	}
	add(Span{p.l.to, to})
	return out
}
