package reprise_test

import (
	"fmt"
	"math/rand/v2"
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

// TestKilled cuts the output after seeded byte counts, with -tags full 200, as kill -9
// does, and resumes from the last STATE line that is whole: no row is missing.
func TestKilled(t *testing.T) {
	const groups, each = 4, 50 / (2*share - 1)
	for group := range groups {
		t.Run(fmt.Sprint("group ", group), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				killed(t, rand.New(rand.NewPCG(uint64(group), 9)), each)
			})
		})
	}
}

func killed(t *testing.T, random *rand.Rand, times int) {
	now := emulator.DemoStart.Add(4*day + 11*time.Hour)
	s := emulator.New(emulator.NewAccount(emulator.Options{
		Seed: 11, Start: emulator.DemoStart, Days: 4, SessionsPerDay: 5, EventsPerSession: 4,
	}), now)
	// Time must pass between pages: STATE lines are at least a second apart.
	s.Fault = func(*http.Request) *emulator.Fault { return &emulator.Fault{Stall: 700 * time.Millisecond} }
	run := harness.Run{Server: s, Config: harness.Config{"page_size": 8}}
	whole := run.Do(t)
	require.Equal(t, 0, whole.Code, whole.LastLine())
	require.Greater(t, strings.Count(whole.Stdout, `{"type":"STATE"`), 20, "a state is there to resume from")
	want := harness.Truth(t, s, harness.Span{})
	taptest.Same(t, want, harness.Warehouse{}.Load(t, whole))
	s.Fault = nil
	for range times {
		n := random.IntN(len(whole.Stdout) + 1)
		first := whole.Cut(n)
		run.State = first.State()
		second := run.Do(t)
		require.Equal(t, 0, second.Code, second.LastLine())
		taptest.Same(t, want, harness.Warehouse{}.Load(t, first, second), "killed after %d bytes, resumed from %s", n, run.State)
	}
}

// TestKilledTwice kills the resumed run, too, while the account goes on.
func TestKilledTwice(t *testing.T) {
	for seed := range 20 / share {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				random := rand.New(rand.NewPCG(uint64(seed), 10))
				s := emulator.New(emulator.NewAccount(emulator.Options{
					Seed: 12, Start: emulator.DemoStart, Days: 6, SessionsPerDay: 5, EventsPerSession: 4, Changes: -1,
				}), emulator.DemoStart.Add(2*day))
				s.Fault = func(*http.Request) *emulator.Fault { return &emulator.Fault{Stall: 700 * time.Millisecond} }
				run := harness.Run{Server: s, Config: harness.Config{"page_size": 20}}
				got := harness.Warehouse{}
				for range 4 {
					whole := run.Do(t)
					require.Equal(t, 0, whole.Code, whole.LastLine())
					cut := whole.Cut(random.IntN(len(whole.Stdout) + 1))
					got.Load(t, cut)
					if state := cut.State(); state != "" {
						run.State = state
					}
					s.Advance(time.Duration(random.IntN(30*3600)) * time.Second)
				}
				s.SetNow(emulator.DemoStart.Add(30 * day))
				last := run.Do(t)
				require.Equal(t, 0, last.Code, last.LastLine())
				taptest.Holds(t, harness.Truth(t, s, harness.Span{}), got.Load(t, last))
			})
		})
	}
}
