package reprise_test

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
)

const day = 24 * time.Hour

// small is a server for an account of ten days with every kind of surprise:
// about sixty sessions and five hundred events.
func small() *emulator.Server {
	return emulator.New(emulator.NewAccount(emulator.Options{
		Seed: 7, Start: emulator.DemoStart, Days: 10, SessionsPerDay: 6, EventsPerSession: 8, Changes: 8,
	}), emulator.DemoStart.Add(11*day+10*time.Hour+7*time.Second))
}

// settled is small at a time when all of its rows have arrived. The account is
// shared by tests: it must not be edited.
func settled() *emulator.Server {
	return emulator.New(settledAccount(), emulator.DemoStart.Add(45*day))
}

var settledAccount = sync.OnceValue(func() *emulator.Account { return small().Account })

// loaded is the time that runs with the config loading load of it.
var (
	loaded  = harness.Span{From: emulator.DemoStart, To: emulator.DemoStart.Add(12 * day)}
	loading = with(smallPages, harness.Config{"start_date": "2026-07-01", "end_date": "2026-07-13", "retry_minutes": 5})
)

// settledRows is what such a run must have, of the named streams, or of all.
func settledRows(t *testing.T, streams ...string) harness.Warehouse {
	t.Helper()
	settledOnce.Do(func() { settledTruth = harness.Truth(t, settled(), loaded) })
	if len(streams) == 0 {
		return settledTruth
	}
	return settledTruth.Only(streams...)
}

var (
	settledOnce  sync.Once
	settledTruth harness.Warehouse
)

// smallPages makes many requests of a small account.
var smallPages = harness.Config{"page_size": 50}

// oneAtATime is smallPages for a test whose faults keep count.
var oneAtATime = with(smallPages, harness.Config{"concurrency": 1})

// numbered makes a Server.Fault that is told which request it is for, from 1.
func numbered(fault func(n int, r *http.Request) *emulator.Fault) func(*http.Request) *emulator.Fault {
	asked := new(atomic.Int32)
	return func(r *http.Request) *emulator.Fault { return fault(int(asked.Add(1)), r) }
}

// with is config with more keys.
func with(config harness.Config, more harness.Config) harness.Config {
	all := harness.Config{}
	for _, c := range []harness.Config{config, more} {
		for k, v := range c {
			all[k] = v
		}
	}
	return all
}
