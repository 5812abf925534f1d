package rybbit_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/rybbit/emulator"
	"tap-reprise/streams/rybbit/harness"
	"tap-reprise/tap/taptest"
)

const oneDay = 24 * time.Hour

// dialects are the kinds of servers that there are.
var dialects = map[string]emulator.Dialect{
	"legacy":         {},
	"legacy, capped": {Capped: true},
	"legacy, quiet":  {Quiet: true},
	"current":        {Generation: emulator.Current},
	"newest":         {Generation: emulator.Current, Newest: true},
}

// server is one of a dialect on a generated account, at noon behind its last day but one.
func server(d emulator.Dialect, o emulator.Options) *emulator.Server {
	o.Generation = d.Generation
	s := emulator.New(emulator.Generate(o), harness.Start.AddDate(0, 0, o.Days-1).Add(12*time.Hour))
	s.Dialect = d
	return s
}

// TestWholeSync loads a generated account from nothing: every stream is the truth, with
// pages of any size.
func TestWholeSync(t *testing.T) {
	for i, name := range slices.Sorted(maps.Keys(dialects)) {
		dialect := dialects[name]
		for j, size := range []int{10, 99, 100, 101, 10_000, 1_000_000} {
			if share > 1 && (i+j)%3 != 0 {
				continue
			}
			t.Run(fmt.Sprint(name, " ", size), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := server(dialect, emulator.Options{Seed: int64(size), Days: 8, SessionsPerDay: 12})
					out := harness.Run{Server: s, Config: harness.Config{"page_size": size}, Select: harness.Streams}.Do(t)
					require.Equal(t, 0, out.Code, out.Stderr)
					taptest.Same(t, harness.Truth(t, s, harness.Span{}), harness.Warehouse{}.Load(t, out))
				})
			})
		}
	}
}
