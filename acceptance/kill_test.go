//go:build unix

package acceptance

import (
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// TestKilledProcess kills the real program with -9 after seeded byte counts of
// output, and lets another process go on from the last STATE line that came
// whole: no row is missing in any stream. A demo with a state finds the account
// a day later.
func TestKilledProcess(t *testing.T) {
	wants := map[bool]harness.Warehouse{}
	for _, resumed := range []bool{false, true} {
		wants[resumed] = harness.Truth(t, emulator.Demo(resumed), harness.Span{})
	}
	for seed := range kills {
		t.Run("seed "+strconv.Itoa(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(uint64(seed), 5))
			first := killedAfter(t, random.IntN(3_000_000))
			args, resumed := []string{"demo"}, false
			if state := first.State(); state != `{"bookmarks":{}}` && state != "" {
				path := filepath.Join(t.TempDir(), "state.json")
				require.NoError(t, os.WriteFile(path, []byte(state), 0o600))
				args, resumed = append(args, "--state", path), true
			}
			rest, err := exec.Command("tap-reprise", args...).Output()
			require.NoError(t, err)
			got := harness.Warehouse{}.Load(t, first, harness.Output{Stdout: string(rest)})
			for _, difference := range taptest.Compare(wants[resumed], got) {
				// What is older than the look-back may have an old title.
				require.NotRegexp(t, `: (missing|unknown) row`, difference, "killed with %d bytes out", len(first.Stdout))
			}
		})
	}
}

// killedAfter is what a reader got of the 5 MB of a demo that read so many bytes,
// so few that the pipe cannot hold the rest, and then killed it.
func killedAfter(t *testing.T, bytes int) harness.Output {
	t.Helper()
	demo := exec.Command("tap-reprise", "demo")
	pipe, err := demo.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, demo.Start())
	got, err := io.ReadAll(io.LimitReader(pipe, int64(bytes)))
	require.NoError(t, err)
	require.NoError(t, demo.Process.Kill())
	require.Error(t, demo.Wait(), "it was killed")
	return harness.Output{Stdout: string(got)}
}
