package tap

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"tap-reprise/internal/program"
)

// runSync is the sync, whole or as a test of one row a stream.
func (c *singerCommand) runSync(ctx context.Context) (err error) {
	if !c.test.given && program.GoesNowhere(c.app.Out) {
		return program.ErrNowhere
	}
	cat, catErr := loadCatalog(c.catalog)
	st, stErr := loadState(c.state, c.log)
	metrics := program.NewMetrics(c.log)
	var sink atomic.Pointer[singerSink]
	progress := c.newProgress(true)
	progress.run(ctx)
	defer progress.stop()
	metrics.Answered, metrics.Paused = progress.answered, progress.pause
	waiting := func(until time.Time) {
		if k := sink.Load(); k != nil {
			_ = k.Wait(until) // a broken output shows at the next write
		}
	}
	source, err := c.open(Env{Log: c.log, Metrics: metrics, Waiting: waiting, Brief: c.test.given})
	if err := errors.Join(err, catErr, stErr); err != nil {
		return err
	}
	streams, err := source.Streams(ctx, cat.wanted())
	if err != nil {
		return err
	}
	other := !c.test.given && st.settle(ctx, source, streams)
	tasks, refused := plan(streams, cat, st, voice{c.log, &c.console.Secrets})
	if other {
		st.warnOther(streams, c.log)
	} else {
		st.warnStarts(streams, tasks, c.log)
	}
	k := newSingerSink(ctx, c.app.Out, st)
	sink.Store(k)
	c.out.Store(k.out)
	defer func() {
		if e := k.close(); !errors.As(err, new(program.OutputError)) {
			err = errors.Join(err, e)
		}
	}()
	p := &pass{source: source, sink: k, log: c.log, metrics: metrics, progress: progress, console: c.console}
	return errors.Join(refused, c.pass(ctx, p, tasks))
}

// pass runs p over tasks, or as much of it as a test asks for.
func (c *singerCommand) pass(ctx context.Context, p *pass, tasks []task) error {
	if c.test.value == "schema" {
		return p.announce(tasks)
	}
	if c.test.given {
		p.limit = 1
	}
	return p.run(ctx, tasks)
}
