package tap

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// childEnv tells the test binary to be the connector itself: signals and dead
// pipes need a process of their own.
const childEnv = "TAP_TEST_CHILD"

func TestMain(m *testing.M) {
	if config := os.Getenv(childEnv); config != "" {
		a := testApp(&memory{rows: 1 << 30, page: 100}, "--config", config)
		a.Out, a.Err = os.Stdout, os.Stderr
		os.Exit(Main(context.Background(), a))
	}
	os.Exit(m.Run())
}

// child starts the connector as a process; its stdout is the pipe returned.
func child(t *testing.T) (*exec.Cmd, io.ReadCloser, *bytes.Buffer) {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childEnv+"="+goodConfig(t))
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	t.Cleanup(func() { _ = c.Process.Kill() })
	return c, out, &stderr
}

func TestSignals(t *testing.T) {
	for name, c := range map[string]struct {
		sent []syscall.Signal
		dies syscall.Signal
		last string
	}{
		"SIGTERM":        {[]syscall.Signal{syscall.SIGTERM}, syscall.SIGTERM, "interrupted by signal: terminated"},
		"SIGINT":         {[]syscall.Signal{syscall.SIGINT}, syscall.SIGINT, "interrupted by signal: interrupt"},
		"SIGHUP":         {[]syscall.Signal{syscall.SIGHUP}, syscall.SIGHUP, "interrupted by signal: hangup"},
		"SIGTERM, twice": {[]syscall.Signal{syscall.SIGTERM, syscall.SIGTERM}, syscall.SIGTERM, "interrupted by signal: terminated"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, out, stderr := child(t)
			r := bufio.NewReader(out)
			var last string
			for n := 0; ; n++ {
				line, err := r.ReadString('\n')
				if err == io.EOF {
					require.Empty(t, line, "the last line is whole")
					break
				}
				require.NoError(t, err)
				last = line
				if n == 5000 {
					for _, s := range c.sent {
						require.NoError(t, p.Process.Signal(s))
					}
				}
			}
			require.Error(t, p.Wait())
			status := p.ProcessState.Sys().(syscall.WaitStatus)
			require.True(t, status.Signaled(), "exit %d: %s", status.ExitStatus(), stderr)
			require.Equal(t, c.dies, status.Signal())
			require.True(t, strings.HasPrefix(last, `{"type":"STATE"`), last)
			require.Contains(t, stderr.String(), "CRITICAL "+c.last+"; hint: run again with the last STATE to go on\n")
		})
	}
}

// TestSignalWhileBlocked is Meltano's config test: it reads one record, then
// never again, sends SIGTERM and waits.
func TestSignalWhileBlocked(t *testing.T) {
	t.Parallel()
	p, out, _ := child(t)
	r := bufio.NewReader(out)
	for range 3 {
		_, err := r.ReadString('\n')
		require.NoError(t, err)
	}
	began := time.Now()
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	state, err := p.Process.Wait() // not p.Wait: that would close the pipe
	require.NoError(t, err)
	require.Equal(t, syscall.SIGTERM, state.Sys().(syscall.WaitStatus).Signal())
	require.Less(t, time.Since(began), grace+5*time.Second)
}

// TestReaderGoesAway is `tap-reprise … | head`.
func TestReaderGoesAway(t *testing.T) {
	t.Parallel()
	p, out, stderr := child(t)
	_, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.NoError(t, out.Close())
	require.Error(t, p.Wait())
	require.Equal(t, syscall.SIGPIPE, p.ProcessState.Sys().(syscall.WaitStatus).Signal())
	require.Empty(t, stderr.String())
}
