package ledger

import (
	"slices"
	"sort"
)

// A piece is the part of one unit, or of the time after the ledger, between
// two borders of a stretch.
type piece struct {
	unit
	owner int // index of the unit; len(units) is the time after the ledger
	write bool
	weigh bool // its rows are let go, see weight
}

// absorb enters a stretch and returns the indices of the rows to write,
// ascending: those of units that are new or differ from what is listed. The
// indices are good until the next stretch is entered.
func (r *Run) absorb(s Stretch) []int {
	pieces := r.l.pieces(s.Span, r.opt.Border)
	for i := range pieces {
		pieces[i].read = r.opt.hour()
	}
	r.home = tally(pieces, s, r.home)
	lo, hi := pieces[0].owner, pieces[len(pieces)-1].owner+1
	var out []unit
	for i := 0; i < len(pieces); {
		j := i
		for j < len(pieces) && pieces[j].owner == pieces[i].owner {
			j++
		}
		out = append(out, r.settle(s, pieces[i:j])...)
		i = j
	}
	r.l.splice(lo, min(hi, len(r.l.units)), out)
	r.l.to = max(r.l.to, s.Span.To)
	r.write = r.write[:0]
	for i, h := range r.home {
		// The API need not answer a stray when it is asked for this unit again.
		if p := &pieces[h]; p.write || p.weigh && s.stray(i) {
			r.write = append(r.write, i)
		}
	}
	return r.write
}

// part returns the indices of the rows of a part to write: all of them, unless
// the unit is listed. Then the last part decides.
func (r *Run) part(s Stretch) []int {
	owner := r.l.at(s.Span.From)
	known := owner >= 0 && owner < len(r.l.units) && r.l.units[owner].kind == listed
	r.write = r.write[:0]
	for i := range s.Rows {
		if !known || s.stray(i) {
			r.write = append(r.write, i)
		}
	}
	return r.write
}

// pieces cuts s where units begin and at the borders that next draws.
func (l *ledger) pieces(s Span, next func(int64) int64) []piece {
	var out []piece
	for at := s.From; at < s.To; {
		owner := l.at(at)
		to := min(s.To, next(at))
		if owner < len(l.units) {
			to = min(to, l.end(owner))
		}
		out = append(out, piece{unit: unit{from: at}, owner: owner})
		at = to
	}
	return out
}

// tally enters the rows of s into the pieces. For each row it returns the index of
// its piece, in the memory of home. Strays count to the first piece.
func tally(pieces []piece, s Stretch, home []int) []int {
	if s.Total != nil {
		pieces[0].add(s.Total)
	}
	home = slices.Grow(home[:0], len(s.Rows))[:len(s.Rows)]
	h := 0
	for i, row := range s.Rows {
		switch {
		case s.stray(i):
			h = 0
			pieces[0].stray = true
		case row.At < pieces[h].from || h+1 < len(pieces) && row.At >= pieces[h+1].from:
			h = sort.Search(len(pieces), func(k int) bool { return pieces[k].from > row.At }) - 1
		}
		home[i] = h
		pieces[h].enter(row)
	}
	return home
}

// settle decides what becomes of the part of s that belongs to one unit. It
// returns the units that take its place.
func (r *Run) settle(s Stretch, part []piece) []unit {
	owner := part[0].owner
	if owner == len(r.l.units) {
		return renew(s, part)
	}
	u, span := r.l.units[owner], r.l.span(owner)
	switch {
	case u.kind != listed:
		// Its front is never missing: what is read begins where a unit does, and
		// what is left of a unit is a unit again.
		out := renew(s, part)
		if span.To > s.Span.To {
			out = append(out, unit{from: s.Span.To, kind: u.kind})
		}
		return out
	case span.From < s.Span.From || span.To > s.Span.To || s.Total != nil:
		return []unit{r.weigh(s, part)}
	}
	rows, sum := weighed(part)
	if !s.Shaky && u.same(rows, sum) {
		u.read, u.stray = part[0].read, part[0].stray
		return []unit{u}
	}
	r.sum.changed(r.opt.Now-span.From, u.rows, rows)
	return renew(s, part)
}
