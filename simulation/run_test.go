package simulation

import (
	"bytes"
	"context"
	"encoding/json"
	"hash/fnv"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/streams/reprise"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/tap"
	"tap-reprise/tap/cli"
)

// A runner runs the tap, the whole of it, against one server.
type runner struct {
	server    *emulator.Server
	dir       string
	app       program.App
	connector tap.Connector
	config    map[string]any
}

// An outcome is what one run left behind.
type outcome struct {
	out, log       []byte
	code           int
	began, ended   time.Time // the server's clock
	requests, rows int       // asked, and sent in answers
}

func newRunner(t testing.TB, server *emulator.Server) *runner {
	root := func(name string) []byte {
		text, err := os.ReadFile(filepath.Join("..", name))
		require.NoError(t, err)
		return text
	}
	r := &runner{server: server, dir: t.TempDir(), config: map[string]any{"api_key": server.Key, "start_date": firstDay.Format(time.RFC3339)}}
	r.app = program.App{
		Name: "tap-reprise", Version: "0",
		Spec: root("spec.json"), Catalog: root("catalog.json"), Sample: root("config.sample.json"),
	}
	r.connector = tap.Connector{
		Open: func(config []byte, env tap.Env) (tap.Source, error) {
			return reprise.Open(config, env, plain{server.Client().Transport})
		},
	}
	return r
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
	write := func(name string, text []byte) string {
		path := filepath.Join(r.dir, name)
		require.NoError(t, os.WriteFile(path, text, 0o600))
		return path
	}
	config, err := json.Marshal(r.config)
	require.NoError(t, err)
	app := r.app
	app.Args = []string{"--config", write("config.json", config)}
	if state != nil {
		app.Args = append(app.Args, "--state", write("state.json", state))
	}
	var out, log bytes.Buffer
	app.Out, app.Err = &out, &log
	r.server.ResetRequests()
	o := outcome{began: r.server.Now()}
	o.code = cli.Main(context.Background(), app, r.connector)
	o.ended, o.out, o.log = r.server.Now(), out.Bytes(), log.Bytes()
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
