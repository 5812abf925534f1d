package rows

import "math"

// plain reports whether a value of this class is written as it came.
func (w *written) plain(c class) bool { return c != 0 && c&w.asks == 0 }

// place is where in a row a value of class c was written. The class is 0 if the
// text is not the one that came.
func (w *written) place(start, end int, c class) extent {
	if !w.plain(c) {
		c = 0
	}
	return extent{start, end, c}
}

// What is moved in one go; padding is as much.
const (
	shortKey   = 32
	shortValue = padding
)

// full is where something ends that does not fit, and whatever follows it.
const full = math.MaxInt / 2 // so that nothing fits behind it

// append appends key and value, b[v.start:v.end], as they are.
func (w *written) append(dst, b []byte, v *extent) []byte {
	room := dst[:cap(dst)]
	if n := move(room, w.put(room, len(dst)), b, v.start, v.end); n != full {
		return room[:n]
	}
	return append(append(dst, w.key...), b[v.start:v.end]...)
}

// put writes what stands before the value to dst[n:], and returns where it ends. It
// writes nothing where w is nil.
func (w *written) put(dst []byte, n int) int {
	switch {
	case w == nil:
		return n
	case n+w.room > len(dst):
		return full
	case w.size > shortKey:
		return n + copy(dst[n:], w.key)
	}
	*(*[shortKey]byte)(dst[n : n+shortKey]) = w.short
	return n + w.size
}

// move copies b[i:end] to dst[n:] and returns where it ends there. Nearly all
// values are short, and a fixed number of bytes is moved faster than the right
// number. So it also reads some bytes behind the value, and overwrites as many in
// dst. It calls nothing, which saves as much time again.
func move(dst []byte, n int, b []byte, i, end int) int {
	last := n + end - i
	if last+shortValue > len(dst) {
		return full
	}
	for {
		to, from := (*[shortValue]byte)(dst[n:n+shortValue]), (*[shortValue]byte)(b[i:i+shortValue])
		*(*[16]byte)(to[:]) = *(*[16]byte)(from[:]) // more at once would be a call
		*(*[16]byte)(to[16:]) = *(*[16]byte)(from[16:])
		*(*[16]byte)(to[32:]) = *(*[16]byte)(from[32:])
		*(*[16]byte)(to[48:]) = *(*[16]byte)(from[48:])
		if n += shortValue; n >= last {
			return last
		}
		i += shortValue
	}
}
