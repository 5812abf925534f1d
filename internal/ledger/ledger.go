package ledger

import "sort"

// A ledger lists what was written of a stream up to the instant to.
type ledger struct {
	from     int64  // start_date of the run that wrote it
	to       int64  // complete up to here, but for unread units
	filter   uint64 // fingerprint of what decides which rows exist
	lookback int64  // of the run that wrote it
	bounds   Bounds

	// units adjoin and end at to. What lies between from and the first one is
	// closed.
	units []unit
}

// floor is where the first unit starts.
func (l *ledger) floor() int64 {
	if len(l.units) == 0 {
		return l.to
	}
	return l.units[0].from
}

// end is where unit i ends.
func (l *ledger) end(i int) int64 {
	if i+1 < len(l.units) {
		return l.units[i+1].from
	}
	return l.to
}

// span is the time of unit i.
func (l *ledger) span(i int) Span { return Span{l.units[i].from, l.end(i)} }

// at is the index of the unit that holds the instant: -1 before the first
// unit, len(units) from l.to on.
func (l *ledger) at(t int64) int {
	if t >= l.to {
		return len(l.units)
	}
	return sort.Search(len(l.units), func(i int) bool { return l.units[i].from > t }) - 1
}

// rows adds up the units [i, j).
func (l *ledger) rows(i, j int) int {
	n := 0
	for _, u := range l.units[i:j] {
		n += u.rows
	}
	return n
}

// splice puts units in the place of [i, j).
func (l *ledger) splice(i, j int, units []unit) {
	rest := append([]unit{}, l.units[j:]...)
	l.units = append(append(l.units[:i], units...), rest...)
}

// prepend puts a unit of the given kind in front, reaching down to from.
func (l *ledger) prepend(from int64, k kind) {
	if from < l.floor() {
		l.units = append([]unit{{from: from, kind: k}}, l.units...)
	}
}

// close drops the front units that nobody has to look at again. They were read at
// an age of at least the look-back, so everything that arrives within the
// look-back had arrived. To count them is not enough: a row may hide behind a
// removal. Units that end after upTo stay, since the run may still have to read
// them.
func (l *ledger) close(lookback, upTo int64) {
	n := 0
	for ; n < len(l.units) && l.end(n) <= upTo; n++ {
		u := &l.units[n]
		if u.kind == unread || u.kind == listed && u.read*Hour < l.end(n)+lookback {
			break
		}
	}
	l.units = l.units[n:]
}
