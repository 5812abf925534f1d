package ledger

import (
	"fmt"
	"slices"
)

// A moment is when a run began, really and by a server's clock, and what the run read
// in any case.
type moment struct {
	began, now int64
	recent     Span
}

// check holds the run that began at m, and ended well, to the promise. A shaky
// second is promised to the next run.
func (t *trial) check(m moment, shaky []Span) error {
	began, now := m.began, m.now
	l, err := decode(t.mark.Ledger)
	if err != nil {
		return fmt.Errorf("own bookmark: %w", err)
	}
	if err := t.sound(l); err != nil {
		return err
	}
	if err := t.unread(l, shaky); err != nil {
		return err
	}
	hidden := t.mayHide() || t.set.NoCount
	for _, h := range t.w.rows {
		if h.excused || !h.alive(t.w.now) || h.place < FloorTo(t.from, Second) || h.place >= FloorTo(now, Second) {
			continue
		}
		if slices.ContainsFunc(shaky, func(s Span) bool { return s.Holds(h.place) }) {
			continue
		}
		known := h.arrived + t.w.stale() // by every replica and cache
		inTime := known <= began && known <= h.place+t.set.Lookback
		ahead := h.ahead && known <= t.attempt
		again := m.recent.Holds(h.place) && h.place >= began-t.set.Lookback
		if !ahead && (!inTime || !t.read(known, began) && hidden && !t.due(known, now) && !again) {
			continue
		}
		got, ok := t.table[h.id]
		if !ok {
			return fmt.Errorf("row %d of %s, arrived %s later, is missing %s after that (ahead %v)",
				h.id, stamp(h.place), hours(h.arrived-h.place), hours(began-h.arrived), ahead)
		}
		for v, at := range h.renamed {
			at += t.w.stale()
			if at > h.place+t.set.Lookback || at > began || got > v {
				continue
			}
			if t.read(at, began) || t.due(at, now) || again || ahead && at <= t.attempt {
				return fmt.Errorf("row %d of %s, renamed %s later, is stale %s after that",
					h.id, stamp(h.place), hours(at-h.place), hours(began-at))
			}
		}
	}
	t.ok, t.attempt = now, 0
	t.w.loaded = Span{FloorTo(t.from, Second), FloorTo(now, Second)}
	for _, h := range t.w.rows {
		h.ahead = h.ahead && !t.w.loaded.Holds(h.place)
	}
	return nil
}

// sound checks what holds for every ledger.
func (t *trial) sound(l *ledger) error {
	if again := l.encode(); again != t.mark.Ledger {
		return fmt.Errorf("ledger %q is encoded as %q", t.mark.Ledger, again)
	}
	if len(t.mark.Ledger) > MaxEncoded || len(l.units) > t.set.Units {
		return fmt.Errorf("ledger of %d units, %d bytes", len(l.units), len(t.mark.Ledger))
	}
	for i := range l.units {
		if l.span(i).Width() <= 0 {
			return fmt.Errorf("unit %d is %v", i, l.span(i))
		}
	}
	if len(l.units) > 0 && (l.units[0].kind == closed || l.units[0].kind == listed && l.units[0].read*Hour >= l.end(0)+l.lookback) {
		return fmt.Errorf("%v is closed, and is still kept", l.span(0))
	}
	if t.set.Units != 720 {
		return nil // joined to be fewer, or to fit a bookmark
	}
	for i, u := range l.units {
		if u.kind == listed && u.rows > t.set.Page && l.span(i).Width() > Second {
			return fmt.Errorf("%v holds %d rows, more than a page", l.span(i), u.rows)
		}
		if i > 0 && t.apart(l.units[i-1], u) {
			return fmt.Errorf("%v is apart from the unit before", l.span(i))
		}
	}
	return nil
}

// apart reports whether two listed neighbours should be one unit.
func (t *trial) apart(a, b unit) bool {
	if a.kind != listed || b.kind != listed {
		return false
	}
	if a.rows+b.rows == 0 {
		return a.from/Day == b.from/Day
	}
	return t.set.border(a.from) > b.from && 10*(a.rows+b.rows) <= 8*t.set.Page
}

// unread checks that seconds which did not stand still are left to the next run.
func (t *trial) unread(l *ledger, shaky []Span) error {
	for _, s := range shaky {
		if i := l.at(s.From); i >= 0 && i < len(l.units) && l.units[i].kind != unread {
			return fmt.Errorf("%v did not stand still, and counts as complete", s)
		}
	}
	return nil
}

// small reports whether the look-back holds no more than is read in every run, and
// the ledger cannot list more.
func (t *trial) small(now int64) bool {
	lo, hi := t.w.between(now-t.set.Lookback, t.w.now+1)
	return hi-lo+2*t.w.strays <= t.set.Reread
}

// read reports whether the run reads whatever changed at the given moment. Its
// look-back is small, and no larger one since then has let units go that were only
// counted.
func (t *trial) read(at, began int64) bool {
	return t.large < began && (t.set.Refresh > 0 || t.large < at)
}

// due reports whether what is known since at must be in the warehouse even if
// nothing but the refresh can find it.
func (t *trial) due(at, now int64) bool {
	return t.set.Refresh > 0 && at+t.set.Refresh <= now
}

// mayHide reports whether a removal may still hide a row: it came after some unit was
// last read.
func (t *trial) mayHide() bool {
	if len(t.w.removed) == 0 {
		return false
	}
	last := t.w.removed[len(t.w.removed)-1]
	return t.set.Refresh == 0 || last+t.w.stale() >= t.ok-t.set.Refresh
}
