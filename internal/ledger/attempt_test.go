package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

func (t *trial) options(c *client, now int64) walker {
	o := walker{Options: Options{
		Now: now, From: t.from, Filter: t.name,
		Lookback: time.Duration(t.set.Lookback) * time.Microsecond,
		Refresh:  time.Duration(t.set.Refresh) * time.Microsecond,
		Overlap:  time.Duration(t.set.Overlap) * time.Microsecond,
		Page:     t.set.Page, Window: t.set.Window, Reread: t.set.Reread, Units: t.set.Units,
		Border: t.set.border,
	}, Read: c.read, Count: c.count, Bounds: c.bounds}
	if o.Units < 720 {
		// Fewer than last time: even units that are still to be read would be
		// merged, if they could.
		o.Units = 2 + t.w.rng.IntN(o.Units-1)
	}
	if t.set.Skewed {
		o.To = now
	}
	if c.until != 0 {
		o.To = c.until
	}
	if t.set.NoBounds {
		o.Bounds = nil
	}
	if t.set.NoCount {
		o.Count = nil
	}
	return o
}

// An outcome is what a run did.
type outcome struct {
	Summary
	notes  []Notice
	before *ledger // that it began from, as it stood; nil if it had to be changed first
	err    error   // of the run itself, rather than a broken promise

	weighed, squeezed, coarse bool
}

// run syncs, and is killed after as many requests as c has left.
func (t *trial) run(c *client) (outcome, error) {
	// Runs less than the staleness of the answers apart are not promised
	// anything: what the first one saw may be gone from the second one's view.
	t.w.now += t.w.stale() + Second
	began, now := t.w.now, t.w.now
	if t.set.Skewed && !t.w.quiet {
		now -= t.w.rng.Int64N(Skew)
	}
	now += c.fast
	if t.attempt == 0 {
		t.attempt = began
	}
	if !t.small(now) {
		t.large = began
	}
	c.w, c.page, c.splits, c.mute = t.w, t.set.Page, t.set.Splits, t.set.Mute
	o := t.options(c, now)
	c.watch = t.watches(o.Options)
	recent := t.recent(o.Options)
	t.w.seen.note("a pause longer than the look-back", t.ok > 0 && now-t.ok > t.set.Lookback)
	t.w.seen.note("a clock that is behind", t.mark.Since > now)
	told := t.told(o.Options)
	got, ended := t.sync(c, o)
	t.w.quake = Span{}
	if l, err := decode(t.mark.Ledger); err == nil {
		t.w.loaded.From = max(t.w.loaded.From, l.from)
	}
	t.w.seen.run(c, got)
	t.w.seen.note("a run is killed", !ended)
	if !slices.Equal(got.notes, told) {
		return got, fmt.Errorf("told %q, not %q", got.notes, told)
	}
	if err := c.watch.done(); err != nil || !ended || c.lied && got.err != nil {
		return got, err
	}
	if got.err != nil {
		return got, got.err
	}
	if l, err := decode(t.mark.Ledger); err == nil && !t.truly(l.bounds, c.told) {
		return got, fmt.Errorf("bounds are %+v in the bookmark, and were told to be %+v", l.bounds, c.told)
	}
	t.pending = len(c.shaky) > 0 || t.w.strays > 0
	if t.from > now || c.until != 0 || c.fast != 0 || c.lied {
		return got, nil // nothing to load yet, or nothing that is promised
	}
	return got, t.check(moment{began, now, recent}, c.shaky)
}

// truly reports whether b is what the API does, as far as known, and holds
// what it was told.
func (t *trial) truly(b, told Bounds) bool {
	edge := map[bool]Edge{true: Inclusive, false: Exclusive}
	start, end := edge[t.set.StartIn], edge[t.set.EndIn]
	return (b.Start == start || b.Start == told.Start) && (b.End == end || b.End == told.End)
}

// told lists the notices that a person should get about the bookmark.
func (t *trial) told(o Options) (notes []Notice) {
	l, err := decode(t.mark.Ledger)
	b := t.mark
	switch {
	case b == Bookmark{}:
	case b.Ledger == "" && b.Since > o.Now:
		notes = []Notice{Poisoned}
	case b.Ledger == "":
		notes = []Notice{Foreign}
	case err != nil:
		notes = []Notice{Damaged}
		if errors.Is(err, errNewer) {
			notes = []Notice{Newer}
		}
		switch {
		case b.Filter != o.Filter:
			notes = append(notes, Refilter)
		case b.Since > o.Now+Skew:
			notes = append(notes, Poisoned)
		}
	case b.Filter != o.Filter:
		notes = []Notice{Refilter}
	case b.Since < l.to:
		notes = []Notice{MovedBack}
	case b.Since > l.to && l.to <= o.Now+Skew:
		notes = []Notice{MovedOn}
	}
	if err == nil && b.Filter == o.Filter && min(b.Since, l.to) > o.Now+Skew {
		notes = append(notes, Future)
	}
	if o.From > o.Now {
		notes = append(notes, NotStarted)
	}
	return notes
}

// sync is one run up to its end, an error, or its death.
func (t *trial) sync(c *client, o walker) (got outcome, ended bool) {
	dies := c.left < 1<<20
	past := []Bookmark{t.mark}
	r := o.start(t.mark)
	defer func() { got.Summary, got.notes, got.before = r.Summary(), r.Notices(), c.watch.l }()
	for b, err := range o.batches(context.Background(), r) {
		if err == nil {
			t.write(b, c.rows)
			past = append(past, b.Bookmark)
			got.weighed = got.weighed || len(r.differ) > 0
			got.squeezed = got.squeezed || len(r.l.units) >= o.Units
			got.coarse = got.coarse || len(b.Bookmark.Ledger) > MaxEncoded-MaxEncoded/19
		}
		if dies && (c.left < 0 && err != nil || t.w.rng.IntN(40) == 0) {
			t.mark = past[t.w.rng.IntN(len(past))]
			t.w.seen.note("a run is killed between its bookmarks", t.mark != past[0])
			t.w.seen.note("a reader stops without a word", c.left < 0 && c.quits)
			return got, false
		}
		if err != nil {
			t.mark = past[len(past)-1]
			got.err = err
			return got, true
		}
	}
	t.mark = past[len(past)-1]
	return got, true
}

// write loads the rows of b.
func (t *trial) write(b entered, rows []seen) {
	for _, i := range b.Write {
		t.table[rows[i].id] = rows[i].ver
	}
}

// recent is the time that the run with o reads in any case.
func (t *trial) recent(o Options) Span {
	again := o.withDefaults().Overlap.Microseconds()
	l, err := decode(t.mark.Ledger)
	if err != nil {
		return Span{}
	}
	to := min(t.mark.Since, l.to)
	return Span{to - again, to}
}

// believe runs with a reader that breaks its word. That has to end the run.
func (t *trial) believe(c *client) error {
	got, err := t.run(c)
	t.w.seen.note("a reader breaks its word", c.lied)
	if err == nil && c.lied && got.err == nil {
		return errBelieved
	}
	return err
}

// future runs once by a clock that is fast by days. The next run sees that its
// bookmark lies in the future, takes back what the clock has done, and keeps
// the promise for the look-back.
func (t *trial) future(d deed) error {
	before := t.mark
	if before.Ledger == "" || t.attempt != 0 || t.from > t.w.now {
		return nil
	}
	c := &client{left: 1 << 30, fast: Skew + Hour + d.age}
	got, err := t.run(c)
	if err != nil || got.err != nil {
		return fmt.Errorf("by a fast clock: %w", errors.Join(err, got.err))
	}
	t.w.seen.note("the API's clock was fast by hours", true)
	for _, h := range t.w.rows {
		h.excused = h.excused || h.place < t.w.now+t.w.stale()+Second-t.set.Lookback
	}
	got, err = t.run(&client{left: 1 << 30})
	return errors.Join(err, got.err)
}

// further runs with a bookmark whose moment was set on beyond what is written.
func (t *trial) further(d deed) error {
	if l, err := decode(t.mark.Ledger); err != nil || l.to != t.mark.Since {
		return nil
	}
	t.mark.Since += 1 + d.age
	_, err := t.run(&client{left: 1 << 30})
	return err
}

// poisoned runs from another connector's bookmark that follows a viewer's
// clock, which is fast by days.
func (t *trial) poisoned(d deed) error {
	if t.attempt != 0 || t.w.loaded.To == 0 || t.from > t.w.now {
		return nil
	}
	t.mark = Bookmark{Since: t.w.now + Hour + d.age}
	for _, h := range t.w.rows {
		h.excused = h.excused || h.place < t.w.now+t.w.stale()+Second-t.set.Lookback
	}
	_, err := t.run(&client{left: 1 << 30})
	return err
}

// ends runs up to an end in the past. Up to there everything that arrived before is
// complete, and nothing behind it is asked for.
func (t *trial) ends(d deed) error {
	c := &client{left: 1 << 30, until: t.w.now - Skew - Second - d.age}
	attempt := t.attempt
	if attempt == 0 {
		attempt = t.w.now
	}
	l, broken := decode(t.mark.Ledger)
	got, err := t.run(c)
	if err != nil || got.err != nil {
		return err
	}
	t.w.seen.note("an end in the past", true)
	// A unit that reaches beyond the end is left alone.
	if t.mark != (Bookmark{}) && (broken != nil || l.to > c.until) {
		return nil
	}
	for _, h := range t.w.rows {
		late := h.excused || !h.alive(t.w.now) || !h.ahead || h.arrived+t.w.stale() > attempt
		if late || h.place < FloorTo(t.from, Second) || h.place >= FloorTo(c.until, Second) {
			continue
		}
		if _, ok := t.table[h.id]; !ok {
			return fmt.Errorf("row %d of %s is missing before the end %s", h.id, stamp(h.place), stamp(c.until))
		}
	}
	return nil
}
