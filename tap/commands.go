package tap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/term"
)

// A singerCommand is a command line of the Singer protocol. Mode flags win over
// each other in the order of run.
type singerCommand struct {
	app App
	options
	console *console
	log     *slog.Logger
}

// A misuse is a command line that cannot be understood.
type misuse struct {
	*singerCommand
	err error
}

func (m *misuse) run(context.Context) error {
	_, _ = io.WriteString(m.app.Err, m.app.usage())
	return &Error{Code: ExitConfig, Err: m.err, Hint: "see " + m.app.Name + " --help"}
}

func (c *singerCommand) run(ctx context.Context) error {
	switch {
	case c.help:
		return c.print([]byte(c.app.helpText()))
	case c.version:
		return c.print([]byte(c.app.Name + " v" + strings.TrimPrefix(c.app.Version, "v") + "\n"))
	case c.about.given:
		text, err := c.app.aboutText(c.about.value)
		if err != nil {
			return err
		}
		return c.print(text)
	case len(c.app.Args) == 0 && isTerminal(c.app.Out):
		_, _ = io.WriteString(c.app.Err, c.app.helpText())
		return nil
	case c.discover:
		return c.runDiscover(ctx)
	}
	return c.runSync(ctx)
}

// fail writes each error with its hint on a line of its own, and all of them on
// the last line: Meltano shows that one.
func (c *singerCommand) fail(err error) {
	parts := flatten(err)
	if len(parts) == 1 {
		c.log.Log(context.Background(), levelCritical, withHint(parts[0], Hint(parts[0])))
		return
	}
	worst, texts := parts[0], []string{}
	for _, e := range parts {
		c.log.Error(withHint(e, Hint(e)))
		texts = append(texts, oneLine(e.Error()))
		if rank(ExitCode(e)) > rank(ExitCode(worst)) {
			worst = e
		}
	}
	all := fmt.Errorf("%d errors: %s", len(parts), strings.Join(texts, "; "))
	c.log.Log(context.Background(), levelCritical, withHint(all, Hint(worst)))
}

func withHint(err error, hint string) string {
	if hint == "" {
		return err.Error()
	}
	return err.Error() + "; hint: " + hint
}

// flatten is the errors that err joins, or err alone.
func flatten(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var out []error
	for _, e := range joined.Unwrap() {
		out = append(out, flatten(e)...)
	}
	return out
}

// print writes a document to stdout in the modes that sync nothing.
func (c *singerCommand) print(text []byte) error {
	if _, err := c.app.Out.Write(text); err != nil {
		return outletError{err}
	}
	return nil
}

// open makes the source that the command line asks for.
func (c *singerCommand) open(env Env) (Source, error) {
	if c.demo {
		if c.app.Demo == nil {
			return nil, &Error{Code: ExitConfig, Err: errors.New("there is no built-in account")}
		}
		return c.app.Demo(env, c.state != "")
	}
	config, err := c.readConfig()
	if err != nil {
		return nil, err
	}
	return c.app.Open(config, env)
}

// readConfig is the config, ready for App.Open. From here on its secrets are
// blacked out on stderr.
func (c *singerCommand) readConfig() ([]byte, error) {
	given, err := c.app.loadConfig(c.options.config)
	if err != nil {
		return nil, err
	}
	s, err := parseSpec(c.app.Spec)
	if err != nil {
		return nil, err
	}
	c.console.hide(given.secrets(s))
	return given.settle(s, c.log)
}

// runDiscover prints the catalog of the account, or the built-in one if there
// is no usable config or no way to the API: Meltano discovers before each run,
// and a newcomer before there is a key. An answer that refuses is an error.
func (c *singerCommand) runDiscover(ctx context.Context) error {
	source, err := c.open(Env{Log: c.log, Metrics: newMetrics(c.log), Waiting: func(time.Time) {}})
	if err != nil {
		c.log.Warn("no usable config: printing the built-in catalog", "reason", err.Error())
		return c.print(c.app.Catalog)
	}
	streams, err := source.Streams(ctx)
	if offline(err) {
		c.log.Warn("the API cannot be reached: printing the built-in catalog", "reason", err.Error())
		return c.print(c.app.Catalog)
	}
	if err != nil {
		return err
	}
	return c.print(renderCatalog(streams))
}

// offline reports whether err is that no connection could be made at all.
func offline(err error) bool {
	var dial *net.OpError
	var name *net.DNSError
	return errors.As(err, &name) || errors.As(err, &dial) && dial.Op == "dial"
}

// runSync is the sync, whole or as a test of one row a stream.
func (c *singerCommand) runSync(ctx context.Context) (err error) {
	cat, catErr := loadCatalog(c.catalog)
	st, stErr := loadState(c.state)
	metrics := newMetrics(c.log)
	var sink atomic.Pointer[singerSink]
	waiting := func(until time.Time) {
		if k := sink.Load(); k != nil {
			_ = k.Wait(until)
		}
	}
	source, err := c.open(Env{Log: c.log, Metrics: metrics, Waiting: waiting})
	if err := errors.Join(err, catErr, stErr); err != nil {
		return err
	}
	streams, err := source.Streams(ctx)
	if err != nil {
		return err
	}
	tasks, refused := plan(streams, cat, st, c.log)
	k, err := newSingerSink(ctx, c.app.Out, st)
	if err != nil {
		return err
	}
	sink.Store(k)
	defer func() {
		if e := k.close(); !errors.As(err, new(outletError)) {
			err = errors.Join(err, e)
		}
	}()
	p := &pass{source: source, sink: k, log: c.log, metrics: metrics, progress: newProgress(c.app.Err, c.console)}
	defer p.progress.stop()
	return errors.Join(refused, c.pass(ctx, p, tasks))
}

// pass runs p over tasks with metrics reported beside it.
func (c *singerCommand) pass(ctx context.Context, p *pass, tasks []task) error {
	if c.test.value == "schema" {
		return p.announce(tasks)
	}
	if c.test.given {
		p.limit = 1
	}
	beside, stop := context.WithCancel(ctx)
	var ended sync.WaitGroup
	ended.Go(func() { p.metrics.run(beside) })
	err := p.sync(ctx, tasks)
	stop()
	ended.Wait()
	p.metrics.report()
	return err
}

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
