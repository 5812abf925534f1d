package tap

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"tap-reprise/internal/object"
	"tap-reprise/internal/program"
)

// A Sync is one sync of some streams, from a source to a sink.
type Sync struct {
	Source  Source
	Sink    Sink
	Log     *slog.Logger
	Metrics *program.Metrics

	// Progress shows what goes on, Console is where a person reads the table at
	// the end; each may be nil.
	Progress *Progress
	Console  *program.Console

	// Limit is how many rows of a stream are read; 0 is no limit. No bookmark
	// is written of a page that is cut.
	Limit int
}

// Run syncs tasks and reports metrics meanwhile.
func (p *Sync) Run(ctx context.Context, tasks []Task) error {
	beside, stop := context.WithCancel(ctx)
	var ended sync.WaitGroup
	ended.Go(func() { p.Metrics.Run(beside) })
	err := p.sync(ctx, tasks)
	stop()
	ended.Wait()
	return err
}

// sync reads the streams of tasks one after the other. A stream that fails does
// not stop the others; a sink that fails, or the end of ctx, does. The error
// joins what went wrong. The last metrics and the summary of the run come at the
// end. Whatever happens, each stream that was started at the sink is ended there.
func (p *Sync) sync(ctx context.Context, tasks []Task) error {
	run := p.Metrics.Tally("")
	var errs []error
	var all []result
	for i, t := range tasks {
		began := p.Metrics.Tally(t.Stream.Name)
		p.Progress.Start(t.Stream.Name, i+1, len(tasks))
		err := p.stream(ctx, t)
		if program.ReaderGone(err) {
			p.Progress.Stop()
			return err // it was enough for whoever read, and is no failure
		}
		all = append(all, p.summary(began, err))
		if err != nil {
			errs = append(errs, err)
		}
		if errors.As(err, new(program.OutputError)) || ctx.Err() != nil {
			break
		}
	}
	p.Metrics.Report()
	p.Progress.Stop()
	p.ended(run, tasks, all)
	return errors.Join(errs...)
}

// stream syncs one stream.
func (p *Sync) stream(ctx context.Context, t Task) (err error) {
	name := t.Stream.Name
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	if err := p.Sink.Start(t.Stream); err != nil {
		return err
	}
	defer func() {
		p.Progress.writing(true)
		defer p.Progress.writing(false)
		if ctx.Err() != nil && err != nil {
			err = context.Cause(ctx) // whatever gave way, this is why
		}
		if e := p.Sink.End(t.Stream, err); !errors.As(err, new(program.OutputError)) {
			err = errors.Join(err, e)
		}
	}()
	if err := t.Stream.Broken; err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	left := p.Limit
	for page, err := range p.Source.Read(ctx, t.Stream, t.Since) {
		if err != nil {
			return fmt.Errorf("read %s after %s: %w", name, momentOf(t.Since), err)
		}
		if p.Limit > 0 && len(page.Rows) >= left {
			page = page.first(left)
		}
		p.Progress.writing(true)
		err := p.Sink.Write(t.Stream, page)
		p.Progress.writing(false)
		if err != nil {
			return err
		}
		p.count(name, page)
		if left -= len(page.Rows); p.Limit > 0 && left <= 0 {
			return nil
		}
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if left > 0 {
		p.Log.Warn("the stream has no record to test with", "stream", name)
	}
	return nil
}

// first is the first n rows of p; no bookmark covers them alone.
func (p Page) first(n int) Page {
	later := func(c Change) bool { return c.Row >= n }
	return Page{Rows: p.Rows[:n], Changes: slices.DeleteFunc(slices.Clone(p.Changes), later), Done: p.Done}
}

// count adds up what a page brought.
func (p *Sync) count(name string, page Page) {
	p.Metrics.Add(program.RecordCount, name, int64(len(page.Rows)))
	var nulled int64
	for _, c := range page.Changes {
		if c.Nulled {
			nulled++
		}
	}
	p.Metrics.Add("values_nulled", name, nulled)
	p.Metrics.Add("values_repaired", name, int64(len(page.Changes))-nulled)
	p.Progress.page(len(page.Rows), page.Done)
}

// momentOf is what a bookmark begins with, which is the moment that it stands
// for, in a few words.
func momentOf(b Bookmark) string {
	if b == nil {
		return "the start"
	}
	if list, err := object.Members(b); err == nil && len(list) > 0 {
		text := strings.Trim(string(list[0].Value), `"`)
		if _, err := time.Parse(time.RFC3339Nano, text); err == nil {
			return list[0].Name + " " + text
		}
	}
	return "its bookmark"
}

// Announce writes what each task's stream looks like, and no rows.
func (p *Sync) Announce(tasks []Task) error {
	for _, t := range tasks {
		if err := errors.Join(p.Sink.Start(t.Stream), p.Sink.End(t.Stream, nil)); err != nil {
			return err
		}
	}
	return nil
}
