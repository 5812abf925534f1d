package ledger

import "slices"

// blind marks the units on the rim of each gap that a count cannot prove. One is
// the first, while the start may be exclusive: nobody would count the rows on its
// first instant. The other is the last, if the end may be inclusive and the rows
// on that end are not listed.
func (p *plan) blind() {
	for i, j := range p.gaps {
		if p.l.bounds.Start != Inclusive {
			p.mark(i, i+1)
		}
		if p.l.bounds.End != Exclusive && (j == len(p.l.units) || p.l.units[j].kind != listed) {
			p.mark(j-1, j)
		}
	}
}

// A gap is a row of units that are not marked. They will be if they do not hold
// their number any more.
type gap struct {
	i, j int // the units [i, j)
	left int // the first unit of the left half, where this is the right one of a whole
	off  bool

	ask   []int64 // instants to ask about before this can be counted
	asked bool    // ask is known
}

// check has all gaps counted: see question.
func (p *plan) check() {
	for i, j := range p.gaps {
		p.open = append(p.open, gap{i: i, j: j, left: i})
	}
	slices.Reverse(p.open)
}

// question is the next thing to ask the API, left to right. It is not ok when none
// is left. The answer goes to counted or told.
func (p *plan) question() (step Step, ok bool) {
	for len(p.open) > 0 {
		g := &p.open[len(p.open)-1]
		// A whole that is off with a left half that holds is off on the right:
		// nobody asks again.
		g.off = g.off && !p.anyRead(g.left, g.i)
		if !g.off && (p.l.rows(g.i, g.j) <= p.opt.Window || g.j-g.i == 1) {
			if at, ok := p.unknown(g); ok {
				return Step{Want: AskBounds, At: at}, true
			}
			if s, n, ok := p.l.expect(g.i, g.j); ok {
				return Step{Want: Count, Span: s, Rows: n}, true
			}
			g.off = true // its number cannot be counted from outside
		}
		p.divide(p.pop())
	}
	return Step{}, false
}

// counted answers a question of Count.
func (p *plan) counted(v Verdict) {
	p.counts++
	g := p.pop()
	if v == Exactly {
		p.seen(g.i, g.j)
		return
	}
	g.off = true
	p.divide(g)
}

// told answers a question of AskBounds.
func (p *plan) told(b Bounds) {
	p.questions++
	p.open[len(p.open)-1].ask = p.open[len(p.open)-1].ask[1:]
	p.l.bounds.learn(b)
}

func (p *plan) pop() gap {
	last := len(p.open) - 1
	g := p.open[last]
	p.open = p.open[:last]
	return g
}

// divide marks a gap that does not hold, once it fits a request. Else it has both
// halves counted apart.
func (p *plan) divide(g gap) {
	if g.off && (p.l.rows(g.i, g.j) <= p.opt.fit() || g.j-g.i == 1) {
		p.mark(g.i, g.j)
		return
	}
	mid := p.l.middle(g.i, g.j)
	p.open = append(p.open, gap{i: mid, j: g.j, left: g.i, off: g.off}, gap{i: g.i, j: mid, left: g.i})
}

// unknown is an instant to ask about before g can be counted: rows lie on it, and
// whether they are counted to g depends on a bound that nobody knows. The unit
// before g is listed unless the start is known to be inclusive, and the unit
// after it unless the end is known to be exclusive.
func (p *plan) unknown(g *gap) (at int64, ok bool) {
	b := &p.l.bounds
	if !p.opt.CanAsk {
		return 0, false
	}
	if !g.asked {
		g.asked = true
		if b.Start == Unknown && p.l.units[g.i-1].first > 0 {
			g.ask = append(g.ask, p.l.units[g.i-1].from)
		}
		if b.End == Unknown && p.l.first(g.j) > 0 {
			g.ask = append(g.ask, p.l.units[g.j].from)
		}
	}
	if len(g.ask) == 0 || b.Start != Unknown && b.End != Unknown || p.questions >= maxBoundQuestions {
		return 0, false
	}
	return g.ask[0], true
}

// seen takes a count that holds for a reading where nothing is ever refreshed. A
// unit could not leave the ledger otherwise.
func (p *plan) seen(i, j int) {
	if p.opt.refresh() > 0 {
		return
	}
	for k := i; k < j; k++ {
		p.l.units[k].read = p.opt.hour()
	}
}

// anyRead reports whether one of the units [i, j) is marked.
func (p *plan) anyRead(i, j int) bool {
	for _, read := range p.read[i:j] {
		if read {
			return true
		}
	}
	return false
}

// middle is the border that halves the rows of the units [i, j), of which
// there are at least two.
func (l *ledger) middle(i, j int) int {
	half, n := l.rows(i, j)/2, 0
	for k := i; k < j; k++ {
		n += l.units[k].rows
		if n >= half {
			return min(max(k+1, i+1), j-1)
		}
	}
	return j - 1
}
