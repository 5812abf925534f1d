package ledger

import (
	"context"
	"fmt"
)

// quietly does d while nothing happens between requests. No change can be a reason for
// a request then, so costs are checked to the letter.
func (t *trial) quietly(d deed) error {
	t.w.quiet = true
	t.w.now += Skew
	defer func() { t.w.quiet = false }()
	switch d.kind {
	case "schedule":
		return t.schedule(d)
	case "verify":
		return t.verify(d)
	}
	if d.kind == "still" {
		t.refilter() // so that nothing hides
	}
	quiet, err := t.twice()
	if err != nil || quiet.err != nil {
		return err
	}
	switch d.kind {
	case "lone":
		return t.lone(quiet, d)
	case "undo":
		return t.undo(d)
	case "grow":
		return t.grow(d)
	}
	return nil
}

// twice runs three times. The third run has nothing to do.
func (t *trial) twice() (third outcome, err error) {
	var c *client
	settled := false
	for range 3 {
		l, err := decode(t.mark.Ledger)
		settled = err == nil && t.settled(l)
		c = &client{left: 1 << 30}
		if third, err = t.run(c); err != nil {
			return third, err
		}
	}
	if err := t.quiet(c, third); err != nil {
		return third, err
	}
	// What hides may be found at any time.
	hidden := t.pending || len(t.w.removed) > 0 || t.w.renames || t.set.NoCount
	if hidden && !settled || third.err != nil {
		return third, nil
	}
	if c.off > 0 {
		return third, fmt.Errorf("%d counts were off though nothing happened", c.off)
	}
	if third.Written > 0 {
		return third, fmt.Errorf("%d rows written again though nothing happened", third.Written)
	}
	return third, nil
}

// quiet checks a run that found nothing changed: what it leaves behind, and how much
// it asks.
func (t *trial) quiet(c *client, got outcome) error {
	if got.before == nil || got.Changed > 0 || len(got.before.of(listed)) < len(got.before.units) {
		return nil
	}
	l, err := decode(t.mark.Ledger)
	if err != nil {
		return err
	}
	if err := t.idle(got); err != nil {
		return err
	}
	if old := t.w.now - Hour - l.lookback; t.set.Refresh == 0 && !t.set.NoCount && t.settled(l) && len(l.units) > 0 && l.end(0) <= old {
		return fmt.Errorf("%v is older than the look-back, holds, and is still kept", l.span(0))
	}
	return c.watch.even(l)
}

// idle checks a run in a look-back that can be counted and to which nothing happened.
// It reads no more than the rims of what it counts, and a share for the refresh. It is
// not for a second as large as a page, whose bounds nobody can ask for.
func (t *trial) idle(got outcome) error {
	l, page := got.before, t.set.Page
	known := !t.set.NoBounds && !t.set.Mute && !t.set.NoCount
	if l.since(t.w.now-t.set.Lookback) <= t.set.Reread || !known || t.w.cap < page || !t.settled(l) {
		return nil
	}
	for _, u := range l.units {
		if 4*u.first > page {
			return nil
		}
	}
	t.w.seen.note("nothing happened in a look-back that is counted", true)
	rims := 2*l.largest() + page/4
	if t.set.Refresh > 0 {
		rims += page + l.largest()
	}
	if again := t.again(l); got.Read > again+rims {
		return fmt.Errorf("%d of %d rows read though nothing happened, %d in the time that always is", got.Read, l.rows(0, len(l.units)), again)
	}
	return nil
}

// since is how many rows l lists of units from at on.
func (l *ledger) since(at int64) (rows int) {
	for _, u := range l.units {
		if u.from >= at {
			rows += u.rows
		}
	}
	return rows
}

// again is how many rows l lists of the time that is read in every run.
func (t *trial) again(l *ledger) (rows int) {
	for i, u := range l.units {
		if l.end(i) > l.to-max(t.set.Overlap, Hour) {
			rows += u.rows
		}
	}
	return rows
}

// of lists the units of one kind.
func (l *ledger) of(k kind) (units []unit) {
	for _, u := range l.units {
		if u.kind == k {
			units = append(units, u)
		}
	}
	return units
}

// largest is how many rows the largest unit lists.
func (l *ledger) largest() (rows int) {
	for _, u := range l.units {
		rows = max(rows, u.rows)
	}
	return rows
}

// settled reports whether l lists exactly what the API holds.
func (t *trial) settled(l *ledger) bool {
	if l == nil || t.w.strays > 0 || len(l.of(listed)) < len(l.units) {
		return false
	}
	for i, u := range l.units {
		if rows, sum := t.w.sum(l.span(i)); rows != u.rows || sum != u.sum {
			return false
		}
	}
	return true
}

// sum is what a unit should list of s.
func (w *world) sum(s Span) (rows int, sum uint64) {
	lo, hi := w.between(s.From, s.To)
	for _, h := range w.rows[lo:hi] {
		if h.alive(w.now) {
			rows++
			sum += mix(uint64(h.id)<<16 | uint64(h.version(w.now)))
		}
	}
	return rows, sum & sumBits
}

// lone lets one row arrive late. The next run writes its unit, and reads little more
// than the quiet run before.
func (t *trial) lone(quiet outcome, d deed) error {
	l, err := decode(t.mark.Ledger)
	if err != nil || quiet.err != nil || len(l.units) == 0 || !t.settled(l) {
		return nil
	}
	place := t.w.now - d.age%max(1, min(t.set.Lookback, t.w.now-l.floor()))
	i := l.at(place)
	if i < 0 || i == len(l.units) {
		return nil
	}
	u, most := l.units[i], l.largest()
	t.w.arrive(t.w.now - place)
	t.w.now += t.w.stale()
	got, err := t.run(&client{left: 1 << 30})
	if err != nil || got.err != nil {
		return err
	}
	if got.Written > u.rows+1 {
		return fmt.Errorf("%d rows written for one in a unit of %d", got.Written, u.rows)
	}
	page := t.set.Page
	known := l.bounds.Start != Unknown && l.bounds.End != Unknown && !t.set.NoCount
	if more := got.Read - quiet.Read; known && t.set.Refresh == 0 && more > page+page/2+4*most+4 {
		return fmt.Errorf("%d rows read, %d more than before, for one in a unit of %d", got.Read, more, u.rows)
	}
	t.w.seen.note("one late row in a look-back that is counted", got.Counts > 0)
	return nil
}

// undo sets the bookmark back while nothing happens. What lies before it still holds.
func (t *trial) undo(d deed) error {
	l, err := decode(t.mark.Ledger)
	if err != nil || !t.settled(l) {
		return nil
	}
	t.rewind(t.mark.Since - d.age%max(1, l.to-l.floor()))
	c := &client{left: 1 << 30}
	_, err = t.run(c)
	if err == nil && c.off > 0 {
		return fmt.Errorf("%d counts were off though nothing happened but a bookmark set back", c.off)
	}
	return err
}

// grow makes the look-back longer while nothing happens. What was in it still holds.
func (t *trial) grow(d deed) error {
	l, err := decode(t.mark.Ledger)
	if err != nil || !t.settled(l) {
		return nil
	}
	lo, hi := t.w.between(0, l.floor())
	t.grown(t.set.Lookback + d.age)
	got, err := t.run(&client{left: 1 << 30})
	if err == nil && got.Written > hi-lo {
		return fmt.Errorf("%d rows written for a longer look-back, %d are older", got.Written, hi-lo)
	}
	return err
}

// schedule runs at even intervals, twelve to a refresh. A large look-back is read in
// shares, never all at once. In every other schedule rows hide all the time, and the
// shares have to find them.
func (t *trial) schedule(d deed) error {
	if t.set.Refresh == 0 {
		return nil
	}
	t.spread(min(600, 2*max(12*t.set.Page, 2*t.set.Reread)), t.set.Lookback)
	for i := range 30 {
		t.w.now += t.set.Refresh / 12
		if d.n%2 == 0 {
			t.w.mask(t.set.Lookback)
		}
		got, err := t.run(&client{left: 1 << 30})
		if err != nil || got.err != nil {
			return err
		}
		l := got.before
		if i < 12 || !t.settled(l) || t.set.NoCount || t.set.NoBounds || t.set.Mute {
			continue
		}
		again, most, rows := t.again(l), l.largest(), l.since(t.w.now-t.set.Lookback)
		if rows < 2*t.set.Reread || rows < 12*t.set.Page || rows < 8*most {
			continue
		}
		t.w.seen.note("a look-back read in turns", true)
		if all := l.rows(0, len(l.units)); got.Read > again+all/2+2*most {
			return fmt.Errorf("%d of %d rows read at once", got.Read, all)
		}
	}
	return nil
}

// verify audits a bookmark. A deep audit finds exactly what differs. One that counts
// finds nothing else, and finds everything if rows only came. A row exactly on the
// ledger's end is not part of it.
func (t *trial) verify(d deed) error {
	l, err := decode(t.mark.Ledger)
	if err != nil || t.w.strays > 0 || l.filter != fingerprint(t.name) {
		return nil
	}
	t.w.now += t.w.stale() + Second
	if d.n%2 == 0 {
		t.w.arrive(t.w.now - l.to)
		t.w.now += t.w.stale()
	}
	want, fewer, differ := map[Span]Standing{}, false, 0
	for i, u := range l.units {
		if u.kind == closed {
			continue
		}
		rows, _ := t.w.sum(l.span(i))
		fewer = fewer || u.kind == listed && rows < u.rows
		if want[l.span(i)] = t.stands(l, i); want[l.span(i)] != Same {
			differ++
		}
	}
	for _, deep := range []bool{true, false} {
		c := &client{left: 1 << 30, w: t.w, page: t.set.Page, mute: t.set.Mute}
		o := t.options(c, t.w.now)
		c.watch = &watch{t: t, o: o.Options, l: l, most: l.largest(), verify: true}
		all, err := o.audit(context.Background(), t.mark, deep)
		if err := c.watch.done(); err != nil {
			return fmt.Errorf("verify, deep %v: %w", deep, err)
		}
		known := 0
		for known < len(all) && !all[known].After {
			known++
		}
		if err != nil || known != len(want) {
			return fmt.Errorf("verify of %d units found %d: %w", len(want), known, err)
		}
		if err := t.came(l, o.withDefaults().end(), all[known:]); err != nil {
			return err
		}
		for _, f := range all[:known] {
			wanted := want[f.Span]
			if rows, _ := t.w.sum(f.Span); f.Found < 0 && (rows == f.Rows || fewer) && !deep {
				continue // equal numbers hide it
			}
			if f.Standing != wanted {
				return fmt.Errorf("verify, deep %v: %+v should be %q", deep, f, wanted)
			}
		}
	}
	t.w.seen.note("verify of a ledger that differs", differ > 0)
	return nil
}

// stands is what an audit has to say of a unit.
func (t *trial) stands(l *ledger, i int) Standing {
	u, span := l.units[i], l.span(i)
	rows, sum := t.w.sum(span)
	arriving := t.w.count(Span{min(max(span.From, l.to-arriving), span.To), span.To})
	again := t.set.Overlap
	if again == 0 {
		again = Hour
	}
	switch {
	case u.kind == unread:
		return Unread
	case rows > u.rows && rows-u.rows <= arriving:
		return New
	case rows > u.rows:
		return Missing
	case rows < u.rows:
		return Lost
	case sum == u.sum:
		return Same
	case t.w.count(Span{min(max(span.From, l.to-again), span.To), span.To}) > 0:
		return New
	}
	return Changed
}

// came compares what an audit says of the time after l with what is there.
func (t *trial) came(l *ledger, end int64, found []Comparison) error {
	at := l.to
	for _, f := range found {
		if f.Standing != New || f.Span.From < at || f.Span.To > end {
			return fmt.Errorf("verify up to %s: %+v", stamp(end), f)
		}
		if f.Found < 0 {
			end = f.Span.From // no further
			continue
		}
		if n := t.w.count(f.Span); n != f.Found || t.w.count(Span{at, f.Span.From}) > 0 {
			return fmt.Errorf("verify: %+v should be %d", f, n)
		}
		at = f.Span.To
	}
	if n := t.w.count(Span{at, end}); n > 0 {
		return fmt.Errorf("verify tells nothing of %d rows from %s to %s", n, stamp(at), stamp(end))
	}
	return nil
}
