package ledger

// heal takes back what a fast clock did to l. It forgets everything from now on,
// and has read again what was let go too early.
func (l *ledger) heal(o *Options) {
	l.rewind(o.now())
	l.reopen(max(l.from, o.now()-o.lookback()-o.refresh()))
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
