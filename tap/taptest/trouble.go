package taptest

import (
	"hash/fnv"
	"net/http"
	"strconv"
	"sync"
	"time"

	"tap-reprise/internal/localapi"
)

// A Trouble draws what goes wrong with each request, by what is asked and how often it
// was, so that the same happens whatever the order of requests.
type Trouble struct {
	Seed  uint64
	Share float64 // of the requests, from 0 to 1

	// Own are kinds of faults beside those of the wire; size is a random number below
	// 5000.
	Own []func(f *localapi.Fault, size int)

	mu    sync.Mutex
	run   int
	asked map[string]int
}

// Begin starts another run's chances.
func (f *Trouble) Begin(run int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.run, f.asked = run, map[string]int{}
}

// Next draws the fate of a request: a server's Fault. Even a good answer takes a second
// or so, in which rows arrive.
func (f *Trouble) Next(r *http.Request) *localapi.Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.asked == nil {
		f.asked = map[string]int{}
	}
	what := r.URL.Path + "?" + r.URL.RawQuery
	f.asked[what]++
	h := fnv.New64a()
	for _, part := range []string{strconv.FormatUint(f.Seed, 10), strconv.Itoa(f.run), strconv.Itoa(f.asked[what]), what} {
		h.Write([]byte(part + "\n"))
	}
	n := h.Sum64()
	fault := &localapi.Fault{Stall: time.Duration(100+n%1400) * time.Millisecond}
	if float64(n>>20%10_000) < f.Share*10_000 {
		kinds := append(wire[:len(wire):len(wire)], f.Own...)
		kinds[n>>40%uint64(len(kinds))](fault, int(n>>44%5000))
	}
	return fault
}

// wire are the faults that any API may have.
var wire = []func(f *localapi.Fault, size int){
	func(f *localapi.Fault, size int) {
		f.Status, f.Header = http.StatusTooManyRequests, http.Header{"Retry-After": {strconv.Itoa(1 + size%60)}}
	},
	func(f *localapi.Fault, _ int) { f.Status = http.StatusInternalServerError },
	func(f *localapi.Fault, _ int) { f.Status = http.StatusServiceUnavailable },
	func(f *localapi.Fault, _ int) { f.Reset = true },
	func(f *localapi.Fault, size int) { f.CutAt = 1 + size },
}
