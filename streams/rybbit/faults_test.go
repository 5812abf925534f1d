package rybbit_test

import (
	"bytes"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/localapi"
	"tap-reprise/internal/program"
	"tap-reprise/streams/rybbit/emulator"
	"tap-reprise/streams/rybbit/harness"
	"tap-reprise/tap/taptest"
)

// A trouble is a fault and how a run ends that meets it: once in a while, or in every
// answer of the stream's endpoint.
type trouble struct {
	fault       localapi.Fault
	few, always int
}

func status(code int, body string) localapi.Fault { return localapi.Fault{Status: code, Body: body} }

func header(name, value string) http.Header { return http.Header{name: {value}} }

var troubles = map[string]trouble{
	"400 that names a parameter":        {status(400, `{"error":"Invalid start_date value"}`), program.ExitConfig, program.ExitConfig},
	"408":                               {status(408, ""), 0, program.ExitRetry},
	"409":                               {status(409, `{"error":"conflict"}`), program.ExitConfig, program.ExitConfig},
	"429 that does not say how long":    {status(429, ""), 0, program.ExitRetry},
	"429, ask in 7 s":                   {localapi.Fault{Status: 429, Body: "Rate limited", Header: header("Retry-After", "7")}, 0, program.ExitRetry},
	"500 of ClickHouse":                 {status(500, `{"error":"Failed to fetch sessions"}`), 0, program.ExitRetry},
	"500 of the router":                 {status(500, `{"statusCode":500,"error":"Internal Server Error","message":"x"}`), 0, program.ExitRetry},
	"502 of a proxy, in HTML":           {status(502, ""), 0, program.ExitRetry},
	"503":                               {status(503, ""), 0, program.ExitRetry},
	"504":                               {status(504, ""), 0, program.ExitRetry},
	"connection reset":                  {localapi.Fault{Reset: true}, 0, program.ExitRetry},
	"cut behind the headers":            {localapi.Fault{CutAt: -1}, 0, program.ExitRetry},
	"cut early":                         {localapi.Fault{CutAt: 20}, 0, program.ExitRetry},
	"cut inside a row":                  {localapi.Fault{CutAt: 300}, 0, program.ExitRetry},
	"cut at the very end":               {localapi.Fault{CutAt: 1 << 30}, 0, program.ExitRetry},
	"a length too large":                {localapi.Fault{WrongLength: 9}, 0, program.ExitRetry},
	"a length too small":                {localapi.Fault{WrongLength: -9}, 0, program.ExitRetry},
	"no answer for minutes":             {localapi.Fault{Stall: 4 * time.Minute}, 0, program.ExitRetry},
	"silence inside the answer":         {localapi.Fault{Stall: 4 * time.Minute, StallAt: 200}, 0, program.ExitRetry},
	"dripping":                          {localapi.Fault{Drip: 100 * time.Millisecond}, 0, 0},
	"200 with an error":                 {localapi.Fault{Body: `{"error":"backend went away"}`}, 0, program.ExitRetry},
	"200 in HTML":                       {localapi.Fault{Body: "<html>Please log in</html>"}, 0, program.ExitConfig},
	"200 with an empty object":          {localapi.Fault{Body: "{}"}, 0, program.ExitRetry},
	"200 with null":                     {localapi.Fault{Body: "null"}, 0, program.ExitRetry},
	"200 with data that is no list":     {localapi.Fault{Body: `{"data":7,"sites":7}`}, 0, program.ExitRetry},
	"200 without a body":                {localapi.Fault{Rewrite: func([]byte) []byte { return nil }}, 0, program.ExitRetry},
	"200 with the body twice":           {localapi.Fault{Rewrite: func(b []byte) []byte { return append(bytes.Clone(b), b...) }}, 0, program.ExitRetry},
	"200 with half of the body":         {localapi.Fault{Rewrite: func(b []byte) []byte { return b[:len(b)/2] }}, 0, program.ExitRetry},
	"204":                               {status(204, ""), 0, program.ExitRetry},
	"200 whose gzip is none":            {localapi.Fault{Body: "plain", Header: header("Content-Encoding", "gzip")}, 0, program.ExitRetry},
	"redirect to another host":          {localapi.Fault{Status: 302, Header: header("Location", "https://elsewhere.example/")}, 0, program.ExitConfig},
	"redirect to the same in the clear": {localapi.Fault{Status: 307, Header: header("Location", "http://api.rybbit.io/api/")}, 0, program.ExitConfig},
}

// small is an account whose whole load is a few dozen requests.
var small = emulator.Options{Seed: 9, Days: 3, SessionsPerDay: 5, Ties: 3, Imported: 2, Deleted: -1}

// TestFaults meets each fault in each stream. A run that ends well has every row; one
// that does not says why in its last line and leaves a state from which a run without
// faults has every row.
func TestFaults(t *testing.T) {
	for i, name := range slices.Sorted(maps.Keys(troubles)) {
		for j, stream := range harness.Streams {
			for k, dialect := range []emulator.Dialect{{}, {Generation: emulator.Current}} {
				if (i+j+2*k)%(2*share) != 0 && share != 1 {
					continue
				}
				t.Run(name+"/"+stream+"/"+dialect.Generation.String(), func(t *testing.T) {
					t.Parallel()
					meet(t, dialect, stream, troubles[name].fault, func(n int) bool { return n == 1 || n == 4 }, troubles[name].few)
					meet(t, dialect, stream, troubles[name].fault, func(n int) bool { return n >= 1 }, troubles[name].always)
				})
			}
		}
	}
}

// asksFor reports whether a request is for the rows of a stream.
func asksFor(stream string, r *http.Request) bool {
	path := r.URL.Path
	switch stream {
	case "sites":
		return strings.HasSuffix(path, "/sites")
	case "users":
		return strings.Contains(path, "/users")
	case "session_locations":
		return strings.Contains(path, "locations")
	case "sessions":
		return r.FormValue("limit") != "" && r.FormValue("limit") != "1" && r.FormValue("start_date")+r.FormValue("start_datetime") != ""
	}
	return r.FormValue("limit") == "1000000" // events
}

// meet runs stream with a fault in some of the requests for its rows, which count from
// 0; in all of them where it makes but one.
func meet(t *testing.T, dialect emulator.Dialect, stream string, fault localapi.Fault, hits func(n int) bool, code int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := server(dialect, small)
		s.Ticks = true
		var asked, met atomic.Int32
		s.Fault = func(r *http.Request) *localapi.Fault {
			if !asksFor(stream, r) || !hits(int(asked.Add(1))-1) {
				return nil
			}
			met.Add(1)
			return &fault
		}
		run := harness.Run{Server: s, Select: []string{stream}}
		first := run.Do(t)
		require.NotZero(t, met.Load(), "the fault was never met")
		if stream == "sites" && code != 0 {
			require.NotZero(t, first.Code)
		} else {
			require.Equal(t, code, first.Code, first.LastLine())
		}
		require.NotContains(t, first.Stdout+first.Stderr, emulator.DemoKey)
		complete(t, run, first, stream)
	})
}

// complete checks that first has every row of streams, or that it says why not and a
// run without faults from its last state has.
func complete(t *testing.T, run harness.Run, first harness.Output, streams ...string) {
	t.Helper()
	got := harness.Warehouse{}.Load(t, first)
	if first.Code == 0 {
		taptest.Same(t, harness.Truth(t, run.Server, harness.Span{}, streams...), got)
		return
	}
	require.Regexp(t, `^CRITICAL .{20,}`, first.LastLine())
	for _, difference := range taptest.Compare(harness.Truth(t, run.Server, harness.Span{}, streams...), got) {
		require.Contains(t, difference, ": missing row", "what was written is right")
	}
	run.Server.Fault = nil
	run.State = first.State()
	second := run.Do(t)
	require.Equal(t, 0, second.Code, second.LastLine())
	taptest.Same(t, harness.Truth(t, run.Server, harness.Span{}, streams...), got.Load(t, second))
}
