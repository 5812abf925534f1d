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

// A pass is one sync of some streams, from a source to a sink.
type pass struct {
	source   Source
	sink     Sink
	log      *slog.Logger
	metrics  *program.Metrics
	progress *progress
	console  *program.Console // where a person reads, or nil
	limit    int              // rows a stream; 0 is no limit
}

// run syncs tasks and reports metrics meanwhile.
func (p *pass) run(ctx context.Context, tasks []task) error {
	beside, stop := context.WithCancel(ctx)
	var ended sync.WaitGroup
	ended.Go(func() { p.metrics.Run(beside) })
	err := p.sync(ctx, tasks)
	stop()
	ended.Wait()
	return err
}

// sync reads the streams of tasks one after the other. A stream that fails does
// not stop the others; a sink that fails, or the end of ctx, does. The error
// joins what went wrong. The last metrics and the summary of the run come at the
// end. Whatever happens, the sink has been told of the end of each stream that it
// was told of the start of.
func (p *pass) sync(ctx context.Context, tasks []task) error {
	run := p.metrics.Tally("")
	var errs []error
	var all []result
	for i, t := range tasks {
		began := p.metrics.Tally(t.stream.Name)
		p.progress.start(t.stream.Name, i+1, len(tasks))
		err := p.stream(ctx, t)
		if program.ReaderGone(err) {
			p.progress.stop()
			return err // it was enough for whoever read, and is no failure to tell of
		}
		all = append(all, p.summary(began, err))
		if err != nil {
			errs = append(errs, err)
		}
		if errors.As(err, new(program.OutputError)) || ctx.Err() != nil {
			break
		}
	}
	p.metrics.Report()
	p.progress.stop()
	p.ended(run, tasks, all)
	return errors.Join(errs...)
}

// stream syncs one stream.
func (p *pass) stream(ctx context.Context, t task) (err error) {
	name := t.stream.Name
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	if err := p.sink.Start(t.stream); err != nil {
		return err
	}
	defer func() {
		p.progress.writing(true)
		defer p.progress.writing(false)
		if ctx.Err() != nil && err != nil {
			err = context.Cause(ctx) // whatever gave way, this is why
		}
		if e := p.sink.End(t.stream, err); !errors.As(err, new(program.OutputError)) {
			err = errors.Join(err, e)
		}
	}()
	if err := t.stream.Broken; err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	left := p.limit
	for page, err := range p.source.Read(ctx, t.stream, t.since) {
		if err != nil {
			return fmt.Errorf("read %s after %s: %w", name, momentOf(t.since), err)
		}
		if p.limit > 0 && len(page.Rows) >= left {
			page = page.first(left)
		}
		p.progress.writing(true)
		err := p.sink.Write(t.stream, page)
		p.progress.writing(false)
		if err != nil {
			return err
		}
		p.count(name, page)
		if left -= len(page.Rows); p.limit > 0 && left <= 0 {
			return nil
		}
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if left > 0 {
		p.log.Warn("the stream has no record to test with", "stream", name)
	}
	return nil
}

// first is the first n rows of p; no bookmark covers them alone.
func (p Page) first(n int) Page {
	later := func(c Change) bool { return c.Row >= n }
	return Page{Rows: p.Rows[:n], Changes: slices.DeleteFunc(slices.Clone(p.Changes), later), Done: p.Done}
}

// count adds up what a page brought.
func (p *pass) count(name string, page Page) {
	p.metrics.Add(program.RecordCount, name, int64(len(page.Rows)))
	var nulled int64
	for _, c := range page.Changes {
		if c.Nulled {
			nulled++
		}
	}
	p.metrics.Add("values_nulled", name, nulled)
	p.metrics.Add("values_repaired", name, int64(len(page.Changes))-nulled)
	p.progress.page(len(page.Rows), page.Done)
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

// announce writes what each task's stream looks like, and no rows.
func (p *pass) announce(tasks []task) error {
	for _, t := range tasks {
		if err := errors.Join(p.sink.Start(t.stream), p.sink.End(t.stream, nil)); err != nil {
			return err
		}
	}
	return nil
}
