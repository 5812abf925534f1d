package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
	"tap-reprise/tap/singer"
)

// A verification compares what a state says was loaded with what the API
// holds, and writes nothing but its report.
type verification struct {
	*program.Stderr
	app connected
	line
}

// parseVerify parses `verify`.
func parseVerify(a connected, word string, args []string) program.Command {
	c := &verification{app: a, line: line{format: "table"}}
	stderr, wrong := a.strict(word, args, &c.line)
	c.Stderr = stderr
	switch {
	case wrong != nil:
		return wrong
	case c.help:
		return &printed{c, a.App, always(a.helpText(word))}
	case c.format != "table" && c.format != "json":
		return a.misuse(stderr, word, errors.New("--format is table or json"))
	case c.state == "":
		return a.misuse(stderr, word, errors.New("verify needs --state, the last STATE of a run"))
	}
	return c
}

// Run prints the report. Differences are an error.
func (c *verification) Run(ctx context.Context) error {
	progress := tap.NewProgress(c.Console, nil)
	progress.Run(ctx)
	verifier, tasks, err := c.plan(ctx, progress)
	if err != nil {
		progress.Stop()
		return err
	}
	reports, failed := tap.Verify(ctx, verifier, tasks, c.deep, progress)
	progress.Stop()
	if len(reports) == 0 {
		return failed
	}
	text := tap.Table(reports, verifier.Units(), c.all)
	if c.format == "json" {
		text = tap.EncodeReports(reports)
	}
	if err := c.app.Print(text); err != nil {
		return err
	}
	return errors.Join(tap.Failure(reports, verifier.Units()), failed)
}

// plan is what to verify: the streams that the catalog selects.
func (c *verification) plan(ctx context.Context, progress *tap.Progress) (tap.Verifier, []tap.Task, error) {
	choices, catErr := singer.LoadCatalog(c.catalog)
	st, stErr := singer.LoadState(c.state, c.Log)
	metrics := program.NewMetrics(slog.New(slog.DiscardHandler))
	metrics.Answered, metrics.Paused = progress.Answered, progress.Pause
	source, err := c.open(tap.Env{Log: c.Log, Secrets: &c.Console.Secrets, Metrics: metrics, Waiting: func(time.Time) {}})
	if err := errors.Join(err, catErr, stErr); err != nil {
		return nil, nil, err
	}
	verifier, able := source.(tap.Verifier)
	if !able {
		return nil, nil, wrong(fmt.Errorf("%s cannot verify: its source keeps no account of what it wrote", c.app.Name),
			"compare the tables of the warehouse with the API itself")
	}
	streams, err := source.Streams(ctx, choices.Wanted())
	if err != nil {
		return nil, nil, err
	}
	if st.Settle(ctx, source, streams) {
		return nil, nil, wrong(fmt.Errorf("state %s belongs to another account than the API key", c.state),
			"give a state that this account's runs have written, or the key of its own account")
	}
	tasks, err := tap.Plan(streams, choices, st.Bookmarks, tap.Voice{Logger: c.Log, Secrets: &c.Console.Secrets})
	if err != nil {
		return nil, nil, err
	}
	if !slices.ContainsFunc(tasks, func(t tap.Task) bool { return t.Since != nil }) {
		return nil, nil, wrong(fmt.Errorf("state %s has a bookmark of none of the streams", c.state), "give the last STATE that a run has written")
	}
	return verifier, tasks, nil
}

// wrong is an error of what the user gave.
func wrong(err error, hint string) error {
	return &program.Error{Code: program.ExitConfig, Err: err, Hint: hint}
}

// open makes the source that the command line asks for.
func (c *verification) open(env tap.Env) (tap.Source, error) {
	if c.demo {
		return c.app.connector.OpenDemo(c.app.App, true, env)
	}
	return c.app.connector.OpenConfig(c.app.App, c.config, env)
}
