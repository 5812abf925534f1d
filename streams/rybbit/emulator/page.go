package emulator

import (
	"math/rand/v2"
	"net/url"
	"regexp"
)

// Pages
//
// Behaviour: limit and offset go to ClickHouse, which is asked for signed 32
// bits and decides. On Legacy a negative one is a 500. On Current it counts
// from the end: LIMIT -1 is the last row, LIMIT 2 OFFSET -2 the first two of
// all but the last two. Text that is no whole number is a 500, limit=0 an
// empty page.
//
// Rows that tie come in another order with every request, and an answer of
// hundreds of rows is not sorted throughout, so what is read page by page
// misses some rows and has others twice, in equal numbers. One page that holds
// all rows is whole. [Dialect.Quiet] keeps the order.
//
// Source: recorded (*-sessions-page-0, -limit-*, -page-abc), and ClickHouse's
// page on LIMIT for negative numbers; the figures are in the notes, 2.4. assumed:
// the form of the disorder; that more than 32 bits are a 500 on Current too.

// A page is a LIMIT and an OFFSET.
type page struct{ limit, offset int64 }

var wholeNumber = regexp.MustCompile(`^[+-]?\d+$`)

const maxInt32 = 1<<31 - 1

// listPage reads page and limit of the sessions list, as JavaScript reckons
// with text. ok is false for what ClickHouse does not take.
func listPage(q url.Values, d Dialect) (p page, ok bool) {
	limit, number := q.Get("limit"), q.Get("page")
	if limit == "" || d.Capped {
		limit = "100"
	}
	if !q.Has("page") {
		number = "1"
	}
	if number == "" {
		number = "0" // '' - 1 is -1
	}
	if !wholeNumber.MatchString(limit) || !wholeNumber.MatchString(number) {
		return page{}, false
	}
	l, _ := toNumber(limit)
	n, _ := toNumber(number)
	return newPage(l, (n-1)*l)
}

// newPage is a page if both numbers have 32 bits.
func newPage(limit, offset float64) (page, bool) {
	for _, n := range []float64{limit, offset} {
		if n != float64(int64(n)) || n > maxInt32 || n < -maxInt32-1 {
			return page{}, false
		}
	}
	return page{int64(limit), int64(offset)}, true
}

// taken reports whether the server's ClickHouse takes p.
func (p page) taken(g Generation) bool {
	return g == Current || p.limit >= 0 && p.offset >= 0
}

// cutPage is the part of rows that p asks for.
func cutPage[T any](rows []T, p page) []T {
	n := int64(len(rows))
	if p.offset >= 0 {
		rows = rows[min(p.offset, n):]
	} else {
		rows = rows[:max(0, n+p.offset)]
	}
	n = int64(len(rows))
	if p.limit >= 0 {
		return rows[:min(p.limit, n)]
	}
	return rows[max(0, n+p.limit):]
}

// parseInt is JavaScript's: the whole number that s begins with. ok is false
// for NaN.
func parseInt(s string) (n float64, ok bool) {
	n, ok = toNumber(leadingInt.FindString(s))
	return n, ok && leadingInt.MatchString(s)
}

var leadingInt = regexp.MustCompile(`^\s*[+-]?\d+`)

// intOr is the whole number that a parameter begins with, or standard if it is
// missing; ok is false for NaN.
func intOr(q url.Values, name string, standard float64) (n float64, ok bool) {
	if !q.Has(name) {
		return standard, true
	}
	return parseInt(q.Get(name))
}

// shuffleTies brings neighbours that tie into another order.
func shuffleTies[T any](rows []T, r *rand.Rand, tied func(x, y T) bool) {
	for lo := 0; lo < len(rows); {
		hi := lo + 1
		for hi < len(rows) && tied(rows[lo], rows[hi]) {
			hi++
		}
		part := rows[lo:hi]
		r.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
		lo = hi
	}
}

const blockRows = 100

// swapBlocks lets whole blocks of rows come in another order, as an outer
// query without ORDER BY does.
func swapBlocks[T any](rows []T, r *rand.Rand) {
	for lo := 0; lo+2*blockRows <= len(rows); lo += blockRows {
		if r.IntN(3) > 0 {
			continue
		}
		for i := range blockRows {
			rows[lo+i], rows[lo+blockRows+i] = rows[lo+blockRows+i], rows[lo+i]
		}
	}
}
