package tap

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// A verifyCommand compares what a state says was loaded with what the API
// holds, and writes nothing but its report.
type verifyCommand struct {
	singerCommand
	deep   bool
	format string
}

// parseVerify parses `verify`.
func parseVerify(a App, args []string) command {
	console := &console{w: a.Err}
	c := &verifyCommand{singerCommand: singerCommand{app: a, console: console, log: a.newLog(console)}}
	f := flag.NewFlagSet(a.Name+" verify", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.Func("config", "", func(v string) error { c.config = append(c.config, v); return nil })
	f.StringVar(&c.catalog, "catalog", "", "")
	f.StringVar(&c.state, "state", "", "")
	f.BoolVar(&c.deep, "deep", false, "")
	f.BoolVar(&c.demo, "demo", false, "")
	f.StringVar(&c.format, "format", "table", "")
	err := f.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		c.help = true
	case err != nil:
		return &misuse{&c.singerCommand, twoDashes(err)}
	case f.NArg() > 0:
		return &misuse{&c.singerCommand, errors.New("unexpected argument: " + f.Arg(0))}
	case c.format != "table" && c.format != "json":
		return &misuse{&c.singerCommand, errors.New("--format is table or json")}
	case c.state == "":
		return &misuse{&c.singerCommand, errors.New("verify needs --state, the last STATE of a run")}
	}
	return c
}

func (c *verifyCommand) run(ctx context.Context) error {
	if c.help {
		return c.print([]byte(c.app.helpText()))
	}
	if c.app.Verify == nil {
		return &Error{Code: ExitConfig, Err: errors.New("this source cannot verify")}
	}
	reports, err := c.reports(ctx)
	if err != nil {
		return err
	}
	text := tableOf(reports)
	if c.format == "json" {
		text = encodeReports(reports)
	}
	if err := c.print(text); err != nil {
		return err
	}
	if n := differences(reports); n > 0 {
		return &Error{Code: ExitDiffer, Err: fmt.Errorf("verify: %d differences between the state and the API", n),
			Hint: "the next run writes what changed within the look-back; rows that came since the state's run count as well"}
	}
	return nil
}

// A report is what was found about one stream.
type report struct {
	stream   string
	marked   bool // the state has a bookmark
	findings []Finding
}

func (c *verifyCommand) reports(ctx context.Context) ([]report, error) {
	cat, catErr := loadCatalog(c.catalog)
	st, stErr := loadState(c.state)
	source, err := c.open(Env{Log: c.log, Metrics: newMetrics(slog.New(slog.DiscardHandler)), Waiting: func(time.Time) {}})
	if err := errors.Join(err, catErr, stErr); err != nil {
		return nil, err
	}
	streams, err := source.Streams(ctx)
	if err != nil {
		return nil, err
	}
	tasks, err := plan(streams, cat, st, c.log)
	if err != nil {
		return nil, err
	}
	var reports []report
	for _, t := range tasks {
		r := report{stream: t.stream.Name, marked: t.since != nil}
		if t.stream.Broken != nil {
			return nil, fmt.Errorf("verify %s: %w", t.stream.Name, t.stream.Broken)
		}
		if r.marked {
			if r.findings, err = c.app.Verify(ctx, source, t.stream, t.since, c.deep); err != nil {
				return nil, fmt.Errorf("verify %s: %w", t.stream.Name, err)
			}
		}
		reports = append(reports, r)
	}
	return reports, nil
}

func (f Finding) differs() bool { return f.Standing != "same" }

func differences(reports []report) (n int) {
	for _, r := range reports {
		for _, f := range r.findings {
			if f.differs() {
				n++
			}
		}
	}
	return n
}
