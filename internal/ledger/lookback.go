package ledger

import "context"

// blind marks the units on the rim of what will be counted whose number
// cannot be told by counting: the first of each gap while the start may be
// exclusive, because nobody would count the rows on its first instant, and the
// last one if the end may be inclusive and the rows on it are not listed.
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

// check marks the units that do not hold their number any more.
func (p *plan) check(ctx context.Context) error {
	type gap struct{ i, j int }
	var all []gap
	for i, j := range p.gaps {
		all = append(all, gap{i, j})
	}
	for _, g := range all {
		if err := p.halve(ctx, g.i, g.j, false); err != nil {
			return err
		}
	}
	return nil
}

// halve counts the units [i, j), both halves apart if they are many or do not
// hold, and marks what does not hold once it fits a request. off tells that
// they are known not to hold: nobody asks again.
func (p *plan) halve(ctx context.Context, i, j int, off bool) error {
	rows := p.l.rows(i, j)
	if !off && (rows <= p.opt.Window || j-i == 1) {
		v, ok, err := p.compare(ctx, i, j)
		if err != nil {
			return err
		}
		if ok && v == Exactly {
			p.seen(i, j)
			return nil
		}
		off = true
	}
	if off && (rows <= p.opt.fit() || j-i == 1) {
		p.mark(i, j)
		return nil
	}
	mid := p.l.middle(i, j)
	if err := p.halve(ctx, i, mid, false); err != nil {
		return err
	}
	// A whole that is off with a left half that holds is off on the right.
	return p.halve(ctx, mid, j, off && !p.anyRead(i, mid))
}

// seen counts as a reading where nothing is ever refreshed: a unit could not
// leave the ledger otherwise.
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
