package reprise_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// readings are what the vendor's page leaves open, and what a server does to
// queries that are too large for it.
var readings = map[string]emulator.Dialect{
	"both bounds inclusive":                    {EndInclusive: true},
	"both bounds exclusive":                    {StartExclusive: true},
	"bounds turned round":                      {StartExclusive: true, EndInclusive: true},
	"whole seconds":                            {SecondClock: true},
	"whole seconds, both bounds inclusive":     {SecondClock: true, EndInclusive: true},
	"whole seconds, bounds turned round":       {SecondClock: true, StartExclusive: true, EndInclusive: true},
	"a total that says nothing":                {RowsBefore: emulator.LowerBound},
	"no total":                                 {RowsBefore: emulator.Absent},
	"ties in any order":                        {ShuffleTies: true},
	"ties in any order, seconds, no total":     {ShuffleTies: true, SecondClock: true, RowsBefore: emulator.Absent},
	"a silent cap below the page":              {CapLimit: 37},
	"a silent cap, and a total that hides it":  {CapLimit: 37, RowsBefore: emulator.LowerBound},
	"a silent cap, and no total":               {CapLimit: 37, RowsBefore: emulator.Absent},
	"a tiny silent cap":                        {CapLimit: 5, RowsBefore: emulator.Absent},
	"408 for more than 40 rows":                {MaxRows: 40},
	"413 for more than 40 KB":                  {MaxBody: 40_000},
	"400 for more than 40 KB":                  {MaxBody: 40_000, MaxBodyStatus: 400},
	"500 for more than 40 KB":                  {MaxBody: 40_000, MaxBodyStatus: 500},
	"a cache that listens to no-cache":         {CacheFor: time.Hour},
	"a cache that does not listen to no-cache": {CacheFor: time.Hour, CacheStubborn: true},
}

// TestDialects reads the account under each reading of the page.
func TestDialects(t *testing.T) {
	for name, dialect := range some(readings, 2) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := settled()
				s.Dialect = dialect
				out := harness.Run{Server: s, Config: loading}.Do(t)
				require.Equal(t, 0, out.Code, out.LastLine())
				taptest.Same(t, harness.Truth(t, s, loaded), harness.Warehouse{}.Load(t, out))
			})
		})
	}
}

// TestReplicas lets replicas answer in turn that lag behind. What all of them
// held when the run began is there after it; what one hid, after the next.
func TestReplicas(t *testing.T) {
	for name, lags := range map[string][]time.Duration{
		"one an hour behind":            {0, time.Hour},
		"one three hours behind":        {3 * time.Hour, 0, 0},
		"three of them, up to two days": {10 * time.Minute, 0, 48 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { replicas(t, lags) })
		})
	}
}

func replicas(t *testing.T, lags []time.Duration) {
	s := small()
	s.Ticks = true
	now, oldest := emulator.DemoStart.Add(9*day+15*time.Hour), time.Duration(0)
	for _, lag := range lags {
		oldest = max(oldest, lag)
	}
	s.SetNow(now.Add(-oldest))
	everywhere := harness.Truth(t, s, harness.Span{})
	s.SetNow(now)
	s.Dialect.Replicas = lags
	run := harness.Run{Server: s, Config: smallPages}
	first := run.Do(t)
	got := harness.Warehouse{}.Load(t, first)
	if first.Code == 0 {
		hasKeys(t, everywhere, got)
	}
	s.Dialect.Replicas = nil
	s.Advance(3 * time.Hour)
	run.State = first.State()
	second := run.Do(t)
	require.Equal(t, 0, second.Code, second.LastLine())
	got.Load(t, second)
	hasKeys(t, harness.Truth(t, s, harness.Span{}), got)

	// A title that one replica did not know yet is put right within refresh_days.
	s.Advance(8 * day)
	run.State = second.State()
	third := run.Do(t)
	require.Equal(t, 0, third.Code, third.LastLine())
	taptest.Holds(t, harness.Truth(t, s, harness.Span{}), got.Load(t, third))
}

// hasKeys wants every row of want, whatever its values. Rows of replay_metrics
// change their key when a demo is published again.
func hasKeys(t *testing.T, want, got harness.Warehouse) {
	t.Helper()
	for stream, table := range want {
		for key := range table {
			if stream != "replay_metrics" {
				require.Contains(t, got[stream], key, stream)
			}
		}
	}
}
