package ledger

// coalesce joins neighbours of one hour (or whatever next draws as borders) that
// fit a request together, and empty neighbours of one day. It looks at the units
// in s and the one before. Else the ledger would fill with splinters, one for
// each moment at which a run happened to begin.
func (l *ledger) coalesce(s Span, fit int, next func(int64) int64) {
	lo, hi := max(0, l.at(s.From)-1), l.upTo(s.To)
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

// upTo counts the units that end at or before at.
func (l *ledger) upTo(at int64) int {
	if at >= l.to {
		return len(l.units)
	}
	return max(0, l.at(at))
}

func joinable(a, b unit, fit int, next func(int64) int64) bool {
	switch {
	case a.kind != listed || b.kind != listed:
		return false
	case a.rows+b.rows == 0:
		return FloorTo(a.from, Day) == FloorTo(b.from, Day)
	}
	return next(b.from-1) != b.from && a.rows+b.rows <= fit
}

// shrink looks at the units that end at or before upTo. It joins the listed
// neighbours with the fewest rows, until at most n units are left or no two of
// them are neighbours. Units behind upTo do not count: they cannot be joined yet,
// and the others would pay for them, however many rows they hold.
func (l *ledger) shrink(n int, upTo int64) {
	for hi := l.upTo(upTo); hi > n; hi-- {
		best, rows := -1, 0
		for i := range max(0, hi-1) {
			a, b := &l.units[i], &l.units[i+1]
			if a.kind != listed || b.kind != listed {
				continue
			}
			if r := a.rows + b.rows; best < 0 || r < rows {
				best, rows = i, r
			}
		}
		if best < 0 {
			return
		}
		l.joinNext(best)
	}
}

// squeeze leaves at most n units. Where shrink is not enough it joins units with
// neighbours that are not listed. They are read and written again.
func (l *ledger) squeeze(n int) {
	l.shrink(n, l.to)
	for i := 0; len(l.units) > max(1, n); {
		l.joinNext(i)
		i = (i + 1) % max(1, len(l.units)-1)
	}
}

// joinNext joins unit i with the one after it.
func (l *ledger) joinNext(i int) {
	l.units[i].join(l.units[i+1])
	l.units = append(l.units[:i+1], l.units[i+2:]...)
}
