package ledger

// sinceStretches is how many stretches behind the bookmark are read at most. In
// time without rows a page is never full.
const sinceStretches = 10

// came is what came after the bookmark, hour by hour (or whatever Options.Border
// draws), as far as about a page of rows reaches. Time without rows is left out.
type came struct {
	begun bool
	rest  Span // not read
	rows  int
	n     int // stretches
	found []Comparison
}

// enter takes the next stretch behind the bookmark. No more are wanted once it has
// enough.
func (c *came) enter(p *plan, s Stretch) (more bool) {
	pieces := p.l.pieces(s.Span, p.opt.Border)
	tally(pieces, s, nil)
	for i, part := range pieces {
		to := s.Span.To
		if i+1 < len(pieces) {
			to = pieces[i+1].from
		}
		c.add(Span{part.from, to}, part.rows, p.opt.Border)
	}
	c.rows, c.n, c.rest.From = c.rows+s.count(), c.n+1, s.Span.To
	return c.rows < p.opt.Page && c.n < sinceStretches
}

// add adds what a part of an hour holds to what was found of that hour.
func (c *came) add(s Span, rows int, border func(int64) int64) {
	if rows == 0 {
		return
	}
	if n := len(c.found); n > 0 && border(c.found[n-1].Span.From) == border(s.From) {
		c.found[n-1].Span.To = s.To
		c.found[n-1].Found += rows
		return
	}
	c.found = append(c.found, Comparison{Span: s, Found: rows, Standing: New, After: true})
}
