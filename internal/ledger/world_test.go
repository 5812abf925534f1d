package ledger

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
)

// A world is an account behind the API: rows that arrive late, change, vanish,
// are held twice, on replicas that lag, behind bounds that nobody documented.
type world struct {
	rng *rand.Rand
	now int64

	rows []*held // by place
	ids  int

	// How this API is.
	startIn, endIn bool  // are rows on the bounds answered?
	tick           int64 // precision of the clock
	cap            int   // what limit is silently cut to
	lag            int64 // of the second replica
	ttl            int64 // for which a cache may give an answer again
	byPlace        bool  // order of the answers: by place, or any other

	requests int
	quiet    bool // nothing happens between requests
	removed  []int64
	strays   int
	steps    int

	// What may happen.
	removals, renames, twins, storm bool

	// loaded is what the runs that ended well have covered.
	loaded Span
	quake  Span // while it is paged, rows come

	cached map[question]int64 // when what a cache answers was so
	seen   census
}

// A question is the key under which a cache keeps an answer.
type question struct {
	Span
	limit, offset int
}

// A held is a copy of a row that the API holds.
type held struct {
	id      int
	place   int64 // what the API filters by
	at      int64 // what it shows as clock; math.MinInt64: nothing
	order   uint64
	arrived int64
	gone    int64
	renamed []int64
	ahead   bool // arrived before its time was loaded
	excused bool // its time was given up by another connector's bookmark
}

const never = math.MaxInt64

func (h *held) alive(at int64) bool { return h.arrived <= at && at < h.gone }

func (h *held) version(at int64) int {
	n := 0
	for n < len(h.renamed) && h.renamed[n] <= at {
		n++
	}
	return n
}

// arrive adds a row of a session of the given age.
func (w *world) arrive(age int64) *held {
	place := FloorTo(w.now-age, w.tick)
	h := &held{id: w.ids, place: place, at: place, order: w.rng.Uint64(), arrived: w.now, gone: never}
	w.ids++
	w.insert(h)
	return h
}

func (w *world) insert(h *held) {
	w.steps++
	h.ahead = !w.loaded.Holds(h.place)
	if !h.ahead {
		w.seen.late(w.now - h.place)
	}
	i := sort.Search(len(w.rows), func(i int) bool { return w.rows[i].place >= h.place })
	w.rows = slices.Insert(w.rows, i, h)
}

// pick is any row that is held, or nil.
func (w *world) pick(age int64) *held {
	lo, hi := w.between(w.now-age, w.now+1)
	if lo == hi {
		return nil
	}
	h := w.rows[lo+w.rng.IntN(hi-lo)]
	if !h.alive(w.now) {
		return nil
	}
	return h
}

func (w *world) remove(h *held) {
	if !w.removals {
		return
	}
	w.steps++
	w.seen.note("a row leaves", true)
	h.gone = w.now
	w.removed = append(w.removed, w.now)
}

func (w *world) rename(h *held) {
	if !w.renames {
		return
	}
	w.steps++
	w.seen.note("a row is renamed", true)
	for _, other := range w.rows {
		if other.id == h.id {
			other.renamed = append(other.renamed, w.now)
		}
	}
}

// double holds a row twice until it merges.
func (w *world) double(h *held) {
	if !w.twins {
		return
	}
	w.seen.note("a row is held twice", true)
	twin := *h
	twin.arrived = w.now
	w.insert(&twin)
}

// mask has a row leave and another come in its place, which no count shows.
func (w *world) mask(age int64) {
	if h := w.pick(age); h != nil && w.removals {
		w.seen.note("a row leaves and another comes in one hour", true)
		w.arrive(w.now - h.place)
		w.remove(h)
	}
}

// stray adds a row whose clock the API does not show, or shows wrongly.
func (w *world) stray(age int64) {
	h := w.arrive(age)
	h.at = math.MinInt64
	if w.rng.IntN(2) == 0 {
		h.at = h.place + 40*Day
	}
	w.seen.note("a row without a clock", h.at == math.MinInt64)
	w.seen.note("a row with a clock that lies elsewhere", h.at != math.MinInt64)
	w.strays++
}

// between is the range of rows placed in [from, to).
func (w *world) between(from, to int64) (lo, hi int) {
	lo = sort.Search(len(w.rows), func(i int) bool { return w.rows[i].place >= from })
	hi = sort.Search(len(w.rows), func(i int) bool { return w.rows[i].place >= to })
	return lo, hi
}

// A seen is a row of an answer.
type seen struct {
	*held
	ver int
}

// count is how many rows s holds now.
func (w *world) count(s Span) (n int) {
	lo, hi := w.between(s.From, s.To)
	for _, h := range w.rows[lo:hi] {
		if h.alive(w.now) {
			n++
		}
	}
	return n
}

// ask is one request. Any replica answers it, and things happen before the next one.
func (w *world) ask(s Span, limit, offset int) []seen {
	w.requests++
	w.steps++
	view := w.view(question{s, limit, offset})
	from, to := s.From, s.To
	if !w.startIn {
		from++
	}
	if w.endIn {
		to++
	}
	lo, hi := w.between(from, to)
	all := make([]seen, 0, hi-lo)
	for _, h := range w.rows[lo:hi] {
		w.seen.note("a replica that lags tells", view < w.now && h.alive(view) != h.alive(w.now))
		if h.alive(view) {
			all = append(all, seen{h, h.version(view)})
		}
	}
	if !w.byPlace {
		slices.SortFunc(all, func(a, b seen) int { return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.arrived, b.arrived)) })
	}
	w.happen()
	all = all[min(offset, len(all)):]
	w.seen.note("a limit is silently capped", w.cap < min(limit, len(all)))
	return all[:min(limit, w.cap, len(all))]
}

// view is the moment whose rows answer q: a replica may lag, and a cache may
// know what was true a while ago.
func (w *world) view(q question) int64 {
	view := w.now
	if w.lag > 0 && w.rng.IntN(2) == 0 {
		view -= w.lag
	}
	if w.ttl == 0 {
		return view
	}
	if was, ok := w.cached[q]; ok && w.now-was <= w.lag+w.ttl && w.rng.IntN(2) == 0 {
		w.seen.note("a cache answers", true)
		return was
	}
	w.cached[q] = view
	return view
}

// stale is how old an answer may be.
func (w *world) stale() int64 { return w.lag + w.ttl }

// happen lets a little time pass, in which a little may happen.
func (w *world) happen() {
	w.now++ // nothing arrives at the very moment of a request
	if w.quiet || len(w.rows) > 1000 {
		return
	}
	w.now += w.rng.Int64N(2 * Second)
	if w.quake.Width() > 0 && w.rng.IntN(2) == 0 {
		w.arrive(w.now - w.quake.From - w.rng.Int64N(Second))
		return
	}
	if h := w.pick(3 * Day); w.storm && h != nil && w.rng.IntN(6) == 0 {
		// One goes, another comes in its second: a count tells nothing.
		w.remove(h)
		w.arrive(w.now - FloorTo(h.place, Second) - w.rng.Int64N(Second))
		w.seen.note("a row leaves and another comes between two requests", true)
		return
	}
	switch w.rng.IntN(24) {
	case 0:
		w.arrive(w.rng.Int64N(Hour))
		w.seen.note("a row arrives between two requests", true)
	case 1:
		w.arrive(w.rng.Int64N(3 * Day))
	case 2:
		if h := w.pick(3 * Day); h != nil && w.rng.IntN(4) == 0 {
			w.remove(h)
			w.seen.note("a row leaves between two requests", w.removals)
		}
	case 3:
		if h := w.pick(3 * Day); h != nil {
			w.rename(h)
		}
	}
}
