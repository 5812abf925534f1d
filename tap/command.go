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
)

// A singerCommand is a command line of the Singer protocol. Mode flags win over
// each other in the order of run.
type singerCommand struct {
	app App
	options
	topic   string // the command as help calls it
	console *console
	log     *slog.Logger
	out     atomic.Pointer[outlet] // of a sync, once there is one
}

// A misuse is a command line that cannot be understood.
type misuse struct {
	*singerCommand
	err error
}

func (m *misuse) run(context.Context) error {
	_, _ = io.WriteString(m.app.Err, m.app.usage(m.topic))
	return &Error{Code: ExitConfig, Err: m.err, Hint: "see " + strings.TrimSpace(m.app.Name+" "+m.topic) + " --help"}
}

func (c *singerCommand) run(ctx context.Context) error {
	switch {
	case c.help:
		return c.print([]byte(c.app.helpText(c.topic)))
	case c.version:
		return c.print([]byte(c.app.versionLine()))
	case c.about.given:
		text, err := c.app.aboutText(c.about.value)
		if err != nil {
			return err
		}
		return c.print(text)
	case len(c.app.Args) == 0 && isTerminal(c.app.Out):
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
	if err := c.runSync(ctx); !readerGone(err) {
		return err
	}
	return nil
}

// versionLine is what --version prints.
func (a App) versionLine() string {
	line := a.Name + " v" + strings.TrimPrefix(a.Version, "v")
	if a.Commit != "" {
		line += " (commit " + a.Commit + ")"
	}
	return line + "\n"
}

// userAgent is what requests say of who asks: tap-reprise/0.1.0.
func (a App) userAgent() string { return a.Name + "/" + strings.TrimPrefix(a.Version, "v") }

func (c *singerCommand) print(text []byte) error { return c.app.print(text) }

// print writes a document to stdout in the modes that sync nothing.
func (a App) print(text []byte) error {
	if _, err := a.Out.Write(text); err != nil {
		return outletError{err}
	}
	return nil
}

// open makes the source that the command line asks for.
func (c *singerCommand) open(env Env) (Source, error) {
	env.Secrets, env.UserAgent = &c.console.Secrets, c.app.userAgent()
	if c.demo {
		return c.app.openDemo(env, c.state != "")
	}
	config, err := c.app.readConfig(c.options.config, &c.console.Secrets, c.log)
	if err != nil {
		return nil, err
	}
	return c.app.Open(config, env)
}

func (a App) openDemo(env Env, resumed bool) (Source, error) {
	if a.Demo == nil {
		return nil, &Error{Code: ExitConfig, Err: errors.New("there is no built-in account")}
	}
	return a.Demo(env, resumed)
}

// readConfig is the config from the given sources, ready for Open. From here
// on hidden knows its secrets.
func (a App) readConfig(sources []string, hidden *Secrets, log *slog.Logger) ([]byte, error) {
	given, err := a.loadConfig(sources)
	if err != nil {
		return nil, err
	}
	s, err := parseSpec(a.Spec)
	if err != nil {
		return nil, err
	}
	hidden.Hide(given.secrets(s)...)
	if err := a.placeholder(given, s); err != nil {
		return nil, err
	}
	return given.settle(s, log)
}
