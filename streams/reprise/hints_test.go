package reprise_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// A hint is what the API says beside its rows, wrong in one way, and a few words
// of the one warning that it is worth, "" for none.
type hint struct {
	dialect emulator.Dialect
	warning string
	header  http.Header // of every answer
}

var hints = map[string]hint{
	"a count that is too high":       {dialect: emulator.Dialect{RowsBefore: emulator.Thrice}, warning: "counts more rows"},
	"a count beyond all reason":      {dialect: emulator.Dialect{RowsBefore: emulator.Absurd}, warning: "counts more rows"},
	"a count of nothing":             {dialect: emulator.Dialect{RowsBefore: emulator.Zero}},
	"a count that knows no further":  {dialect: emulator.Dialect{RowsBefore: emulator.LowerBound}},
	"no count":                       {dialect: emulator.Dialect{RowsBefore: emulator.Absent}},
	"an Age in every answer":         {warning: "a cache answers for the API", header: header("Age", "30")},
	"a Date of a day ago":            {dialect: emulator.Dialect{DateOffset: -24 * time.Hour}},
	"a Date of tomorrow":             {dialect: emulator.Dialect{DateOffset: 24 * time.Hour}},
	"rows of one moment in no order": {dialect: emulator.Dialect{ShuffleTies: true}},
}

// TestWrongHints loads an account whose API says something wrong: every row is
// there, and a pipe costs at most ten requests more than by one that says nothing,
// in a first run and in the next.
func TestWrongHints(t *testing.T) {
	for i, size := range []int{50, 10_000} {
		honest := asked(t, size, hint{dialect: emulator.Dialect{RowsBefore: emulator.Absent}})
		for name, hint := range some(hints, 2+i) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				for run, pipes := range asked(t, size, hint) {
					for pipe, n := range pipes {
						require.LessOrEqual(t, n, honest[run][pipe]+10, "page_size %d, run %d, %s", size, run+1, pipe)
					}
				}
			})
		}
	}
}

// asked loads the account, and once more from its state, and returns the number
// of requests by pipe.
func asked(t *testing.T, size int, hint hint) (counts [2]map[string]int) {
	synctest.Test(t, func(t *testing.T) {
		s := settled()
		s.Dialect = hint.dialect
		if hint.header != nil {
			s.Fault = func(*http.Request) *emulator.Fault { return &emulator.Fault{Header: hint.header} }
		}
		run := harness.Run{Server: s, Config: with(loading, harness.Config{"page_size": size, "concurrency": 1})}
		got := harness.Warehouse{}
		for i := range counts {
			s.ResetRequests()
			out := run.Do(t)
			require.Equal(t, 0, out.Code, out.LastLine())
			got.Load(t, out)
			run.State = out.State()
			counts[i] = map[string]int{}
			for _, r := range s.Requests() {
				counts[i][r.Pipe]++
			}
			if hint.warning != "" && i == 0 {
				require.Contains(t, out.Stderr, hint.warning)
				require.LessOrEqual(t, strings.Count(out.Stderr, hint.warning), len(harness.Streams), "once a pipe")
			}
		}
		taptest.Same(t, harness.Truth(t, s, loaded), got)
	})
	return counts
}
