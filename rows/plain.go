package rows

// plain reports whether a value of this class is written as it came.
func (w *written) plain(c class) bool { return c != 0 && c&w.asks == 0 }

// What append moves in one go; padding is as much.
const (
	shortKey   = 32
	shortValue = padding
)

// append appends key and value as they are. Nearly all are short, and moving a
// fixed number of bytes takes less time than moving the right number. Padding
// bytes can be read behind the value.
func (w *written) append(dst, value []byte) []byte {
	start, key := len(dst), len(dst)+w.size
	end := key + len(value)
	if end+shortValue > cap(dst) || w.size > shortKey {
		return append(append(dst, w.key...), value...)
	}
	dst = dst[:end+shortValue]
	*(*[shortKey]byte)(dst[start:]) = w.short
	to, from := dst[key:], value[:shortValue]
	*(*[16]byte)(to) = *(*[16]byte)(from) // more at once would be a call
	*(*[16]byte)(to[16:]) = *(*[16]byte)(from[16:])
	*(*[16]byte)(to[32:]) = *(*[16]byte)(from[32:])
	*(*[16]byte)(to[48:]) = *(*[16]byte)(from[48:])
	if len(value) > shortValue {
		copy(to[shortValue:], value[shortValue:])
	}
	return dst[:end]
}
