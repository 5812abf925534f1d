package simulation

import (
	"net/http"
	"testing"
	"time"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
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

// troubles are those of the wire, and what goes wrong inside of the API.
func troubles(seed uint64, share float64) *taptest.Trouble {
	own := func(b emulator.Broken) func(*emulator.Fault, int) {
		return func(f *emulator.Fault, _ int) { f.Own = b }
	}
	return &taptest.Trouble{Seed: seed, Share: share, Own: []func(*emulator.Fault, int){
		own(emulator.Broken{Exception: true}), own(emulator.Broken{RawException: true}), own(emulator.Broken{MoreRows: 1}),
	}}
}
