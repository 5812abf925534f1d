package singer

import (
	"context"
	"errors"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
)

// Options are what a command line of the Singer protocol asks for. Any
// combination is accepted: Meltano passes a catalog and a state along with
// --discover.
type Options struct {
	Config         []string // files, or ENV; later ones win key by key
	Catalog, State string   // files, or ""

	Discover bool   // print the catalog, instead of a sync
	Demo     bool   // ask the built-in account
	Test     string // "": sync everything, "all": one row a stream, "schema": none
}

// A Command is one run of a connector that speaks the Singer protocol.
type Command struct {
	*program.Stderr
	app       program.App
	connector tap.Connector
	Options
}

// New makes the command that o asks for. What it says to a person it says
// to stderr.
func New(app program.App, connector tap.Connector, stderr *program.Stderr, o Options) *Command {
	return &Command{stderr, app, connector, o}
}

// Run syncs or discovers. A reader of the demo who has seen enough ends it as a
// success: `go run` would report a death by SIGPIPE, and no loader is misled.
func (c *Command) Run(ctx context.Context) error {
	switch {
	case c.Discover:
		return c.discover(ctx)
	case !c.Demo:
		return c.sync(ctx)
	}
	signal.Ignore(syscall.SIGPIPE)
	if err := c.sync(ctx); !program.ReaderGone(err) {
		return err
	}
	return nil
}

// open makes the source that the command line asks for.
func (c *Command) open(env tap.Env) (tap.Source, error) {
	env.Log, env.Secrets = c.Log, &c.Console.Secrets
	if c.Demo {
		return c.connector.OpenDemo(c.app, c.State != "", env)
	}
	return c.connector.OpenConfig(c.app, c.Config, env)
}

// discover prints the catalog of the account. Platforms keep it until the
// config changes, so with a config it is true, or an error: a guess, made
// while the API was out of reach, would last. Without any config, for a
// newcomer who has no key yet, it prints the built-in one.
func (c *Command) discover(ctx context.Context) error {
	if len(c.Config) == 0 && !c.Demo {
		c.Log.Warn("printing the built-in catalog: without a config no account can be asked for its own")
		return c.app.Print(c.app.Catalog)
	}
	source, err := c.open(tap.Env{Metrics: program.NewMetrics(c.Log), Waiting: func(time.Time) {}, Brief: true})
	if err != nil {
		return err
	}
	streams, err := source.Streams(ctx, nil)
	if err := errors.Join(err, tap.Unasked(streams)); err != nil {
		return err
	}
	return c.app.Print(renderCatalog(streams))
}

// sync is the sync, whole or as a test of one row a stream.
func (c *Command) sync(ctx context.Context) (err error) {
	if c.Test == "" && program.GoesNowhere(c.app.Out) {
		return program.ErrNowhere
	}
	choices, catErr := LoadCatalog(c.Catalog)
	st, stErr := LoadState(c.State, c.Log)
	metrics := program.NewMetrics(c.Log)
	var sink atomic.Pointer[sink]
	progress := tap.NewProgress(c.Console, c.app.Out)
	progress.Run(ctx)
	defer progress.Stop()
	metrics.Answered, metrics.Paused = progress.Answered, progress.Pause
	waiting := func(until time.Time) {
		if k := sink.Load(); k != nil {
			_ = k.Wait(until) // a broken output shows at the next write
		}
	}
	source, err := c.open(tap.Env{Metrics: metrics, Waiting: waiting, Brief: c.Test != ""})
	if err := errors.Join(err, catErr, stErr); err != nil {
		return err
	}
	streams, err := source.Streams(ctx, choices.Wanted())
	if err != nil {
		return err
	}
	other := c.Test == "" && st.Settle(ctx, source, streams)
	tasks, refused := tap.Plan(streams, choices, st.Bookmarks, tap.Voice{Logger: c.Log, Secrets: &c.Console.Secrets})
	if other {
		st.WarnOther(streams, c.Log)
	} else {
		st.WarnStarts(streams, tasks, c.Log)
	}
	k := newSink(ctx, c.app.Out, st)
	sink.Store(k)
	c.Out.Store(k.out)
	defer func() {
		if e := k.close(); !errors.As(err, new(program.OutputError)) {
			err = errors.Join(err, e)
		}
	}()
	s := &tap.Sync{Source: source, Sink: k, Log: c.Log, Metrics: metrics, Progress: progress, Console: c.Console}
	return errors.Join(refused, c.read(ctx, s, tasks))
}

// read reads tasks, or as much of them as a test asks for.
func (c *Command) read(ctx context.Context, s *tap.Sync, tasks []tap.Task) error {
	if c.Test == "schema" {
		return s.Announce(tasks)
	}
	if c.Test != "" {
		s.Limit = 1
	}
	return s.Run(ctx, tasks)
}
