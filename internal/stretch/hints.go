package stretch

import "sync/atomic"

// agedTries is how many answers out of a cache are asked for again in a run. A
// cache that has answered them all will answer the next one, too.
const agedTries = 5

// Hints are what a pipe says beside its rows, and what that proved to be worth in this
// run. ClickHouse counts too many rows before the limit in some queries (LIMIT BY,
// until it was mended in 2025, and tables over several shards) and too few in others.
// So the count is believed where that costs nothing, and not once a page has
// disproved it.
type Hints struct {
	wrongCount atomic.Bool
	cached     atomic.Int32 // answers that came out of a cache, each then asked for in other words
	aged       atomic.Int32 // answers that came out of a cache even then
}

// behind is how many rows the answer says that it left out. It is 0 where what it says
// is not worth a look.
func (h *Hints) behind(p *Sheet) int64 {
	if h.wrongCount.Load() {
		return 0
	}
	return max(0, p.Before-int64(len(p.Rows)))
}

// countDisproved warns, once, that p was whole, which its count denied.
func (r *Reader) countDisproved(p *Sheet) {
	if !r.Hints.wrongCount.Swap(true) {
		r.Log.Warn("rows_before_limit_at_least counts more rows than there are; it is not looked at any more",
			"rows", len(p.Rows), "counted", p.Before)
	}
}

// answeredByCache warns, once, that a request got an old answer twice.
func (r *Reader) answeredByCache() {
	if r.Hints.aged.Add(1) == 1 {
		r.Log.Warn("a cache answers for the API although it was asked not to; rows may come late")
	}
}
