//go:build unix

package program

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

// dieBy ends the process by sig, as it would have ended without a handler:
// PyAirbyte takes an exit code of 143 for a failure, but death by SIGTERM for
// what it asked for. It returns a code only where sig was ignored from the
// start, as SIGINT is in a background job of a shell.
func dieBy(sig os.Signal) int {
	n, ok := sig.(syscall.Signal)
	if !ok {
		return ExitRetry
	}
	signal.Reset(n)
	if syscall.Kill(syscall.Getpid(), n) == nil {
		time.Sleep(100 * time.Millisecond) // delivery is asynchronous
	}
	return 128 + int(n)
}
