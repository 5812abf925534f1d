package ledger

import (
	"fmt"
	"math/rand/v2"
	"runtime/debug"
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
	done    int   // deeds before the one at hand
}

func newTrial(h history) *trial {
	s := newSetting(h.seed)
	w := &world{
		now: begin + 40*Day, cached: map[question]int64{}, seen: census{}, ttl: s.TTL, startIn: s.StartIn, endIn: s.EndIn, tick: Second, cap: s.Cap, lag: s.Lag,
		byPlace: s.Place, removals: s.Removals, renames: s.Renames, twins: s.Twins, storm: s.Storm,
	}
	if s.MS {
		w.tick = 1000
	}
	w.seen.surroundings(&s)
	t := &trial{set: s, w: w, from: begin + 30*Day, table: map[int]int{}}
	if s.Weeks {
		t.from = begin
	}
	return t
}

// play plays a history to its end, or to the first broken promise.
func (t *trial) play(h history) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	for i, d := range h.deeds {
		t.done = i
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
	case "dense":
		if t.set.Fine {
			t.spread(d.n, d.age)
		}
	case "fade":
		for range d.n {
			w.arrive(max(0, t.set.Lookback-w.rng.Int64N(4*Hour)))
		}
	case "burst", "quake":
		place := FloorTo(w.now-d.age, Second)
		if d.kind == "quake" {
			w.quake = Span{place, place + Second}
		}
		for range t.set.Page * (1 + d.n%3) {
			w.arrive(w.now - place - w.rng.Int64N(Second/2))
		}
	case "border":
		// Rows exactly on full hours, where units meet.
		w.seen.note("a row on a full hour", true)
		for range d.n {
			w.arrive(w.now - FloorTo(w.now-w.rng.Int64N(d.age+1), Hour))
		}
	case "remove", "rename", "double", "merge":
		t.change(d)
	case "mask":
		w.mask(d.age)
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
	case "lie":
		return t.believe(&client{left: 1 << 30, lie: 1 + d.n%(len(lies)-1)})
	case "twice", "still", "lone", "undo", "grow", "schedule", "verify":
		return t.quietly(d)
	case "poison":
		return t.poisoned(d)
	case "further":
		return t.further(d)
	case "future":
		return t.future(d)
	case "end":
		return t.ends(d)
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
					t.w.seen.note("two copies merge", true)
					t.w.remove(other)
				}
			}
		}
	}
}
