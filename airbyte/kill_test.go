package airbyte

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/acceptance/subject"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// cut is what a platform has that got only the whole lines among the first n
// bytes.
func (r outcome) cut(n int) outcome {
	return outcome{stdout: r.stdout[:strings.LastIndexByte(r.stdout[:n], '\n')+1]}
}

// trouble are faults of the API that a run outlives, in some order.
func trouble(random *rand.Rand) func(*http.Request) *emulator.Fault {
	var mu sync.Mutex
	kinds := []emulator.Fault{{Status: 500}, {Status: 503}, {Reset: true}, {CutAt: 200}, {Own: emulator.Broken{Exception: true}}, {Own: emulator.Broken{MoreRows: 3}}, {Own: emulator.Broken{RawException: true}},
		{Status: 429, Header: http.Header{"Retry-After": {"70"}}}, {Stall: 3 * time.Second}}
	return func(r *http.Request) *emulator.Fault {
		mu.Lock()
		defer mu.Unlock()
		if random.IntN(4) > 0 || r.URL.Path == emulator.TokenPath {
			return nil
		}
		f := kinds[random.IntN(len(kinds))]
		return &f
	}
}

// TestPlatformChecksum: with faults, killed at any byte, and gone on with from
// the states that were received, every state counts its records and no row is
// missing at the end.
func TestPlatformChecksum(t *testing.T) {
	streams := discovered(t, subject.Listen(t, subject.SmallAccount(), nil))
	for seed := range uint64(seeds) {
		random := rand.New(rand.NewPCG(seed, 6))
		s := subject.SmallAccount()
		config := subject.WriteConfig(t, map[string]any{"api_key": s.Key, "start_date": "2026-07-01", "page_size": 20 + random.IntN(100)})
		catalog := configure(t, []string{"incremental", "full_refresh"}[seed%2], streams...)
		args := []string{"read", "--config", config, "--catalog", catalog}
		s.Fault = trouble(random)
		var runs []outcome
		var states []message
		for attempt := range 4 {
			if attempt == 3 {
				s.Fault = nil
			}
			var r outcome
			resumed := append(args, "--state", stateFile(t, states...))
			synctest.Test(t, func(t *testing.T) { r = inProcess(t, s, resumed...) })
			require.True(t, r.code == 0 || attempt < 3, "seed %d: %s", seed, r.stdout)
			if attempt < 3 {
				r = r.cut(random.IntN(len(r.stdout)))
			}
			states = append(states, r.checksum(t, attempt < 3)...)
			runs = append(runs, r)
		}
		taptest.Same(t, harness.Truth(t, s, harness.Span{}), load(t, runs...), "seed %d", seed)
	}
}

// TestPlatformKill: the program itself, stopped by a signal while the API does
// not answer. After SIGTERM what was written is covered by states and each open
// stream is INCOMPLETE; it dies by the signal, which is what PyAirbyte takes
// for an end in order.
func TestPlatformKill(t *testing.T) {
	for name, signal := range map[string]syscall.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": syscall.SIGINT, "SIGKILL": syscall.SIGKILL} {
		t.Run(name, func(t *testing.T) {
			s := subject.SmallAccount()
			held := make(chan struct{})
			var asked atomic.Int32
			asked.Store(1000) // until it counts from 0, it answers
			s.Fault = func(r *http.Request) *emulator.Fault {
				n := asked.Add(1)
				if n == 14 {
					close(held)
				}
				if n >= 14 && n < 1000 {
					<-r.Context().Done()
				}
				return nil
			}
			a := subject.Listen(t, s, map[string]any{"page_size": 30, "concurrency": 1})
			catalog := configure(t, "incremental", discovered(t, a)...)
			asked.Store(0)
			c := exec.Command("source-reprise", "read", "--config", a.Config, "--catalog", catalog)
			var out, errs bytes.Buffer
			c.Stdout, c.Stderr = &out, &errs
			require.NoError(t, c.Start())
			<-held
			require.NoError(t, c.Process.Signal(signal))
			require.Error(t, c.Wait())
			require.Equal(t, signal, c.ProcessState.Sys().(syscall.WaitStatus).Signal())
			asked.Store(1000)

			first := outcome{stdout: out.String(), stderr: errs.String()}
			if signal == syscall.SIGKILL {
				first = first.cut(len(first.stdout))
			} else {
				require.Len(t, first.errors(t), 1)
				require.Equal(t, "transient_error", first.errors(t)[0].Trace.Error.FailureType)
				require.Contains(t, first.stdout, `"status":"INCOMPLETE"`)
			}
			states := first.checksum(t, signal == syscall.SIGKILL)
			second := source(t, "read", "--config", a.Config, "--catalog", catalog, "--state", stateFile(t, states...))
			require.Zero(t, second.code)
			second.checksum(t, false)
			taptest.Same(t, harness.Truth(t, s, harness.Span{}), load(t, first, second))
		})
	}
}

// TestPlatformReaderGoesAway: PyAirbyte closes the pipe as soon as it has seen
// what it wanted. That is no failure worth a word.
func TestPlatformReaderGoesAway(t *testing.T) {
	c := exec.Command("source-reprise", "demo")
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	_, err = io.ReadFull(out, make([]byte, 100))
	require.NoError(t, err)
	require.NoError(t, out.Close())
	require.NoError(t, c.Wait(), "nobody takes a demo's rows for complete")
	require.Empty(t, errs.String())
}

// TestPlatformWaits: while the API asks to wait for an hour, the platform sees a
// state at least once a minute, and the run goes on after it.
func TestPlatformWaits(t *testing.T) {
	var r outcome
	synctest.Test(t, func(t *testing.T) {
		s := subject.SmallAccount()
		var asked atomic.Int32 // requests overlap
		s.Fault = func(r *http.Request) *emulator.Fault {
			if !strings.Contains(r.URL.Path, "/replay_session_activity.") {
				return nil
			}
			if asked.Add(1) == 3 {
				return &emulator.Fault{Status: 429, Header: http.Header{"Retry-After": {"3600"}}}
			}
			return nil
		}
		r = incremental(t, s, map[string]any{"retry_minutes": 120}, "", "replay_session_activity")
	})
	require.Zero(t, r.code)
	states := r.checksum(t, false)
	require.GreaterOrEqual(t, len(states), 60)
	require.LessOrEqual(t, len(states), 64)
}
