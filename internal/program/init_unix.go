//go:build unix

package program

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// crashLoudly has Go's own fatal errors, and panics of any goroutine, end the
// process by SIGABRT, which a shell reports as 134. Without it they end with 2,
// which is the code for a config to be fixed. No memory is dumped: it holds keys.
func crashLoudly() {
	debug.SetTraceback("crash")
	none := syscall.Rlimit{}
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &none) // to lower it is allowed to everybody
}

// asInit runs the command as a child of this process, if that is the init of a
// container: the kernel lets no signal that is not handled end an init, neither
// one of its own nor Go's last resort after a crash, and what Go does then is to
// exit with 2. It reports false where there is no need, or no way.
func asInit(a App) (code int, ended bool) {
	if os.Getpid() != 1 {
		return 0, false
	}
	self, err := os.Executable()
	if err != nil {
		return 0, false
	}
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, interrupts()...)
	child := &exec.Cmd{Path: self, Args: append([]string{a.Command}, a.Args...), Env: a.Environ,
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	if child.Start() != nil {
		signal.Stop(signals)
		return 0, false
	}
	go func() {
		for sig := range signals {
			_ = child.Process.Signal(sig) // it may have ended
		}
	}()
	return exitOf(child.Wait()), true
}

// exitOf is what a shell reports for a process that ended with err.
func exitOf(err error) int {
	var ended *exec.ExitError
	switch {
	case err == nil:
		return ExitOK
	case !errors.As(err, &ended):
		return ExitRetry
	}
	if status, ok := ended.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return ended.ExitCode()
}
