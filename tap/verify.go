package tap

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"tap-reprise/internal/program"
)

// A verifyCommand compares what a state says was loaded with what the API
// holds, and writes nothing but its report.
type verifyCommand struct {
	singerCommand
	deep   bool
	all    bool // list what is the same, too
	format string
}

// parseVerify parses `verify`.
func parseVerify(a App, args []string) program.Command {
	console := a.NewConsole()
	c := &verifyCommand{singerCommand: singerCommand{app: a, topic: "verify", console: console, log: a.NewLog(console)}}
	f := flag.NewFlagSet(a.Name+" verify", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	c.files(f)
	f.BoolVar(&c.deep, "deep", false, "")
	f.BoolVar(&c.all, "all", false, "")
	f.BoolVar(&c.demo, "demo", false, "")
	f.StringVar(&c.format, "format", "table", "")
	err := f.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		c.help = true
	case err != nil:
		return &misuse{&c.singerCommand, misread(err, f)}
	case f.NArg() > 0:
		return &misuse{&c.singerCommand, superfluous(f.Arg(0), f)}
	case c.format != "table" && c.format != "json":
		return &misuse{&c.singerCommand, errors.New("--format is table or json")}
	case c.state == "":
		return &misuse{&c.singerCommand, errors.New("verify needs --state, the last STATE of a run")}
	}
	return c
}

func (c *verifyCommand) Run(ctx context.Context) error {
	if c.help {
		return c.print([]byte(c.app.helpText(c.topic)))
	}
	if c.app.Verify == nil {
		return &program.Error{Code: program.ExitConfig, Err: errors.New("this source cannot verify")}
	}
	reports, failed := c.reports(ctx)
	if len(reports) == 0 {
		return failed
	}
	text := tableOf(reports, c.all)
	if c.format == "json" {
		text = encodeReports(reports)
	}
	if err := c.print(text); err != nil {
		return err
	}
	if n := differences(reports); n > 0 {
		failed = errors.Join(&program.Error{Code: program.ExitData, Err: fmt.Errorf("verify: %d differences between the state and the API", n),
			Hint: "the next run writes what is missing or changed within the look-back (closed windows of metrics: within a day)"}, failed)
	}
	return failed
}

// A report is what was found about one stream.
type report struct {
	stream   string
	marked   bool // the state has a bookmark
	findings []Finding
}

// reports verifies each stream. One that cannot be verified is in the error and
// leaves the reports of the others.
func (c *verifyCommand) reports(ctx context.Context) ([]report, error) {
	cat, catErr := loadCatalog(c.catalog)
	st, stErr := loadState(c.state, c.log)
	metrics, progress := program.NewMetrics(slog.New(slog.DiscardHandler)), c.newProgress(false)
	metrics.Answered, metrics.Paused = progress.answered, progress.pause
	progress.run(ctx)
	defer progress.stop()
	source, err := c.open(Env{Log: c.log, Metrics: metrics, Waiting: func(time.Time) {}})
	if err := errors.Join(err, catErr, stErr); err != nil {
		return nil, err
	}
	streams, err := source.Streams(ctx, cat.wanted())
	if err != nil {
		return nil, err
	}
	if st.settle(ctx, source, streams) {
		return nil, &program.Error{Code: program.ExitConfig, Err: fmt.Errorf("state %s belongs to another account than the API key", c.state),
			Hint: "give a state that this account's runs have written, or the key of its own account"}
	}
	tasks, err := plan(streams, cat, st, voice{c.log, &c.console.Secrets})
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(tasks, func(t task) bool { return t.since != nil }) {
		return nil, &program.Error{Code: program.ExitConfig, Err: fmt.Errorf("state %s has a bookmark of none of the streams", c.state),
			Hint: "give the last STATE that a run has written"}
	}
	var reports []report
	var errs []error
	for i, t := range tasks {
		progress.start(t.stream.Name, i+1, len(tasks))
		r := report{stream: t.stream.Name, marked: t.since != nil}
		err := t.stream.Broken
		if err == nil && r.marked {
			r.findings, err = c.app.Verify(ctx, source, t.stream, t.since, c.deep)
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("verify %s: %w", t.stream.Name, err))
			continue
		}
		reports = append(reports, r)
	}
	return reports, errors.Join(errs...)
}

// differences counts the units that a person should know of.
func differences(reports []report) (n int) {
	for _, r := range reports {
		for _, f := range r.findings {
			if f.Standing.differs() {
				n++
			}
		}
	}
	return n
}
