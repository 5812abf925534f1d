package rows

// A way is what a step has done with the value behind it.
type way uint8

const (
	passed way = iota // it is neither written nor wanted
	copied            // if it can be written as it came, it is
	timed             // a Time that is not rewritten
	valued            // its place in the row, or its extent, is wanted
)

// way is what becomes of the n-th column that is written.
func (g *program) way(n int) way {
	switch w := &g.written[n]; {
	case g.noted[w.column] || w.float:
		return valued
	case w.moment:
		return timed
	}
	return copied
}

// transcribe writes the row whose brace is b[i] while it reads it, into dst, which
// it may fill up to its end. It returns what it has written and the position
// behind the row. The position is 0 for a row that has to be scanned and written
// in two steps: it is not as predicted, does not end in b, does not fit into dst,
// or lacks a key.
func (e *emitter) transcribe(dst, b []byte, i int, l *layout) ([]byte, int) {
	e.begin()
	n, run := 0, 0 // b[run:i] goes to dst[n:] when it is known where it ends
	i++
	steps := l.steps
	for next := range steps {
		s := &steps[next]
		// This is s.at, which is too large for the compiler to inline.
		if t := b[i : i+2*halfBytes]; s.head.differs((*[halfBytes]byte)(t))|s.tail.differs((*[halfBytes]byte)(t[halfBytes:])) != 0 || s.rest != "" && !s.at(b, i) {
			return nil, 0
		}
		if run == 0 {
			n = s.written.put(dst, n)
		} else if !s.joined {
			n, run = s.written.put(dst, move(dst, n, b, run, i)), 0
		}
		i += s.size
		end, c := 0, class(0)
		switch {
		case b[i] != '"':
			end, c = scanValue(b, i, maxDepth)
		case s.way != timed:
			end, c = scanString(b, i+1)
		default:
			if run > 0 {
				n, run = move(dst, n, b, run, i), 0
			}
			if end, n = e.time(dst, n, b, i, s); end > 0 {
				i = end
				continue
			}
			end, c = scanString(b, i+1)
		}
		switch {
		case c == 0:
			return nil, 0
		case s.way != copied || !s.written.plain(c):
			if run > 0 {
				n, run = move(dst, n, b, run, i), 0
			}
			if s.way != passed {
				n = e.other(dst, n, b, extent{i, end, c}, l, s)
			}
		case run == 0:
			run = i
		}
		i = end
	}
	if run > 0 {
		n = move(dst, n, b, run, i)
	}
	if n == full {
		return nil, 0
	}
	i = skipBlanks(b, i)
	row := e.rest(dst[:n:len(dst)], b, l)
	if b[i] != l.closing || e.lacking || fits(dst, row) == full {
		return nil, 0
	}
	l.count(l.steps)
	return row, i + 1
}

// time reads the time whose quote is b[i] and writes it to dst[n:]. It returns where
// both end. It returns 0 and n if nothing fits any more, or if the string is not a
// time of at least 19 bytes without a zone.
func (e *emitter) time(dst []byte, n int, b []byte, i int, s *step) (int, int) {
	c := &e.program.columns[s.written.column]
	if end := e.usual(dst, n, b, i, c); end > 0 {
		return end, n + usualSize
	}
	end := i + 20
	for b[end]-'.' < 12 {
		end++
	}
	if n == full || b[end] != '"' || !e.clock(b[i+1:end], c) {
		return 0, n
	}
	return end + 1, fits(dst, e.moment.append(dst[:n:len(dst)]))
}

// other notes a value that cannot simply be copied. If its column is written, it
// writes the value to dst[n:]. It returns where that ends.
func (e *emitter) other(dst []byte, n int, b []byte, v extent, l *layout, s *step) int {
	l.extents[s.slot] = v
	w := s.written
	if n == full || w == nil {
		return n
	}
	out := dst[:n:len(dst)]
	if w.plain(v.class) {
		out = append(out, b[v.start:v.end]...)
	} else {
		out = e.value(out, &e.program.columns[w.column], b, v)
	}
	if w.float {
		e.floats = append(e.floats, w.place(n, len(out), v.class))
	}
	return fits(dst, out)
}

// fits is the length of out, or full if appending has moved it out of dst.
func fits(dst, out []byte) int {
	if len(out) > len(dst) || &out[0] != &dst[0] {
		return full
	}
	return len(out)
}
