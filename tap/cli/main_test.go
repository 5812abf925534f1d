package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

// childEnv tells the test binary to be the connector itself: signals and dead
// pipes need a process of their own.
const childEnv = "TAP_TEST_CHILD"

func TestMain(m *testing.M) {
	if config := os.Getenv(childEnv); config != "" {
		args := append([]string{"--config", config}, os.Args[1:]...)
		if len(os.Args) > 1 { // the verb of the other protocol comes first
			args = append(os.Args[1:], args[:2]...)
		}
		a := taptest.New(&taptest.Memory{Rows: 1 << 30, Page: 100}, args...)
		a.Out, a.Err = os.Stdout, os.Stderr
		os.Exit(cli.Main(context.Background(), a.App, a.Connector))
	}
	os.Exit(m.Run())
}

// child starts the connector as a process; its stdout is the pipe returned.
func child(t *testing.T, args ...string) (*exec.Cmd, io.ReadCloser, *bytes.Buffer) {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), childEnv+"="+taptest.GoodConfig(t))
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	t.Cleanup(func() { _ = c.Process.Kill() })
	return c, out, &stderr
}

func TestSignals(t *testing.T) {
	t.Parallel()
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
			if signal.Ignored(c.dies) {
				t.Skip("this process ignores it, as under nohup, and so does its child")
			}
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
// never again, sends SIGTERM and waits. The last line on stderr says why no last
// STATE came, in Airbyte's form too, where stderr is all that is left.
func TestSignalWhileBlocked(t *testing.T) {
	t.Parallel()
	catalog := taptest.File(t, "catalog.json", `{"streams":[{"stream":{"name":"events"},"sync_mode":"incremental"}]}`)
	for name, args := range map[string][]string{"Singer": nil, "Airbyte": {"read", "--catalog", catalog}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, out, stderr := child(t, args...)
			r := bufio.NewReader(out)
			for range 3 {
				_, err := r.ReadString('\n')
				require.NoError(t, err)
			}
			waitFull(t, out)
			began := time.Now()
			require.NoError(t, p.Process.Signal(syscall.SIGTERM))
			state, err := p.Process.Wait() // not p.Wait: that would close the pipe
			require.NoError(t, err)
			require.Equal(t, syscall.SIGTERM, state.Sys().(syscall.WaitStatus).Signal())
			require.Less(t, time.Since(began), taptest.EndsWithin+5*time.Second)
			require.NoError(t, out.Close())
			_ = p.Wait() // for all of stderr
			lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
			require.Regexp(t, `^(CRITICAL )?interrupted by signal: terminated; stdout is blocked: its reader has taken nothing for \d+s, `+
				`and does not get the last STATE; hint: run again with the last STATE to go on$`, lines[len(lines)-1])
		})
	}
}

// waitFull returns when the pipe holds so much that the next write must wait.
func waitFull(t *testing.T, pipe io.ReadCloser) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells how much a pipe holds")
	}
	const fionread = 0x541B // in asm-generic/ioctls.h
	for held := int32(0); held < taptest.PipeHolds-taptest.FirstWrite/2; runtime.Gosched() {
		_, _, err := syscall.Syscall(syscall.SYS_IOCTL, pipe.(*os.File).Fd(), fionread, uintptr(unsafe.Pointer(&held)))
		require.Zero(t, err)
	}
}

// TestReaderGoesAway is `tap-reprise … | head`, in both forms: death by SIGPIPE,
// without a word.
func TestReaderGoesAway(t *testing.T) {
	t.Parallel()
	catalog := taptest.File(t, "catalog.json", `{"streams":[{"stream":{"name":"events"},"sync_mode":"incremental"}]}`)
	for name, args := range map[string][]string{"Singer": nil, "Airbyte": {"read", "--catalog", catalog}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, out, stderr := child(t, args...)
			_, err := bufio.NewReader(out).ReadString('\n')
			require.NoError(t, err)
			require.NoError(t, out.Close())
			require.Error(t, p.Wait())
			require.Equal(t, syscall.SIGPIPE, p.ProcessState.Sys().(syscall.WaitStatus).Signal())
			require.Empty(t, stderr.String())
		})
	}
}
