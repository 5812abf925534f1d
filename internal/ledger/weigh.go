package ledger

// A weight adds up a listed unit that comes in several stretches. Its rows are
// let go as they come, so that no more than a stretch is held. If the whole turns
// out to differ, the unit is read again to be written.
type weight struct {
	from  int64 // where the unit that is being weighed starts
	rows  int
	sum   uint64
	shaky bool
}

// weigh takes a part of a listed unit. The last part decides: the unit is as it
// was, or it becomes unread and is read once more in this run.
func (r *Run) weigh(s Stretch, part []piece) unit {
	owner := part[0].owner
	u, span := r.l.units[owner], r.l.span(owner)
	if part[0].from == span.From {
		r.scale = weight{from: span.From}
	}
	for i := range part {
		part[i].weigh = true
	}
	rows, sum := weighed(part)
	r.scale.rows += rows
	r.scale.sum = (r.scale.sum + sum) & sumBits
	r.scale.shaky = r.scale.shaky || s.Shaky
	u.stray = u.stray || part[0].stray
	if span.To > s.Span.To {
		return u
	}
	if r.scale.from == span.From && !r.scale.shaky && u.same(r.scale.rows, r.scale.sum) {
		u.read = r.opt.hour()
		return u
	}
	r.sum.Same -= r.scale.rows
	r.sum.changed(r.opt.Now-span.From, u.rows, r.scale.rows)
	r.differ = append(r.differ, span)
	return unit{from: span.From, kind: unread}
}

// weighed adds up the pieces of one unit.
func weighed(part []piece) (rows int, sum uint64) {
	for _, p := range part {
		rows += p.rows
		sum = (sum + p.sum) & sumBits
	}
	return rows, sum
}

// renew has the pieces written and makes units of them.
func renew(s Stretch, part []piece) []unit {
	out := make([]unit, len(part))
	for i := range part {
		part[i].write = true
		out[i] = part[i].unit
		if s.Shaky {
			out[i] = unit{from: out[i].from, kind: unread}
		}
	}
	return out
}
