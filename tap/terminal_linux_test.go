package tap_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

// pseudo opens a pseudo-terminal of the system; all that is written to it comes
// out of the other end.
func pseudo(t *testing.T, columns uint16) (tty, end *os.File) {
	end, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no pseudo-terminals here")
	}
	var n, unlocked uint32
	control(t, end, syscall.TIOCGPTN, unsafe.Pointer(&n))
	control(t, end, syscall.TIOCSPTLCK, unsafe.Pointer(&unlocked))
	control(t, end, syscall.TIOCSWINSZ, unsafe.Pointer(&[4]uint16{24, columns}))
	tty, err = os.OpenFile(fmt.Sprint("/dev/pts/", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	require.NoError(t, err)
	return tty, end
}

func control(t *testing.T, f *os.File, request uintptr, arg unsafe.Pointer) {
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), request, uintptr(arg))
	require.Zero(t, errno)
}

// TestRealTerminal runs in front of one: what comes out never wraps, and
// nothing but the lines is left.
func TestRealTerminal(t *testing.T) {
	for _, columns := range []uint16{80, 60, 0} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			tty, end := pseudo(t, columns)
			var b bytes.Buffer
			done := make(chan struct{})
			go func() { _, _ = io.Copy(&b, end); close(done) }()
			a := taptest.New(&taptest.Memory{Rows: 3, Page: 1, Pause: 300 * time.Millisecond}, "--config", taptest.GoodConfig(t))
			a.Out, a.Err, a.Environ = io.Discard, tty, []string{"TERM=xterm"}
			require.Zero(t, cli.Main(context.Background(), a.App, a.Connector))
			require.NoError(t, tty.Close())
			<-done
			require.NoError(t, end.Close())
			seen, most := false, int(columns)
			if most == 0 {
				most = program.PageWidth
			}
			for _, part := range strings.Split(strings.ReplaceAll(b.String(), "\r\n", taptest.EraseLine), taptest.EraseLine) {
				require.LessOrEqual(t, len(part), most, part)
				seen = seen || strings.HasPrefix(part, "stream 1 of 2, events: ")
			}
			require.True(t, seen, b.String())
			require.Regexp(t, `\r\ntotal +3 .*\r\n$`, b.String())
		})
	}
}
