package reprise_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// A trouble is a fault and how a run ends that meets it: a few times, or in
// every answer from the third on.
type trouble struct {
	fault       emulator.Fault
	few, always int
}

func status(code int, body string) emulator.Fault { return emulator.Fault{Status: code, Body: body} }

func header(name, value string) http.Header { return http.Header{name: {value}} }

var troubles = map[string]trouble{
	"400 that names a parameter":        {status(400, `{"error":"limit (Int32) query param must be a number"}`), program.ExitConfig, program.ExitConfig},
	"400 that speaks of memory":         {status(400, `{"error":"Memory limit (for query) exceeded"}`), 0, program.ExitRetry},
	"401":                               {status(401, ""), 0, program.ExitAuth},
	"403 for the token":                 {status(403, ""), 0, program.ExitAuth},
	"404":                               {status(404, ""), program.ExitConfig, program.ExitConfig},
	"408":                               {status(408, ""), 0, program.ExitRetry},
	"409":                               {status(409, `{"error":"conflict"}`), program.ExitConfig, program.ExitConfig},
	"413":                               {status(413, ""), 0, program.ExitRetry},
	"429 that does not say how long":    {status(429, ""), 0, program.ExitRetry},
	"429 in plain text, ask in 7 s":     {emulator.Fault{Status: 429, Body: "Rate limited", Header: header("Retry-After", "7")}, 0, program.ExitRetry},
	"429 until tomorrow":                {emulator.Fault{Status: 429, Header: header("Retry-After", "86400")}, 0, program.ExitRetry},
	"500":                               {status(500, ""), 0, program.ExitRetry},
	"500 that speaks of a timeout":      {status(500, `{"error":"TIMEOUT_EXCEEDED"}`), 0, program.ExitRetry},
	"502 of a proxy, in HTML":           {status(502, ""), 0, program.ExitRetry},
	"503":                               {status(503, ""), 0, program.ExitRetry},
	"504":                               {status(504, ""), 0, program.ExitRetry},
	"connection reset":                  {emulator.Fault{Reset: true}, 0, program.ExitRetry},
	"cut behind the headers":            {emulator.Fault{CutAt: -1}, 0, program.ExitRetry},
	"cut early":                         {emulator.Fault{CutAt: 20}, 0, program.ExitRetry},
	"cut inside a row":                  {emulator.Fault{CutAt: 3000}, 0, program.ExitRetry},
	"cut at the very end":               {emulator.Fault{CutAt: 1 << 30}, 0, program.ExitRetry},
	"no answer for minutes":             {emulator.Fault{Stall: 4 * time.Minute}, 0, program.ExitRetry},
	"silence inside the answer":         {emulator.Fault{Stall: 4 * time.Minute, StallAt: 200}, 0, program.ExitRetry},
	"dripping":                          {emulator.Fault{Drip: time.Second}, 0, 0},
	"exception at the end of a 200":     {emulator.Fault{Own: emulator.Broken{Exception: true}}, 0, program.ExitRetry},
	"exception in the middle of a 200":  {emulator.Fault{Own: emulator.Broken{RawException: true}}, 0, program.ExitRetry},
	"fewer rows than claimed":           {emulator.Fault{Own: emulator.Broken{MoreRows: 1}}, 0, program.ExitRetry},
	"more rows than claimed":            {emulator.Fault{Own: emulator.Broken{MoreRows: -1}}, 0, program.ExitRetry},
	"200 with an error":                 {emulator.Fault{Body: `{"error":"backend went away"}`}, 0, program.ExitRetry},
	"200 in HTML":                       {emulator.Fault{Body: "<html>Please log in</html>"}, 0, program.ExitConfig},
	"200 with an empty object":          {emulator.Fault{Body: "{}"}, 0, program.ExitRetry},
	"200 with null":                     {emulator.Fault{Body: "null"}, 0, program.ExitRetry},
	"200 with data that is no list":     {emulator.Fault{Body: `{"meta":[],"data":{},"rows":0}`}, 0, program.ExitRetry},
	"200 without a body":                {emulator.Fault{Rewrite: func([]byte) []byte { return nil }}, 0, program.ExitRetry},
	"200 with the body twice":           {emulator.Fault{Rewrite: func(b []byte) []byte { return append(bytes.Clone(b), b...) }}, 0, program.ExitRetry},
	"200 with half of the body":         {emulator.Fault{Rewrite: func(b []byte) []byte { return b[:len(b)/2] }}, 0, program.ExitRetry},
	"204":                               {status(204, ""), 0, program.ExitRetry},
	"200 whose gzip is none":            {emulator.Fault{Body: "plain", Header: header("Content-Encoding", "gzip")}, 0, program.ExitRetry},
	"an answer out of a cache":          {emulator.Fault{Header: header("Age", "30")}, 0, 0},
	"redirect to another host":          {emulator.Fault{Status: 302, Header: header("Location", "https://elsewhere.example/")}, 0, program.ExitConfig},
	"redirect to the same in the clear": {emulator.Fault{Status: 307, Header: header("Location", "http://api.us-east.tinybird.co/v0/pipes/")}, 0, program.ExitConfig},
}

// TestFaults meets each fault in each stream. A run that ends well has every
// row; one that does not says why in its last line and leaves a state from
// which a run without faults has every row.
func TestFaults(t *testing.T) {
	for i, name := range slices.Sorted(maps.Keys(troubles)) {
		trouble := troubles[name]
		for j, stream := range harness.Streams {
			if (i+j)%share != 0 {
				continue
			}
			t.Run(name+"/"+stream, func(t *testing.T) {
				t.Parallel()
				settledRows(t) // outside of the bubble
				few := func(n int) bool { return n == 2 || n == 9 || n == 20 }
				meet(t, stream, trouble.fault, few, trouble.few)
				always := func(n int) bool { return n >= 2 }
				meet(t, stream, trouble.fault, always, trouble.always)
			})
		}
	}
}

// meet runs stream with a fault in some of its requests, which count from 0,
// the one that discovers its columns.
func meet(t *testing.T, stream string, fault emulator.Fault, hits func(n int) bool, code int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := settled()
		s.Ticks = true
		var asked, met atomic.Int32
		s.Fault = func(r *http.Request) *emulator.Fault {
			// With 25 rows it is asked whose they are, and goes on without an answer.
			if !strings.HasSuffix(r.URL.Path, "/"+stream+".json") || r.FormValue("limit") == "25" || !hits(int(asked.Add(1))-1) {
				return nil
			}
			met.Add(1)
			return &fault
		}
		run := harness.Run{Server: s, Config: loading, Select: []string{stream}}
		first := run.Do(t)
		require.NotZero(t, met.Load(), "the fault was never met")
		require.Equal(t, code, first.Code, first.LastLine())
		complete(t, run, first, settledRows(t, stream))
	})
}

// complete checks that first has every row of want, or that it says why not
// and a run without faults from its last state has.
func complete(t *testing.T, run harness.Run, first harness.Output, want harness.Warehouse) {
	t.Helper()
	got := harness.Warehouse{}.Load(t, first)
	if first.Code == 0 {
		taptest.Same(t, want, got)
		return
	}
	require.Regexp(t, `^CRITICAL .{20,}`, first.LastLine())
	for _, difference := range taptest.Compare(want, got) {
		require.Contains(t, difference, ": missing row", "what was written is right")
	}
	run.Server.Fault = nil
	run.State = first.State()
	second := run.Do(t)
	require.Equal(t, 0, second.Code, second.LastLine())
	taptest.Same(t, want, got.Load(t, second))
}

// TestOtherStreams lets one stream fail for good: the others have every row,
// and the exit code and the last line are of the one that failed.
func TestOtherStreams(t *testing.T) {
	for _, stream := range harness.Streams {
		t.Run(stream, func(t *testing.T) {
			t.Parallel()
			settledRows(t)
			synctest.Test(t, func(t *testing.T) {
				s := settled()
				s.Fault = numbered(func(n int, r *http.Request) *emulator.Fault {
					if n > 6 && strings.HasSuffix(r.URL.Path, "/"+stream+".json") {
						return &emulator.Fault{Status: 503}
					}
					return nil
				})
				run := harness.Run{Server: s, Config: with(loading, harness.Config{"concurrency": 1})}
				out := run.Do(t)
				require.Equal(t, program.ExitRetry, out.Code)
				require.Contains(t, out.LastLine(), "read "+stream)
				others := slices.DeleteFunc(slices.Clone(harness.Streams), func(s string) bool { return s == stream })
				taptest.Same(t, settledRows(t, others...), harness.Warehouse{}.Load(t, out).Only(others...))
				complete(t, run, out, settledRows(t))
			})
		})
	}
}

// TestFaultMixtures lets two to four faults come at random requests of a run,
// the token's among them, under a random reading of the page.
func TestFaultMixtures(t *testing.T) {
	names := slices.Sorted(maps.Keys(troubles))
	pages := slices.Sorted(maps.Keys(readings))
	for seed := range 40 / share {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				random := rand.New(rand.NewPCG(uint64(seed), 0))
				s := settled()
				s.Ticks = true
				reading := pages[random.IntN(len(pages))]
				s.Dialect = readings[reading]
				want := harness.Truth(t, s, loaded)
				plan, about := map[int]emulator.Fault{}, []string{reading}
				for range 2 + random.IntN(3) {
					name := names[random.IntN(len(names))]
					about = append(about, name)
					for range 1 + random.IntN(4) {
						plan[random.IntN(60)] = troubles[name].fault
					}
				}
				var asked atomic.Int32
				s.Fault = func(*http.Request) *emulator.Fault {
					if fault, hit := plan[int(asked.Add(1))-1]; hit {
						return &fault
					}
					return nil
				}
				t.Log(strings.Join(about, "; "))
				run := harness.Run{Server: s, Config: loading}
				complete(t, run, run.Do(t), want)
			})
		})
	}
}
