package rows

import (
	"encoding/binary"
	"math/bits"
)

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// stops marks the bytes of w that end a run of plain text: quotes, backslashes and
// what is below 0x20. Only the lowest mark is certain: a borrow can run up from
// it.
func stops(w uint64) uint64 { return suspects(w) &^ w & highs }

// suspects has the top bit of each byte that ends plain text, and of most that are
// not ASCII. In w^2 the quote is 0x20, and only what was below 0x20 is below the
// quote.
func suspects(w uint64) uint64 { return ((w ^ ones*2) - ones*0x21) | ((w ^ ones*'\\') - ones) }

// scanString reads a string whose first byte is b[i], the quote is before it.
func scanString(b []byte, i int) (int, class) {
	start, c := i, isString
	for {
		two := b[i : i+16]
		w, next := binary.LittleEndian.Uint64(two), binary.LittleEndian.Uint64(two[8:])
		if (suspects(w)|suspects(next)|w|next)&highs == 0 {
			i += 16
			continue
		}
		if (w|next)&highs != 0 {
			return scanUTF8(b, start, i, c)
		}
		stop := suspects(w) & highs
		if stop == 0 {
			i += 8
			stop = suspects(next) & highs
		}
		i += bits.TrailingZeros64(stop|1<<63) >> 3 // there is a mark, as the compiler cannot know
		switch b[i] {
		case '"':
			if i == start {
				c |= isEmpty
			}
			return i + 1, c
		case '\\':
			var e class
			if i, e = scanEscape(b, i+1); e == 0 {
				return i, 0
			}
			c |= e
		default:
			return i, 0
		}
	}
}

// scanEscape reads an escape; b[i] is the byte after the backslash. A pair of
// surrogates is one escape.
func scanEscape(b []byte, i int) (int, class) {
	switch b[i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 1, isEscaped
	case 'u':
		i, r := scanHex(b, i+1)
		switch {
		case r < 0:
			return i, 0
		case r == 0:
			return i, isEscaped | isBroken
		case r < 0xD800 || r > 0xDFFF:
			return i, isEscaped
		case r < 0xDC00 && b[i] == '\\' && b[i+1] == 'u':
			if end, low := scanHex(b, i+2); low >= 0xDC00 && low <= 0xDFFF {
				return end, isEscaped
			}
		}
		return i, isEscaped | isBroken
	}
	return i, 0
}

// scanHex reads four hexadecimal digits; the value is -1 if they are not.
func scanHex(b []byte, i int) (int, rune) {
	var r rune
	for end := i + 4; i < end; i++ {
		switch c := b[i]; {
		case c-'0' < 10:
			r = r<<4 | rune(c-'0')
		case (c|0x20)-'a' < 6:
			r = r<<4 | rune((c|0x20)-'a'+10)
		default:
			return i, -1
		}
	}
	return i, r
}
