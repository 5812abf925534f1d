package ledger

// coalesce joins neighbours of one hour (or whatever next draws as borders)
// that fit a request together, and empty neighbours of one day, among the
// units that touch s. Cutting at every moment a run happened to begin would
// fill the ledger with splinters.
func (l *ledger) coalesce(s Span, fit int, next func(int64) int64) {
	lo, hi := max(0, l.at(s.From)-1), min(len(l.units), l.at(s.To)+1)
	if lo >= hi {
		return
	}
	out := l.units[lo : lo+1]
	for _, u := range l.units[lo+1 : hi] {
		if last := &out[len(out)-1]; joinable(*last, u, fit, next) {
			last.join(u)
		} else {
			out = append(out, u)
		}
	}
	l.units = append(l.units[:lo+len(out)], l.units[hi:]...)
}

func joinable(a, b unit, fit int, next func(int64) int64) bool {
	switch {
	case a.kind != listed || b.kind != listed:
		return false
	case a.rows+b.rows == 0:
		return floorTo(a.from, Day) == floorTo(b.from, Day)
	}
	return next(b.from-1) != b.from && a.rows+b.rows <= fit
}

// shrink joins the listed neighbours with the fewest rows until at most n
// units are left.
func (l *ledger) shrink(n int) {
	for len(l.units) > max(1, n) {
		best, rows := 0, -1
		for i := range len(l.units) - 1 {
			a, b := &l.units[i], &l.units[i+1]
			if a.kind != listed || b.kind != listed {
				continue
			}
			if r := a.rows + b.rows; rows < 0 || r < rows {
				best, rows = i, r
			}
		}
		l.units[best].join(l.units[best+1])
		l.units = append(l.units[:best+1], l.units[best+2:]...)
	}
}
