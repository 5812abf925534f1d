package airbyte

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os/signal"
	"syscall"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
)

// Options are what a command line of the Airbyte protocol asks for.
type Options struct {
	// Verb is spec, check, discover, read or demo, the read of the built-in
	// account; "" if there is none that is known.
	Verb string

	Config, Catalog, State string // files, or ""
	Debug                  bool

	// Ignored is how many arguments are not known: platforms pass some that only
	// their own sources read.
	Ignored int
}

// A Command is one run of a connector that speaks the Airbyte protocol. All that it
// says, its log and its errors too, is a message on stdout: Airbyte shows whatever
// is on stderr as an error.
type Command struct {
	app       program.App
	connector tap.Connector
	options   Options
	secrets   *program.Secrets
	out       *program.Outlet
	log       *slog.Logger
	reported  map[string]bool // texts of the errors that are on stdout already
}

// New makes the command that o asks for.
func New(app program.App, connector tap.Connector, o Options) *Command {
	c := &Command{app: app, connector: connector, options: o, secrets: &program.Secrets{},
		out: program.NewOutlet(app.Out), reported: map[string]bool{}}
	c.log = c.newLog()
	return c
}

// Run writes nothing but messages. A reader of the demo who has seen enough ends
// it as a success.
func (c *Command) Run(ctx context.Context) error {
	if c.options.Verb == "demo" {
		signal.Ignore(syscall.SIGPIPE) // `go run` would report a death by it
	}
	c.out.Start(nil)
	if c.options.Ignored > 0 {
		c.log.Debug("arguments are not known and have no effect", "arguments", c.options.Ignored)
	}
	err := c.perform(ctx)
	if err == nil {
		err = c.out.Close() // Fail closes it otherwise
	}
	if c.options.Verb == "demo" && program.ReaderGone(err) {
		return nil
	}
	return err
}

func (c *Command) perform(ctx context.Context) error {
	switch c.options.Verb {
	case "spec":
		return c.spec()
	case "check":
		return c.check(ctx)
	case "discover":
		return c.discover(ctx)
	case "read", "demo":
		return c.read(ctx)
	}
	return &program.Error{Code: program.ExitConfig, Err: fmt.Errorf("none of %d arguments is a command", len(c.app.Args)),
		Hint: "use spec, check, discover or read"}
}

// open makes the source that the command line asks for.
func (c *Command) open(env tap.Env) (tap.Source, error) {
	env.Log, env.Secrets = c.log, c.secrets
	if c.options.Verb == "demo" {
		return c.connector.OpenDemo(c.app, c.options.State != "", env)
	}
	var sources []string
	if c.options.Config != "" {
		sources = append(sources, c.options.Config)
	}
	return c.connector.OpenConfig(c.app, sources, env)
}

// say writes one message.
func (c *Command) say(line []byte) error {
	return c.out.Append(func(b []byte) []byte { return append(b, line...) })
}

// LastWords says why a run is given up whose output may be blocked. stderr is all
// that is left.
func (c *Command) LastWords(why error) {
	_, _ = io.WriteString(c.app.Err, program.OneLine(c.secrets.HideLone(program.WithHint(program.Abandoned(why, c.out), program.Hint(why))))+"\n")
}

// Fail writes what the platform shows as the reason, an ERROR for each error
// that has not been on stdout yet. If stdout itself is what failed, stderr is
// all that is left.
func (c *Command) Fail(err error) {
	if errors.As(err, new(program.OutputError)) {
		_, _ = io.WriteString(c.app.Err, program.OneLine(c.secrets.HideLone(program.WithHint(err, program.Hint(err))))+"\n")
		return
	}
	for _, e := range program.Flatten(err) {
		_ = c.say(c.errorLine(e, ""))
	}
	_ = c.out.Close()
}
