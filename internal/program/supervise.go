package program

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"
)

// grace is how long an interrupted run may take to write its last STATE:
// platforms kill outright soon after.
const grace = 5 * time.Second

// exitPipe is what a shell reports for a process that SIGPIPE ended.
const exitPipe = 128 + 13

// A Command is one parsed command line.
type Command interface {
	// Run does the work. It returns soon after ctx ends.
	Run(ctx context.Context) error

	// Fail says to the platform and the person why Run failed. Nothing is
	// written after it.
	Fail(err error)

	// LastWords says to the person why the process ends while Run has not
	// returned. It writes nothing to the output, which may be blocked.
	LastWords(why error)
}

// Run runs the command that parse makes of a and returns the exit code. It
// returns at the latest a few seconds after ctx ends, even if Out is blocked.
// A process that SIGINT, SIGTERM, SIGHUP or SIGQUIT interrupts does not return: it
// dies by that signal once the last STATE is out, so that nobody takes a cut run
// for a complete one. Where it is the init of a container, which no signal of its
// own can end, the code is 128 and the signal's number.
func Run(ctx context.Context, a App, parse func() Command) int {
	var signals chan os.Signal
	if a.Out == os.Stdout {
		if code, ended := asInit(a); ended {
			return code
		}
		collectEarly(a)
		crashLoudly()
		widen(os.Stdout)
		signals = make(chan os.Signal, 1)
		signal.Notify(signals, interrupts()...)
	}
	return supervise(ctx, parse(), signals)
}

// collectEarly keeps the process small, unless GOGC says otherwise: most memory is
// pages that are used again, so that collecting early costs nothing.
func collectEarly(a App) {
	if a.Getenv("GOGC") == "" {
		debug.SetGCPercent(25)
	}
}

// supervise runs c until it ends, or until grace has passed since ctx ended or
// a signal came. Later signals change nothing: Meltano may send two.
func supervise(ctx context.Context, c Command, signals <-chan os.Signal) int {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	done := make(chan int, 1)
	go func() { done <- execute(ctx, c) }()

	var sig os.Signal
	select {
	case code := <-done:
		return code
	case sig = <-signals:
		cancel(&Error{Code: ExitRetry, Err: fmt.Errorf("interrupted by signal: %s", sig),
			Hint: "run again with the last STATE to go on"})
	case <-ctx.Done():
	}
	why := context.Cause(ctx)
	late := time.NewTimer(grace)
	defer late.Stop()
	code := ExitRetry
	select {
	case code = <-done:
	case <-late.C:
		c.LastWords(why)
	}
	if sig != nil && code != ExitOK {
		return dieBy(sig)
	}
	return code
}

// interrupts are the signals that end a run in good order.
func interrupts() []os.Signal {
	list := []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		list = append(list, syscall.SIGHUP)
	}
	return list
}

// execute runs c and reports its error, except that of a reader who went away:
// `tap-reprise … | head` is no failure worth a word.
func execute(ctx context.Context, c Command) int {
	err := c.Run(ctx)
	if err == nil {
		return ExitOK
	}
	if ReaderGone(err) {
		return exitPipe
	}
	c.Fail(err)
	return ExitCode(err)
}
