package airbyte

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
)

// read is the sync.
func (c *Command) read(ctx context.Context) error {
	if program.GoesNowhere(c.app.Out) {
		return program.ErrNowhere
	}
	var wanted []configured
	var catErr error
	if c.options.Catalog != "" || c.options.Verb != "demo" {
		wanted, catErr = loadConfigured(c.options.Catalog)
	}
	states, stErr := loadStates(c.options.State, c.log)
	metrics := program.NewMetrics(c.log)
	var sink atomic.Pointer[sink]
	metrics.Answered = func() {
		if k := sink.Load(); k != nil {
			k.answered()
		}
	}
	waiting := func(until time.Time) {
		if k := sink.Load(); k != nil {
			_ = k.Wait(until) // a broken output shows at the next write
		}
	}
	source, err := c.open(tap.Env{Metrics: metrics, Waiting: waiting})
	if err := errors.Join(err, catErr, stErr); err != nil {
		return err
	}
	streams, err := source.Streams(ctx, wantedOf(wanted))
	if err != nil {
		return err
	}
	wanted, absent := c.offered(wanted, streams)
	given := tap.NewBookmarks(nil)
	for name, s := range states {
		given.Set(name, s.bookmark)
	}
	other := given.Settle(ctx, source, streams)
	tasks, begin, err := c.plan(streams, wanted, states, given)
	if other {
		given.WarnOther(streams, c.log)
	} else {
		given.WarnStarts(streams, tasks, c.log)
	}
	c.refuse(err)
	k := newSink(ctx, c.out, begin)
	k.errorLine = c.errorLine
	sink.Store(k)
	p := &tap.Sync{Source: source, Sink: k, Log: c.log, Metrics: metrics}
	return errors.Join(err, absent, p.Run(ctx, tasks))
}

// offered parts the streams of the configured catalog that the source has from
// those that it has not: each of these gets its ERROR and INCOMPLETE, and the
// others go on.
func (c *Command) offered(wanted []configured, streams []tap.Stream) ([]configured, error) {
	var errs []error
	place := 0
	wanted = slices.DeleteFunc(wanted, func(w configured) bool {
		place++
		if slices.ContainsFunc(streams, func(s tap.Stream) bool { return s.Name == w.Name }) {
			return false
		}
		errs = append(errs, tap.Absent(streams, w.Name, place))
		return true
	})
	absent := errors.Join(errs...)
	c.refuse(absent)
	return wanted, absent
}

// refuse writes the ERROR and INCOMPLETE of each stream that is refused.
func (c *Command) refuse(err error) {
	if err == nil {
		return
	}
	for _, e := range program.Flatten(err) {
		if r, ok := e.(*tap.Refusal); ok {
			line := appendStatus(nil, r.Stream, "STARTED", time.Time{})
			line = append(line, c.errorLine(r, r.Stream)...)
			_ = c.say(appendStatus(line, r.Stream, "INCOMPLETE", time.Time{})) // a broken output shows at the next write
		}
	}
}

// plan chooses what to read and with which state each stream begins: given is
// what of states may be gone on from. A nil catalog is the demo's: everything.
func (c *Command) plan(streams []tap.Stream, wanted []configured, states states, given *tap.Bookmarks) ([]tap.Task, map[string]streamState, error) {
	var cat tap.Choices
	if wanted != nil {
		cat = tap.Choices{}
	}
	modes := map[string]configured{}
	for _, w := range wanted {
		if w.doubt != "" {
			c.log.Warn("sync mode is not known", "stream", w.Name, "sync_mode", w.doubt, "taken", modeName(w.refresh))
		}
		modes[w.Name] = w
		if w.refresh && !states[w.Name].serves(w.job) {
			w.Method = tap.FullTable
		}
		if old := states[w.Name]; !w.refresh && old.refresh && !old.ended {
			// Its first rows went into a table that the destination may have thrown away.
			c.log.Warn("the last full refresh did not end; the stream starts over", "stream", w.Name)
			w.Method = tap.FullTable
		}
		cat = append(cat, w.Choice)
	}
	tasks, err := tap.Plan(streams, cat, given, tap.Voice{Logger: c.log, Secrets: c.secrets})
	begin := map[string]streamState{}
	for _, t := range tasks {
		name := t.Stream.Name
		begin[name] = streamState{bookmark: bytes.Clone(t.Since), refresh: modes[name].refresh, job: modes[name].job, account: given.Account}
	}
	return tasks, begin, err
}

// wantedOf says what a configured catalog will read; nil is the demo's.
func wantedOf(list []configured) tap.Wanted {
	if list == nil {
		return nil
	}
	var cat tap.Choices
	for _, w := range list {
		cat = append(cat, w.Choice)
	}
	return cat.Wanted()
}

func modeName(refresh bool) string {
	if refresh {
		return "full_refresh"
	}
	return "incremental"
}
