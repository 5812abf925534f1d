package tap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"tap-reprise/internal/program"
)

// read is the sync.
func (c *airbyteCommand) read(ctx context.Context) error {
	if program.GoesNowhere(c.app.Out) {
		return program.ErrNowhere
	}
	var wanted []configured
	var catErr error
	if c.options.catalog != "" || c.options.verb != "demo" {
		wanted, catErr = loadConfigured(c.options.catalog)
	}
	states, stErr := loadAirbyteState(c.options.state, c.log)
	metrics := program.NewMetrics(c.log)
	var sink atomic.Pointer[airbyteSink]
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
	source, err := c.open(Env{Log: c.log, Metrics: metrics, Waiting: waiting})
	if err := errors.Join(err, catErr, stErr); err != nil {
		return err
	}
	streams, err := source.Streams(ctx, wantedOf(wanted))
	if err != nil {
		return err
	}
	wanted, absent := c.offered(wanted, streams)
	given := newState()
	for name, s := range states {
		given.set(name, s.bookmark)
	}
	other := given.settle(ctx, source, streams)
	tasks, begin, err := c.plan(streams, wanted, states, given)
	if other {
		given.warnOther(streams, c.log)
	} else {
		given.warnStarts(streams, tasks, c.log)
	}
	c.refuse(err)
	k := newAirbyteSink(ctx, c.out, begin)
	k.tell = c.errorLine
	sink.Store(k)
	p := &pass{source: source, sink: k, log: c.log, metrics: metrics}
	return errors.Join(err, absent, p.run(ctx, tasks))
}

// offered parts the streams of the configured catalog that the source has from
// those that it has not: each of these gets its ERROR and INCOMPLETE, and the
// others go on.
func (c *airbyteCommand) offered(wanted []configured, streams []Stream) ([]configured, error) {
	var errs []error
	place := 0
	wanted = slices.DeleteFunc(wanted, func(w configured) bool {
		place++
		if slices.ContainsFunc(streams, func(s Stream) bool { return s.Name == w.name }) {
			return false
		}
		errs = append(errs, &refusal{w.name, &program.Error{Code: program.ExitConfig, Hint: absentHint(streams, w.name),
			Err: fmt.Errorf("stream %d of the catalog is not offered", place)}})
		return true
	})
	absent := errors.Join(errs...)
	c.refuse(absent)
	return wanted, absent
}

// refuse writes the ERROR and INCOMPLETE of each stream that is refused.
func (c *airbyteCommand) refuse(err error) {
	if err == nil {
		return
	}
	for _, e := range program.Flatten(err) {
		if r, ok := e.(*refusal); ok {
			line := appendStatus(nil, r.stream, "STARTED", time.Time{})
			line = append(line, c.errorLine(r, r.stream)...)
			_ = c.say(appendStatus(line, r.stream, "INCOMPLETE", time.Time{})) // a broken output shows at the next write
		}
	}
}

// plan chooses what to read and with which state each stream begins: given is
// what of states may be gone on from. A nil catalog is the demo's: everything.
func (c *airbyteCommand) plan(streams []Stream, wanted []configured, states airbyteStates, given *state) ([]task, map[string]airbyteState, error) {
	var cat catalog
	if wanted != nil {
		cat = catalog{}
	}
	modes := map[string]configured{}
	for _, w := range wanted {
		if w.doubt != "" {
			c.log.Warn("sync mode is not known", "stream", w.name, "sync_mode", w.doubt, "taken", modeName(w.refresh))
		}
		modes[w.name] = w
		if w.refresh && !states[w.name].serves(w.job) {
			w.method = "FULL_TABLE"
		}
		if old := states[w.name]; !w.refresh && old.refresh && !old.ended {
			// Its first rows went into a table that the destination may have thrown away.
			c.log.Warn("the last full refresh did not end; the stream starts over", "stream", w.name)
			w.method = "FULL_TABLE"
		}
		cat = append(cat, w.entry)
	}
	tasks, err := plan(streams, cat, given, voice{c.log, c.secrets})
	begin := map[string]airbyteState{}
	for _, t := range tasks {
		name := t.stream.Name
		begin[name] = airbyteState{bookmark: bytes.Clone(t.since), refresh: modes[name].refresh, job: modes[name].job, account: given.account}
	}
	return tasks, begin, err
}

// wantedOf tells what a configured catalog will read; nil is the demo's.
func wantedOf(list []configured) Wanted {
	if list == nil {
		return nil
	}
	var cat catalog
	for _, w := range list {
		cat = append(cat, w.entry)
	}
	return cat.wanted()
}

func modeName(refresh bool) string {
	if refresh {
		return "full_refresh"
	}
	return "incremental"
}
