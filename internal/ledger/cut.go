package ledger

import "math"

// A Cut proposes where the stretch that starts at rest.From should end so that
// it fits a page: after rest.From, at most at rest.To, on a whole second. last is
// the density of the last whole stretch of this reading, or zero before the
// first. A Cut may be called from any goroutine, also ahead of the stretch that
// was entered last.
type Cut func(rest Span, last Density) int64

// A Density is a number of rows over a width of time.
type Density struct {
	Rows int
	Over int64

	// Page is how many rows a request was seen to answer where that is fewer
	// than Options.Page, else 0.
	Page int
}

// A page is filled to fillKnown where the ledger knows the rows, and to fillGuess
// where only a density is known: a page that is not whole is thrown away.
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

// cut is a Cut. It takes as many known units as fit, and then goes by density.
func (c chart) cut(rest Span, last Density) int64 {
	if last.Page > 0 {
		c.page = min(c.page, float64(last.Page))
	}
	at, room := rest.From, c.page*fillKnown
	for at < rest.To {
		end, rows, known := c.next(at, rest.To, last)
		if rows <= room {
			at, room = end, room-rows
			continue
		}
		switch {
		case !known:
			at += c.guess(room*fillGuess/fillKnown, last)
		case at == rest.From:
			at += int64(float64(end-at) * c.page * fillGuess / rows)
		}
		break
	}
	return min(rest.To, max(rest.From+Second, FloorTo(at, Second)))
}

// next says how many rows the time from at on holds, up to where a unit ends or
// begins. What is left of a known unit is taken to be spread evenly. Else it is
// what the density promises, or more than fits if that is too wide a guess.
func (c chart) next(at, to int64, last Density) (end int64, rows float64, known bool) {
	i := c.l.at(at)
	if i >= 0 && i < len(c.l.units) {
		to = c.l.end(i)
	}
	if i >= 0 && i < len(c.l.units) && c.l.units[i].kind == listed {
		unit := c.l.span(i)
		return to, float64(c.l.units[i].rows) * float64(to-at) / float64(unit.Width()), true
	}
	if to-at > c.widest(last) {
		return to, math.Inf(1), false
	}
	return to, c.per(last) * float64(to-at) * fillKnown / fillGuess, false
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
	most := c.widest(last)
	if per := c.per(last); per > 0 && rows/per < float64(most) {
		return int64(rows / per)
	}
	return most
}

// widest is how far to go where nothing is known.
func (c chart) widest(last Density) int64 {
	switch {
	case last.Over > 0:
		return last.Over * maxGrowth
	case c.density > 0:
		return maxSeconds * Second
	}
	return Day
}
