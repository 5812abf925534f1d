package rows

// A way is what a step has done with the value behind it.
type way uint8

const (
	passed way = iota // it is not written
	copied            // strings are written as they came
	timed             // a Time that is not rewritten
	valued            // anything else
)

// way is what becomes of the n-th column that is written.
func (g *program) way(n int) way {
	switch w := &g.written[n]; {
	case g.noted[w.column] || w.float:
		return valued
	case w.plain(isString):
		return copied
	case w.moment:
		return timed
	}
	return valued
}

// transcribe writes a row while it reads it, if it is as predicted: the row
// whose brace is b[i], into dst, which it may fill up to its end. It returns
// what it has written and the position behind the row, or 0 for a row that must
// be scanned and written: one that differs, does not end in b or fit into dst,
// or lacks a key.
func (e *emitter) transcribe(dst, b []byte, i int, l *layout) ([]byte, int) {
	e.begin()
	n := 0
	i++
	for next := range l.steps {
		s := &l.steps[next]
		// This is s.at, which is too large for the compiler to inline.
		if t := b[i : i+2*halfBytes]; s.head.differs(t)|s.tail.differs(t[halfBytes:]) != 0 || s.rest != "" && !s.at(b, i) {
			return nil, 0
		}
		i += s.size
		w := s.written
		if s.way != passed {
			if n+w.room > len(dst) {
				return nil, 0
			}
			*(*[shortKey]byte)(dst[n:]) = w.short
			if w.size > shortKey {
				copy(dst[n:], w.key)
			}
			n += w.size
		}
		if s.way == copied && b[i] == '"' {
			end, c := scanString(b, i+1)
			if !w.plain(c) {
				return nil, 0
			}
			if n = move(dst, n, b, i, end); n == 0 {
				return nil, 0
			}
			i = end
			continue
		}
		if i, n = e.other(dst, n, b, i, l, s); i == 0 {
			return nil, 0
		}
	}
	i = skipBlanks(b, i)
	row := e.rest(dst[:n:len(dst)], b, l)
	if b[i] != '}' || e.lacking || len(row) > len(dst) {
		return nil, 0
	}
	l.count(l.steps)
	return row, i + 1
}

// other reads the value at b[i] behind s, and writes it to dst[n:] if it is to
// be written. It returns the positions behind both, or 0 where transcribe does.
func (e *emitter) other(dst []byte, n int, b []byte, i int, l *layout, s *step) (int, int) {
	out, w := dst[:n:len(dst)], s.written
	if s.way == timed && b[i] == '"' {
		end := i + 20
		for b[end]-'.' < 12 {
			end++
		}
		if b[end] == '"' && e.clock(b[i+1:end], &e.program.columns[w.column]) {
			return fits(dst, e.moment.append(out), end+1)
		}
	}
	end, c := scanValue(b, i, maxDepth)
	if c == 0 {
		return 0, 0
	}
	v := span{i, end, c}
	l.spans[s.slot] = v
	switch {
	case s.way == passed:
		return end, n
	case w.plain(c):
		out = append(out, b[i:end]...)
	default:
		out = e.value(out, &e.program.columns[w.column], b, v)
	}
	if w.float {
		e.floats = append(e.floats, span{start: n, end: len(out)})
	}
	return fits(dst, out, end)
}

// fits returns i and the length of out, which began in dst, if it is still
// there.
func fits(dst, out []byte, i int) (int, int) {
	if len(out) > len(dst) {
		return 0, 0
	}
	return i, len(out)
}

// move copies b[i:end] to dst[n:] and returns where it ends there, or 0 if it
// does not fit. Nearly all values are short, and moving a fixed number of bytes
// takes less time than moving the right number. Padding bytes can be read
// behind them.
func move(dst []byte, n int, b []byte, i, end int) int {
	last := n + end - i
	if last+shortValue > len(dst) {
		return 0
	}
	to, from := dst[n:n+shortValue], b[i:i+shortValue]
	*(*[16]byte)(to) = *(*[16]byte)(from) // more at once would be a call
	*(*[16]byte)(to[16:]) = *(*[16]byte)(from[16:])
	*(*[16]byte)(to[32:]) = *(*[16]byte)(from[32:])
	*(*[16]byte)(to[48:]) = *(*[16]byte)(from[48:])
	if end-i > shortValue {
		copy(dst[n+shortValue:], b[i+shortValue:end])
	}
	return last
}
