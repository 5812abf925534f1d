package simulation

import (
	"hash/fnv"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
)

// A runner runs the tap, the whole of it, against one server.
type runner struct {
	server *emulator.Server
	config harness.Config
}

// An outcome is what one run left behind.
type outcome struct {
	out, log       []byte
	code           int
	began, ended   time.Time // the server's clock
	requests, rows int       // asked, and sent in answers
}

func newRunner(server *emulator.Server) *runner {
	return &runner{server: server, config: harness.Config{"start_date": firstDay.Format(time.RFC3339)}}
}

// plain asks for answers that are not gzipped, to save time.
type plain struct{ http.RoundTripper }

func (p plain) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Del("Accept-Encoding")
	return p.RoundTripper.RoundTrip(r)
}

// run runs from a state to the end.
func (r *runner) run(t testing.TB, state []byte) outcome {
	r.server.ResetRequests()
	o := outcome{began: r.server.Now()}
	out := harness.Run{Server: r.server, Config: r.config, State: string(state),
		Transport: func(inner http.RoundTripper) http.RoundTripper { return plain{inner} }}.Do(t)
	o.code, o.ended, o.out, o.log = out.Code, r.server.Now(), []byte(out.Stdout), []byte(out.Stderr)
	for _, line := range r.server.Requests() {
		o.requests++
		o.rows += line.Rows
	}
	return o
}

// Trouble draws what goes wrong with each request, by what is asked and how
// often it was, so that the same happens whatever the order of requests.
type trouble struct {
	seed  uint64
	share float64

	mu    sync.Mutex
	run   int
	asked map[string]int
}

// next draws the fate of a request. Even a good answer takes a second or so,
// in which rows arrive.
func (f *trouble) next(r *http.Request) *emulator.Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.asked == nil {
		f.asked = map[string]int{}
	}
	what := r.URL.Path + "?" + r.URL.RawQuery
	f.asked[what]++
	h := fnv.New64a()
	for _, part := range []string{strconv.FormatUint(f.seed, 10), strconv.Itoa(f.run), strconv.Itoa(f.asked[what]), what} {
		h.Write([]byte(part + "\n"))
	}
	n := h.Sum64()
	fault := &emulator.Fault{Stall: time.Duration(100+n%1400) * time.Millisecond}
	if float64(n>>20%10_000) < f.share*10_000 {
		spoil(fault, int(n>>40%8), int(n>>44%5000))
	}
	return fault
}

// spoil makes a fault of one of eight kinds.
func spoil(f *emulator.Fault, kind, size int) {
	switch kind {
	case 0:
		f.Status, f.Header = http.StatusTooManyRequests, http.Header{"Retry-After": {strconv.Itoa(1 + size%60)}}
	case 1:
		f.Status = http.StatusInternalServerError
	case 2:
		f.Status = http.StatusServiceUnavailable
	case 3:
		f.Reset = true
	case 4:
		f.CutAt = 1 + size
	case 5:
		f.Own = emulator.Broken{Exception: true}
	case 6:
		f.Own = emulator.Broken{RawException: true}
	case 7:
		f.Own = emulator.Broken{MoreRows: 1}
	}
}

// begin starts another run's chances.
func (f *trouble) begin(run int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.run, f.asked = run, map[string]int{}
}
