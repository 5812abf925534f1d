package tap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"tap-reprise/internal/program"
)

// An airbyteCommand is a command line of the Airbyte protocol. All that it has
// to say, its log and its errors too, is a message on stdout: Airbyte shows
// whatever is on stderr as an error.
type airbyteCommand struct {
	app     App
	options airbyteOptions
	secrets *program.Secrets
	out     *program.Outlet
	log     *slog.Logger
	told    map[string]bool // texts of the errors that are on stdout already
}

// airbyteOptions are the Airbyte command line.
type airbyteOptions struct {
	verb                   string // "" if there is none that is known
	config, catalog, state string
	debug, help, version   bool
	ignored                []string
}

// isSource reports whether the command was called by a name of Airbyte's kind.
func (a App) isSource() bool {
	return strings.HasPrefix(filepath.Base(a.Command), "source-")
}

// parseAirbyte parses what follows the verb. Arguments that are not known do
// not matter: platforms pass some that only their own sources read.
func parseAirbyte(a App, args []string) program.Command {
	o := airbyteOptions{}
	if len(args) < len(a.Args) {
		o.verb = a.Args[0]
	}
	values := map[string]*string{"config": &o.config, "catalog": &o.catalog, "state": &o.state}
	switches := map[string]*bool{"debug": &o.debug, "help": &o.help, "h": &o.help, "version": &o.version, "airbyte": new(bool)}
	for i := 0; i < len(args); i++ {
		name, value, joined := strings.Cut(strings.TrimLeft(args[i], "-"), "=")
		flag := strings.HasPrefix(args[i], "-")
		switch {
		case flag && values[name] != nil && !joined && i+1 < len(args):
			i++
			value = args[i]
			fallthrough
		case flag && values[name] != nil:
			*values[name] = value
		case flag && switches[name] != nil:
			*switches[name] = true
		default:
			o.ignored = append(o.ignored, args[i])
		}
	}
	c := &airbyteCommand{app: a, options: o, secrets: &program.Secrets{}, out: program.NewOutlet(a.Out), told: map[string]bool{}}
	c.log = c.newLog()
	return c
}

// Run writes nothing but messages, except what a person asked for.
func (c *airbyteCommand) Run(ctx context.Context) error {
	switch {
	case c.options.help:
		return c.app.Print([]byte(c.app.helpText(c.topic())))
	case c.options.version:
		return c.app.Print([]byte(c.app.VersionLine()))
	}
	if c.options.verb == "demo" {
		signal.Ignore(syscall.SIGPIPE) // as runDemo does
	}
	c.out.Start(nil)
	if len(c.options.ignored) > 0 {
		c.log.Debug("arguments are not known and have no effect", "arguments", len(c.options.ignored))
	}
	err := c.perform(ctx)
	if err == nil {
		err = c.out.Close() // fail closes it otherwise
	}
	if c.options.verb == "demo" && program.ReaderGone(err) {
		return nil
	}
	return err
}

func (c *airbyteCommand) perform(ctx context.Context) error {
	switch c.options.verb {
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

// topic is the command as help calls it.
func (c *airbyteCommand) topic() string {
	if c.options.verb == "" {
		return "source-"
	}
	return c.options.verb
}

// open makes the source that the command line asks for.
func (c *airbyteCommand) open(env Env) (Source, error) {
	env.Secrets, env.UserAgent = c.secrets, c.app.UserAgent()
	if c.options.verb == "demo" {
		return c.app.openDemo(env, c.options.state != "")
	}
	var sources []string
	if c.options.config != "" {
		sources = append(sources, c.options.config)
	}
	config, err := c.app.ReadConfig(sources, c.secrets, c.log)
	if err != nil {
		return nil, err
	}
	return c.app.Open(config, env)
}

// say writes one message.
func (c *airbyteCommand) say(line []byte) error {
	return c.out.Append(func(b []byte) []byte { return append(b, line...) })
}

// LastWords says why a run is given up whose output may be blocked. stderr is all
// that is left.
func (c *airbyteCommand) LastWords(why error) {
	_, _ = io.WriteString(c.app.Err, program.OneLine(c.secrets.HideLone(program.WithHint(program.Abandoned(why, c.out), program.Hint(why))))+"\n")
}

// Fail writes what the platform shows as the reason, an ERROR for each error
// that has not been on stdout yet. If stdout itself is what failed, stderr is
// all that is left.
func (c *airbyteCommand) Fail(err error) {
	if errors.As(err, new(program.OutputError)) {
		_, _ = io.WriteString(c.app.Err, program.OneLine(c.secrets.HideLone(program.WithHint(err, program.Hint(err))))+"\n")
		return
	}
	for _, e := range program.Flatten(err) {
		_ = c.say(c.errorLine(e, ""))
	}
	_ = c.out.Close()
}
