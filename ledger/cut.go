package ledger

// A page is filled to fillKnown where the ledger knows the rows, to fillGuess
// where only a density is known: a page that proves not whole is thrown away.
const (
	fillKnown = 0.8
	fillGuess = 0.7
	maxGrowth = 4 // times wider than the last stretch, where a density guides
)

// A chart is what a Cut goes by: a copy, so that readers may look at it while
// the ledger changes.
type chart struct {
	l       *ledger
	page    float64
	density float64 // rows per µs behind l.to, or 0
}

// chart copies the ledger around s.
func (l *ledger) chart(s Span, page int) chart {
	lo, hi := max(0, l.at(s.From)), min(len(l.units), l.at(s.To)+1)
	lo = min(lo, hi)
	c := chart{page: float64(page), l: &ledger{to: l.to, units: append([]unit{}, l.units[lo:hi]...)}}
	if hi < len(l.units) {
		c.l.to = l.units[hi].from
	}
	rows, width := 0, int64(0)
	for i, u := range l.units {
		if u.kind == listed {
			rows, width = rows+u.rows, width+l.span(i).Width()
		}
	}
	if rows > 0 {
		c.density = float64(rows) / float64(width)
	}
	return c
}

// cut is a Cut: as many known units as fit, then by density.
func (c chart) cut(rest Span, last Density) int64 {
	if last.Page > 0 {
		c.page = min(c.page, float64(last.Page))
	}
	at, room := rest.From, c.page*fillKnown
	for at < rest.To && room > 0 {
		i := c.l.at(at)
		if i < 0 || i >= len(c.l.units) || c.l.units[i].kind != listed {
			to := rest.To
			if i >= 0 && i < len(c.l.units) {
				to = min(to, c.l.end(i))
			}
			width := c.guess(room*fillGuess/fillKnown, last)
			if width < to-at {
				at += width
				break
			}
			room -= c.per(last) * float64(to-at)
			at = to
			continue
		}
		unit := c.l.span(i)
		rows := float64(c.l.units[i].rows) * float64(unit.To-at) / float64(unit.Width())
		if rows > room {
			if at == rest.From {
				at += int64(float64(unit.To-at) * c.page * fillGuess / rows)
			}
			break
		}
		room, at = room-rows, unit.To
	}
	return min(rest.To, max(rest.From+Second, floorTo(at, Second)))
}

// per is the density to expect where the ledger knows nothing.
func (c chart) per(last Density) float64 {
	if last.Over > 0 {
		return float64(last.Rows) / float64(last.Over)
	}
	return c.density
}

// guess is the width that should hold the given number of rows.
func (c chart) guess(rows float64, last Density) int64 {
	most := Day
	if last.Over > 0 {
		most = last.Over * maxGrowth
	} else if c.density > 0 {
		most = maxSeconds * Second
	}
	if per := c.per(last); per > 0 && rows/per < float64(most) {
		return max(Second, int64(rows/per))
	}
	return most
}
