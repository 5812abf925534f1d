//go:build unix

package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/tap/taptest"
)

// TestFileThatNeverComes gives a pipe as the config into which nobody writes:
// SIGTERM ends the wait.
func TestFileThatNeverComes(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.json")
	require.NoError(t, syscall.Mkfifo(path, 0o600))
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childEnv+"="+path)
	require.NoError(t, c.Start())
	pipe, err := os.OpenFile(path, os.O_WRONLY, 0) // returns once it is read from
	require.NoError(t, err)
	defer pipe.Close()
	began := time.Now()
	require.NoError(t, c.Process.Signal(syscall.SIGTERM))
	require.Error(t, c.Wait())
	require.Equal(t, syscall.SIGTERM, c.ProcessState.Sys().(syscall.WaitStatus).Signal())
	require.Less(t, time.Since(began), taptest.EndsWithin+5*time.Second)
}
