package ledger

import (
	"errors"
	"hash/fnv"
)

// A Bookmark is where a stream stands. Ledger decides. The other fields are for
// people and other tools, and for the day on which Ledger cannot be read.
type Bookmark struct {
	// Since is the instant up to which everything is written. A bookmark with no
	// other field is another connector's.
	Since int64

	// From is the start from which on everything is written.
	From int64

	// Filter is Options.Filter of the run that wrote it.
	Filter string

	// Ledger is one string with a version and a checksum, of at most MaxEncoded
	// bytes. A loader that merges two states takes all of it or nothing.
	Ledger string
}

// Skew is how far the clocks of an API's servers may lie apart, in µs. A bookmark
// that lies further ahead counts as one from the future.
const Skew = 5 * 60 * Second

// open reads b and adapts it to o.
func open(b Bookmark, o *Options) (*ledger, []Notice) {
	l, notes := load(b, o)
	l.filter = fingerprint(o.Filter)
	// A longer look-back reaches into time that was let go. This has to come
	// before the start is moved, which puts closed time in front.
	if lookback := o.lookback(); lookback > l.lookback {
		l.reopen(max(l.from, l.to-lookback))
	}
	l.lookback = o.lookback()
	l.moveFrom(o.From)
	return l, notes
}

// load reads b as it is.
func load(b Bookmark, o *Options) (*ledger, []Notice) {
	if b == (Bookmark{}) {
		return fresh(o), nil
	}
	if b == (Bookmark{Since: b.Since}) {
		return foreign(b, o)
	}
	if b.Ledger == "" {
		return unreadable(b, o, NoLedger)
	}
	l, err := decode(b.Ledger)
	if errors.Is(err, errNewer) {
		return unreadable(b, o, Newer)
	}
	if err != nil {
		return unreadable(b, o, Damaged)
	}
	if l.filter != fingerprint(o.Filter) {
		return fresh(o), []Notice{Refilter}
	}
	l.doubt(o.Now + Skew)
	var notes []Notice
	switch {
	case b.Since < l.to:
		l.rewind(b.Since)
		notes = append(notes, MovedBack)
	case b.Since > l.to && l.to <= o.Now+Skew:
		notes = append(notes, MovedOn)
	}
	if l.to <= o.Now+Skew {
		return l, notes
	}
	notes = append(notes, Future)
	if l.from > o.Now {
		return fresh(o), notes
	}
	l.heal(o)
	return l, notes
}

// fresh is the ledger before the first run.
func fresh(o *Options) *ledger {
	return &ledger{from: o.From, to: o.From, lookback: o.lookback()}
}

// foreign takes over from a connector that kept no ledger.
func foreign(b Bookmark, o *Options) (*ledger, []Notice) {
	if b.Since > o.Now {
		return behind(o.From, o.now(), o.lookback()), []Notice{Poisoned}
	}
	return behind(o.From, b.Since, o.lookback()), []Notice{Foreign}
}

// unreadable goes by the fields beside a ledger that is missing or does not
// decode. Units stay beyond the look-back until they are refreshed, so as much is
// read again. A From behind Since is nonsense: then nothing counts as loaded.
func unreadable(b Bookmark, o *Options, note Notice) (*ledger, []Notice) {
	notes := []Notice{note}
	if b.Filter != o.Filter {
		return fresh(o), append(notes, Refilter)
	}
	to := b.Since
	if to > o.Now+Skew {
		to, notes = o.Now-o.lookback(), append(notes, Poisoned)
	}
	to = FloorTo(min(to, o.now()), Second)
	return behind(min(b.From, to), to, o.lookback()+o.refresh()), notes
}

// behind is a ledger that is complete up to the instant to, but for the width
// before it.
func behind(from, to, width int64) *ledger {
	to = max(from, FloorTo(to, Second))
	l := &ledger{from: from, to: to, lookback: width}
	l.prepend(max(from, to-width), unread)
	return l
}

// bookmark encodes l. A damaged ledger would have only its look-back read again.
// So From lies behind every gap that is older than that.
func (l *ledger) bookmark(o *Options) Bookmark {
	b := Bookmark{Since: l.to, From: l.from, Filter: o.Filter, Ledger: l.encode()}
	deep := l.to - o.lookback() - o.refresh()
	for i, u := range l.units {
		if u.kind == unread && u.from < deep {
			b.From = l.end(i)
		}
	}
	return b
}

func fingerprint(filter string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(filter)) // never fails
	return h.Sum64()
}
