package ledger

import (
	"context"
	"errors"
	"iter"
	"math"
	"slices"
)

var errKilled = errors.New("killed")

// A client reads a world as a source would. It knows nothing about bounds, caps, lags
// or order.
type client struct {
	w       *world
	page    int
	longest int  // page so far
	left    int  // requests until the run is killed
	quits   bool // the reader then stops without a word
	off     int  // counts that did not hold
	splits  int  // one in so many stretches is cut at random; 0: none
	shaky   []Span
	capped  int // rows in a page that was not whole
	watch   *watch
	told    Bounds // what the API said last
	lie     int    // which word the reader breaks, see lies
	lied    bool   // and whether it did
	mute    bool   // nobody can tell how the bounds are read
	fast    int64  // by how much its clock is wrong
	until   int64  // end in the past, or 0
	rows    []seen // of the stretch that it yielded last
}

func (c *client) ask(s Span, limit, offset int) ([]seen, error) {
	if c.left--; c.left < 0 {
		return nil, errKilled
	}
	return c.w.ask(s, limit, offset), nil
}

// read is a reader.
func (c *client) read(ctx context.Context, s Span, cut Cut) iter.Seq2[Stretch, error] {
	return func(yield func(Stretch, error) bool) {
		last := Density{}
		c.watch.reads(s)
		for at := s.From; at < s.To; {
			to := cut(Span{at, s.To}, last)
			c.watch.cuts(Span{at, to}, last)
			if c.splits > 0 && c.w.rng.IntN(c.splits) == 0 {
				to = min(to, at+max(Second, FloorTo((to-at)/3, Second)))
			}
			st, err := c.stretch(Span{at, to})
			if err != nil && c.quits {
				return
			}
			if err != nil {
				yield(Stretch{}, err)
				return
			}
			last = Density{Rows: len(st.Rows), Over: st.Span.Width(), Page: c.capped}
			if c.lie > 0 && !c.lied && c.w.rng.IntN(3) == 0 {
				st.Span, c.lied = lies[c.lie](st.Span, s), true
			}
			at = st.Span.To
			if st.Span.Width() <= Second && c.w.rng.IntN(2) == 0 {
				if st = c.parts(st, yield); st.Total == nil {
					return
				}
			}
			if !yield(st, nil) {
				return
			}
		}
	}
}

// parts yields the rows of st some at a time, and returns what is left to yield.
func (c *client) parts(st Stretch, yield func(Stretch, error) bool) Stretch {
	c.w.seen.note("a second comes in parts", len(st.Rows) > c.page)
	last := Stretch{Span: st.Span, Shaky: st.Shaky, Total: &Total{}}
	for _, row := range st.Rows {
		last.Total.Add(st.Span, row)
	}
	all := c.rows
	for i := 0; i < len(all); {
		j := min(len(all), i+1+c.w.rng.IntN(max(1, c.page)))
		c.rows = all[i:j]
		if !yield(Stretch{Span: st.Span, Part: true, Rows: st.Rows[i:j]}, nil) {
			return Stretch{}
		}
		i = j
	}
	c.rows = nil
	return last
}

// lies are words of a reader and how it may break them.
var lies = []func(got, asked Span) Span{
	nil,
	func(got, _ Span) Span { return Span{got.From - Second, got.To} },
	func(got, _ Span) Span { return Span{got.From, got.From} },
	func(got, asked Span) Span { return Span{got.From, asked.To + Second} },
	func(got, _ Span) Span { return Span{got.From, got.To - Second/2} },
}

// stretch reads s or as much of its beginning as fits a page.
func (c *client) stretch(s Span) (Stretch, error) {
	for {
		rows, whole, err := c.one(Span{s.From - Second, s.To})
		if err != nil {
			return Stretch{}, err
		}
		if whole {
			return c.keep(s, rows, false), nil
		}
		if s.Width() <= Second {
			c.w.seen.note("a second is larger than a page", true)
			return c.second(s)
		}
		s.To = s.From + max(Second, FloorTo(s.Width()/2, Second))
	}
}

// one asks for s in one page and proves it whole: the last row must still be in its
// place, with none after it.
func (c *client) one(s Span) (rows []seen, whole bool, err error) {
	rows, err = c.ask(s, c.page, 0)
	if err != nil || len(rows) < c.longest || len(rows) == 0 {
		return rows, true, err
	}
	c.longest = len(rows)
	proof, err := c.ask(s, 2, len(rows)-1)
	if len(proof) == 2 && len(rows) < c.page {
		c.capped = len(rows)
	}
	return rows, len(proof) == 1 && proof[0].held == rows[len(rows)-1].held, err
}

// second pages through a second that is larger than a page.
func (c *client) second(s Span) (Stretch, error) {
	union := map[*held]seen{}
	for range 3 {
		rows, same, err := c.pages(s)
		if err != nil {
			return Stretch{}, err
		}
		if same {
			return c.keep(s, rows, false), nil
		}
		for _, r := range rows {
			union[r.held] = r
		}
	}
	var rows []seen
	for _, h := range c.w.rows {
		if r, ok := union[h]; ok {
			rows = append(rows, r)
		}
	}
	c.shaky = append(c.shaky, s)
	c.w.seen.note("a second does not stand still while it is paged", true)
	return c.keep(s, rows, true), nil
}

func (c *client) pages(s Span) (rows []seen, same bool, err error) {
	around := Span{s.From - Second, s.To}
	same = true
	for {
		page, err := c.ask(around, c.page, max(0, len(rows)-1))
		if err != nil {
			return nil, false, err
		}
		if len(rows) > 0 && (len(page) == 0 || page[0].held != rows[len(rows)-1].held) {
			same = false
		} else if len(rows) > 0 {
			page = page[1:]
		}
		rows = append(rows, page...)
		if len(page) == 0 || len(page) < c.longest-1 {
			return rows, same, nil
		}
	}
}

// keep drops the neighbours' rows.
func (c *client) keep(s Span, rows []seen, shaky bool) Stretch {
	st := Stretch{Span: s, Shaky: shaky}
	if !shaky {
		c.shaky = slices.DeleteFunc(c.shaky, func(was Span) bool { return s.Holds(was.From) })
	}
	c.rows = nil
	for _, r := range rows {
		if r.at != math.MinInt64 && !s.Holds(r.at) && r.at >= s.From-Second && r.at <= s.To {
			continue
		}
		c.rows = append(c.rows, r)
		row := Digest{At: r.at, HasAt: r.at != math.MinInt64, Sum: mix(uint64(r.id)<<16 | uint64(r.ver))}
		if !row.HasAt {
			row.At = s.From // means nothing
		}
		st.Rows = append(st.Rows, row)
	}
	return st
}

func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// count is a counter.
func (c *client) count(_ context.Context, s Span, n int) (Verdict, error) {
	unchanged := c.watch.unchanged(s)
	rows, err := c.ask(s, min(2, n+1), max(0, n-1))
	v := Verdict(len(rows) - min(1, n))
	if err == nil {
		c.watch.counts(s, n, v, unchanged)
	}
	if v != Exactly {
		c.off++
	}
	return v, err
}

// bounds asks how the API reads start and end. It believes the answer only if the row
// that it goes by was there before and after.
func (c *client) bounds(_ context.Context, at int64) (Bounds, error) {
	c.watch.questions++
	if c.mute {
		return Bounds{}, nil
	}
	var has [4]bool
	around := Span{at - Second, at + Second}
	for i, s := range []Span{around, {at, around.To}, {around.From, at}, around} {
		rows, whole, err := c.one(s)
		if err != nil || !whole {
			return Bounds{}, err
		}
		for _, r := range rows {
			has[i] = has[i] || r.at == at
		}
	}
	edge := map[bool]Edge{true: Inclusive, false: Exclusive}
	if !has[0] || !has[3] {
		return Bounds{}, nil
	}
	c.told = Bounds{Start: edge[has[1]], End: edge[has[2]]}
	return c.told, nil
}
