package tap

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// grace is how long an interrupted run may take to write its last STATE:
// platforms kill outright soon after.
const grace = 5 * time.Second

// exitPipe is what a shell reports for a process that SIGPIPE ended.
const exitPipe = 128 + 13

// An App is a connector before its command line is known. Every field but
// Commit, Command, Verify and Demo is required.
type App struct {
	// Name is the command's name, "tap-reprise". It also gives the prefix of
	// the environment variables, TAP_REPRISE_. Version is shown by --version;
	// About says in one sentence what the connector reads.
	Name, Version, About string

	// Commit is the commit that the program was built from, "" where nobody
	// knows; --version shows it.
	Commit string

	// Spec is the Airbyte specification, whose connectionSpecification is the
	// one schema of the config. Catalog is what --discover prints without a
	// usable config. Sample is a config to start from.
	Spec, Catalog, Sample []byte

	// Open makes the source of a config: one JSON object with values of the
	// types that Spec asks for, valid, defaults filled in. It makes no
	// request.
	Open func(config []byte, env Env) (Source, error)

	// Demo makes the source of the built-in account, which needs no key.
	// resumed tells that a state was given.
	Demo func(env Env, resumed bool) (Source, error)

	// Command is the command's name as it was called, os.Args[0]. Called as
	// source-…, it speaks Airbyte's protocol.
	Command string

	// Verify compares a state with what the API holds; nil: there is no such
	// command.
	Verify Verifier

	// Args are the arguments without the command's name, Environ the
	// environment as os.Environ gives it.
	Args, Environ []string

	// Out carries the protocol, Err what a person reads. If Out is os.Stdout,
	// Main handles SIGINT and SIGTERM; otherwise they are the caller's.
	Out, Err io.Writer
}

// A command is one parsed command line.
type command interface {
	// run does the work. It returns soon after ctx ends.
	run(ctx context.Context) error

	// fail tells the platform and the person why run failed. Nothing is
	// written after it.
	fail(err error)

	// lastWords tells the person why the process ends while run has not
	// returned. It writes nothing to the output, which may be blocked.
	lastWords(why error)
}

// Main runs the command that a.Args ask for and returns the exit code. It
// returns at the latest a few seconds after ctx ends, even if Out is blocked.
// A process that SIGINT, SIGTERM, SIGHUP or SIGQUIT interrupts does not return: it
// dies by that signal once the last STATE is out, so that nobody takes a cut run
// for a complete one. Where it is the init of a container, which no signal of its
// own can end, the code is 128 and the signal's number.
func Main(ctx context.Context, a App) int {
	var signals chan os.Signal
	if a.Out == os.Stdout {
		if code, ended := asInit(a); ended {
			return code
		}
		crashLoudly()
		widen(os.Stdout)
		signals = make(chan os.Signal, 1)
		signal.Notify(signals, interrupts()...)
	}
	return supervise(ctx, parse(a), signals)
}

// supervise runs c until it ends, or until grace has passed since ctx ended or
// a signal came. Later signals change nothing: Meltano may send two.
func supervise(ctx context.Context, c command, signals <-chan os.Signal) int {
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
		c.lastWords(why)
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
func execute(ctx context.Context, c command) int {
	err := c.run(ctx)
	if err == nil {
		return ExitOK
	}
	if readerGone(err) {
		return exitPipe
	}
	c.fail(err)
	return ExitCode(err)
}
