package tap

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"

	"tap-reprise/internal/program"
)

// A singerCommand is a command line of the Singer protocol. Mode flags win over
// each other in the order of run.
type singerCommand struct {
	app App
	options
	topic   string // the command as help calls it
	console *program.Console
	log     *slog.Logger
	out     atomic.Pointer[program.Outlet] // of a sync, once there is one
}

// capabilities are the words of Meltano's hub for what a tap can do.
var capabilities = []string{"about", "catalog", "discover", "state", "structured-logging", "test"}

// A misuse is a command line that cannot be understood.
type misuse struct {
	*singerCommand
	err error
}

func (m *misuse) Run(context.Context) error {
	_, _ = io.WriteString(m.app.Err, m.app.usage(m.topic))
	return &program.Error{Code: program.ExitConfig, Err: m.err, Hint: "see " + strings.TrimSpace(m.app.Name+" "+m.topic) + " --help"}
}

func (c *singerCommand) Run(ctx context.Context) error {
	switch {
	case c.help:
		return c.print([]byte(c.app.helpText(c.topic)))
	case c.version:
		return c.print([]byte(c.app.VersionLine()))
	case c.about.given:
		text, err := c.app.AboutText(c.about.value, capabilities)
		if err != nil {
			return err
		}
		return c.print(text)
	case len(c.app.Args) == 0 && program.IsTerminal(c.app.Out):
		_, _ = io.WriteString(c.app.Err, c.app.helpText(c.topic))
		return nil
	case c.discover:
		return c.runDiscover(ctx)
	}
	if c.demo {
		return c.runDemo(ctx)
	}
	return c.runSync(ctx)
}

// runDemo syncs the built-in account. A reader who has seen enough ends it as a
// success: `go run` would report a death by SIGPIPE, and no loader is misled.
func (c *singerCommand) runDemo(ctx context.Context) error {
	signal.Ignore(syscall.SIGPIPE)
	if err := c.runSync(ctx); !program.ReaderGone(err) {
		return err
	}
	return nil
}

func (c *singerCommand) print(text []byte) error { return c.app.Print(text) }

// open makes the source that the command line asks for.
func (c *singerCommand) open(env Env) (Source, error) {
	env.Secrets, env.UserAgent = &c.console.Secrets, c.app.UserAgent()
	if c.demo {
		return c.app.openDemo(env, c.state != "")
	}
	config, err := c.app.ReadConfig(c.options.config, &c.console.Secrets, c.log)
	if err != nil {
		return nil, err
	}
	return c.app.Open(config, env)
}

func (a App) openDemo(env Env, resumed bool) (Source, error) {
	if a.Demo == nil {
		return nil, &program.Error{Code: program.ExitConfig, Err: errors.New("there is no built-in account")}
	}
	return a.Demo(env, resumed)
}

// Fail logs why run failed.
func (c *singerCommand) Fail(err error) { program.LogFailure(c.log, err) }

// LastWords says why a run is given up whose output may be blocked.
func (c *singerCommand) LastWords(why error) {
	c.console.Draw("")
	program.LogFailure(c.log, program.Abandoned(why, c.out.Load()))
}
