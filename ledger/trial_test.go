package ledger

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"time"
)

// begin is the first moment of every history.
const begin = int64(1_767_225_600) * Second // 2026-01-01

// A trial plays a history and holds every run to the promise.
type trial struct {
	set  setting
	w    *world
	from int64
	name string // filter

	mark  Bookmark    // the last one that reached the loader
	table map[int]int // the warehouse: id → version

	ok      int64 // when the last run that ended well began
	large   int64 // when the last run with a large look-back began
	attempt int64 // when the first run since then began; 0: none yet
	pending bool  // a shaky second, or a row without clock, may be written again
}

func newTrial(h history) *trial {
	s := newSetting(h.seed)
	w := &world{
		now: begin + 10*Day, startIn: s.StartIn, endIn: s.EndIn, tick: Second, cap: s.Cap, lag: s.Lag,
		byPlace: s.Place, removals: s.Removals, renames: s.Renames, twins: s.Twins, storm: s.Storm,
	}
	if s.MS {
		w.tick = 1000
	}
	return &trial{set: s, w: w, from: begin, table: map[int]int{}}
}

// play plays a history to its end, or to the first broken promise.
func (t *trial) play(h history) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	for i, d := range h.deeds {
		t.w.rng = rand.New(rand.NewPCG(d.seed, 3))
		if err := t.do(d); err != nil {
			return fmt.Errorf("deed %d, %v: %w", i, d, err)
		}
		t.w.steps++
	}
	return nil
}

func (t *trial) do(d deed) error {
	w := t.w
	switch d.kind {
	case "wait", "pause":
		w.now += d.age
	case "arrive":
		t.spread(d.n, Hour)
	case "late":
		t.spread(d.n, d.age)
	case "flood":
		t.spread(d.n, d.age)
	case "fade":
		for range d.n {
			w.arrive(max(0, t.set.Lookback-w.rng.Int64N(4*Hour)))
		}
	case "burst":
		place := w.now - d.age
		for range t.set.Page * (1 + d.n%3) {
			w.arrive(w.now - place + w.rng.Int64N(Second/2))
		}
	case "border":
		// Rows exactly on full hours, where units meet.
		for range d.n {
			w.arrive(w.now - floorTo(w.now-w.rng.Int64N(d.age+1), Hour))
		}
	case "remove", "rename", "double", "merge":
		t.change(d)
	case "mask":
		if h := w.pick(d.age); h != nil && w.removals {
			w.arrive(w.now - h.place)
			w.remove(h)
		}
	case "stir":
		for range d.n {
			w.arrive(t.set.Lookback + w.rng.Int64N(4*Hour))
		}
	case "hide":
		lo, hi := w.between(w.now-t.set.Lookback+Hour/6, w.now-t.set.Lookback+4*Hour)
		for _, h := range w.rows[lo:hi] {
			if w.removals && h.alive(w.now) {
				w.arrive(w.now - h.place)
				w.remove(h)
				break
			}
		}
	case "stray":
		if t.set.Strays {
			w.stray(w.rng.Int64N(d.age + 1))
		}
	case "run":
		_, err := t.run(&client{left: 1 << 30})
		return err
	case "kill":
		_, err := t.run(&client{left: d.n, quits: d.age%3 == 0})
		return err
	case "twice":
		return t.twice()
	default:
		t.tamper(d)
	}
	return nil
}

func (t *trial) spread(n int, age int64) {
	for range n {
		t.w.arrive(t.w.rng.Int64N(age + 1))
	}
}

func (t *trial) change(d deed) {
	for range d.n {
		h := t.w.pick(d.age)
		if h == nil {
			continue
		}
		switch d.kind {
		case "remove":
			t.w.remove(h)
		case "rename":
			t.w.rename(h)
		case "double":
			t.w.double(h)
		case "merge":
			for _, other := range t.w.rows {
				if other != h && other.id == h.id && other.alive(t.w.now) {
					t.w.remove(other)
				}
			}
		}
	}
}

// tamper does what people and other programs do to configs and bookmarks.
func (t *trial) tamper(d deed) {
	switch d.kind {
	case "earlier":
		t.from -= d.age
	case "later":
		t.from += d.age
		t.w.loaded.From = max(t.w.loaded.From, t.from)
	case "damage":
		if n := len(t.mark.Ledger); n > 0 {
			b := []byte(t.mark.Ledger)
			b[t.w.rng.IntN(n)] ^= byte(1 + t.w.rng.IntN(127))
			t.mark.Ledger = string(b[:n-t.w.rng.IntN(2)])
		}
	case "newer":
		t.mark.Ledger = strings.Replace(t.mark.Ledger, "1.", "2.", 1)
	case "foreign":
		if t.attempt == 0 && t.w.loaded.To > 0 && t.mark.Ledger != "" && t.mark.From == floorTo(t.from, Second) {
			t.mark = Bookmark{Since: t.mark.Since}
			for _, h := range t.w.rows {
				h.excused = h.excused || h.place < t.mark.Since-t.set.Lookback
			}
		}
	case "refilter":
		if t.mark.Ledger == "" {
			return
		}
		// Rows are others now, and the warehouse starts over.
		t.name += "x"
		t.table, t.attempt, t.w.loaded = map[int]int{}, 0, Span{}
		for _, h := range t.w.rows {
			h.ahead, h.excused = true, false
		}
	case "lookback":
		// What was let go under the old one is not promised.
		t.set.Lookback = d.age
		for _, h := range t.w.rows {
			h.excused = h.excused || h.place < t.mark.Since-d.age
		}
	case "rewind":
		t.mark.Since = max(t.mark.Since-d.age, 0)
	}
}

func (t *trial) options(c *client, now int64) Options {
	o := Options{
		Now: now, From: t.from, Filter: t.name,
		Lookback: time.Duration(t.set.Lookback) * time.Microsecond,
		Refresh:  time.Duration(t.set.Refresh) * time.Microsecond,
		Again:    time.Duration(t.set.Again) * time.Microsecond,
		Page:     t.set.Page, Window: t.set.Window, Reread: t.set.Reread, Units: t.set.Units,
		Read: c.read, Count: c.count, Bounds: c.bounds,
	}
	if o.Units < 720 {
		// Fewer than last time: even units that are still to be read would be
		// merged, if they could.
		o.Units = 2 + t.w.rng.IntN(o.Units-1)
	}
	if t.set.Skewed {
		o.To = now
	}
	if t.set.NoBounds {
		o.Bounds = nil
	}
	return o
}

// run syncs, and is killed after as many requests as c has left. It returns
// how many rows were written.
func (t *trial) run(c *client) (written int, err error) {
	// Runs less than the replicas' lag apart are not promised anything: what
	// the first one saw may be gone from the second one's view.
	t.w.now += t.w.lag + Second
	began, now := t.w.now, t.w.now
	if t.set.Skewed && !t.w.quiet {
		now -= t.w.rng.Int64N(skew)
	}
	if t.attempt == 0 {
		t.attempt = began
	}
	if !t.small(now) {
		t.large = began
	}
	c.w, c.page, c.splits = t.w, t.set.Page, t.set.Splits
	dies := c.left < 1<<20
	past := []Bookmark{t.mark}
	for b, err := range Start(t.mark, t.options(c, now)).Batches(context.Background()) {
		if err == nil {
			written += len(b.Write)
			t.write(b, len(b.Write))
			past = append(past, b.Bookmark)
		}
		if dies && (c.left < 0 && err != nil || t.w.rng.IntN(40) == 0) {
			t.mark = past[t.w.rng.IntN(len(past))]
			return written, nil
		}
		if err != nil {
			return written, err
		}
	}
	t.mark = past[len(past)-1]
	t.pending = len(c.shaky) > 0 || t.w.strays > 0
	if t.from > now {
		return written, nil // nothing to load yet
	}
	return written, t.check(began, now, c.shaky)
}

// write loads the first n rows of b.
func (t *trial) write(b Batch, n int) {
	rows, _ := b.Stretch.Data.([]seen)
	for _, i := range b.Write[:n] {
		t.table[rows[i].id] = rows[i].ver
	}
}

// twice runs three times while nothing happens: the third has nothing to do.
func (t *trial) twice() error {
	t.w.quiet = true
	t.w.now += skew
	defer func() { t.w.quiet = false }()
	var c *client
	written := 0
	for range 3 {
		var err error
		c = &client{left: 1 << 30}
		if written, err = t.run(c); err != nil {
			return err
		}
	}
	if t.pending || len(t.w.removed) > 0 {
		return nil
	}
	if c.off > 0 {
		return fmt.Errorf("%d counts were off though nothing happened", c.off)
	}
	if written > 0 && !t.w.renames {
		return fmt.Errorf("%d rows written again though nothing happened", written)
	}
	return nil
}
