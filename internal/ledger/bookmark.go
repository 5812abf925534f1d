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

// A Notice says what was wrong with a bookmark and what is done about it.
type Notice int

// What may be wrong with a bookmark.
const (
	Foreign  Notice = iota + 1 // written by another connector
	Poisoned                   // in the future, without a ledger to go by
	Future                     // our own, in the future
	Damaged
	NoLedger // our own, without its ledger
	Newer
	Refilter
	MovedBack
	MovedOn
	NotStarted
)

// String says it to a person, without times and without the names that a source
// has for its settings.
func (n Notice) String() string {
	switch n {
	case Foreign:
		return "the bookmark comes from another connector; its look-back is read again"
	case Poisoned:
		return "the bookmark lies in the future; it is taken as now less the look-back"
	case Future:
		return "the bookmark lies in the future, perhaps by a wrong date of the API; what it says of the time from now on is forgotten, and the look-back is read again"
	case Damaged:
		return "the bookmark's ledger is damaged; the look-back is read again"
	case NoLedger:
		return "the bookmark has lost its ledger; the look-back is read again"
	case Newer:
		return "the bookmark's ledger was written by a newer version; the look-back is read again"
	case Refilter:
		return "the options that decide which rows exist have changed; the stream starts over"
	case MovedBack:
		return "the bookmark was moved back; everything after it is read and written again"
	case MovedOn:
		return "the bookmark was moved on beyond what is written; what its ledger says holds"
	case NotStarted:
		return "the start lies in the future, nothing is read"
	}
	return "unknown notice"
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

// heal takes back what a fast clock did to l. It forgets everything from now on,
// and has read again what was let go too early.
func (l *ledger) heal(o *Options) {
	l.rewind(o.now())
	l.reopen(max(l.from, o.now()-o.lookback()-o.refresh()))
}

// behind is a ledger that is complete up to the instant to, but for the width
// before it.
func behind(from, to, width int64) *ledger {
	to = max(from, FloorTo(to, Second))
	l := &ledger{from: from, to: to, lookback: width}
	l.prepend(max(from, to-width), unread)
	return l
}

// doubt has units read next that claim to have been read after latest. A clock was
// fast, and they would not fall due for too long.
func (l *ledger) doubt(latest int64) {
	for i := range l.units {
		if u := &l.units[i]; u.read*Hour > latest {
			u.read = 0
		}
	}
}

// rewind forgets everything from at on, and all of the listed unit that holds it.
func (l *ledger) rewind(at int64) {
	at = max(l.from, FloorTo(at, Second))
	i := max(0, l.at(at))
	if i < len(l.units) && l.units[i].kind == listed {
		at = min(at, l.units[i].from)
	}
	if i < len(l.units) && l.units[i].from < at {
		i++
	}
	l.units, l.to = l.units[:min(i, len(l.units))], at
}

// reopen has closed time from at on read again.
func (l *ledger) reopen(at int64) {
	l.prepend(at, unread)
	for i := 0; i < len(l.units); i++ {
		u := &l.units[i]
		if u.kind != closed || l.end(i) <= at {
			continue
		}
		if u.from < at {
			l.splice(i, i+1, []unit{{from: u.from, kind: closed}, {from: at, kind: unread}})
			i++
		} else {
			u.kind = unread
		}
	}
}

// moveFrom follows a start that was moved. What lies before the old one is unread,
// and what lies before the new one is dropped.
func (l *ledger) moveFrom(from int64) {
	switch {
	case from < l.from:
		l.prepend(l.from, closed)
		l.prepend(from, unread)
	case from >= l.to:
		l.units, l.to = nil, from
	case from > l.floor():
		i := l.at(from)
		l.units = append([]unit{}, l.units[i:]...)
		if l.units[0].from != from {
			l.units[0] = unit{from: from, kind: max(unread, l.units[0].kind)}
		}
	}
	l.from = from
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
