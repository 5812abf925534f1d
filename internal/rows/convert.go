package rows

// A change says how a written value differs from the one that was sent.
type change uint8

const (
	none     change = iota
	repaired        // it is another one
	nulled          // it is null: no loader could take it
	misfit          // it is null: it has not the form that the column wants
)

// convert appends a value, not null, as its column wants it.
func (e *emitter) convert(dst []byte, c *Rule, b []byte, v extent) ([]byte, change) {
	if c.Rewrite != nil {
		return c.Rewrite(dst, e.decoded(b, v)), none
	}
	raw := b[v.start:v.end]
	switch c.Kind {
	case Time:
		if v.class&isString != 0 {
			text := e.decoded(b, v)
			if e.clock(text, c) {
				return e.moment.append(dst), none
			}
			if spelt(text) {
				return append(dst, null...), nulled
			}
		}
	case Integer, Number:
		if v.class&(isTrue|isFalse) != 0 {
			return appendBit(dst, v.class), none
		}
		text, class := e.number(b, v)
		if class&isNumber != 0 && c.Kind == Integer {
			return appendInteger(dst, text, class)
		}
		if class&isNumber != 0 {
			return append(dst, text...), none
		}
		if v.class&isString != 0 && isDenormal(text) {
			return append(dst, null...), none
		}
	case Boolean:
		switch string(e.decoded(b, v)) {
		case "1", "true":
			return append(dst, "true"...), none
		case "0", "false":
			return append(dst, "false"...), none
		}
	case JSON:
		if v.class&isNested != 0 {
			return appendCompact(dst, raw, v.class), broken(v.class)
		}
	case Text:
		if v.class&isString == 0 {
			e.text = appendCompact(e.text[:0], raw, v.class)
			return appendQuoted(dst, e.text), broken(v.class)
		}
		return appendRepaired(dst, raw), broken(v.class)
	case Keep:
		if v.class&isNested != 0 {
			return appendCompact(dst, raw, v.class), broken(v.class)
		}
		if v.class&isBroken != 0 {
			return appendRepaired(dst, raw), repaired
		}
		return append(dst, raw...), none
	}
	return append(dst, null...), misfit
}

// appendBit appends true as 1 and false as 0.
func appendBit(dst []byte, c class) []byte {
	if c&isTrue != 0 {
		return append(dst, '1')
	}
	return append(dst, '0')
}

// broken is what becomes of a value by repair.
func broken(c class) change {
	if c&isBroken != 0 {
		return repaired
	}
	return none
}

// number is the text of a number, bare or quoted. Other text has a class without
// isNumber.
func (e *emitter) number(b []byte, v extent) ([]byte, class) {
	text := e.decoded(b, v)
	if v.class&isString != 0 {
		return text, numberIn(text)
	}
	return text, v.class & (isNumber | isFraction)
}

// clock reads a moment, and keeps it if c is the clock.
func (e *emitter) clock(text []byte, c *Rule) bool {
	m := &e.moment
	if !m.parse(text) || (m.zoned || c.Location != nil) && !m.utc(c.Location) {
		return false
	}
	if c.Clock {
		e.at, e.hasAt = m.micros(), true
		e.twice = c.Location != nil && m.twice
	}
	return true
}
