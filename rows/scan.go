package rows

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// A class says what a scanned value is; 0 is no value at all.
type class uint16

const (
	isString   class = 1 << iota
	isEmpty          // a string without a byte
	isEscaped        // a string with escapes
	isBroken         // a NUL or a lone surrogate in it or in a string inside it
	isNumber         //
	isFraction       // a number with a fraction or an exponent
	isLong           // a number that may be outside int64
	isNull           //
	isTrue           //
	isFalse          //
	isNested         // an array or object
	isSpaced         // nested, with blanks between its tokens
)

// maxDepth is how deep a value may nest.
const maxDepth = 512

// padding is how many NUL bytes follow the data in every buffer that is
// scanned. NUL is nowhere allowed in JSON, so scanners stop on it and need no
// look at the buffer's end, and they may read that far in one go.
const padding = 64

// scanValue reads the value that starts at b[i] and reports where it ends. If
// there is none, the class is 0 and the position is the byte that is wrong: at
// the end of the data or behind it, more data may help. The value may nest as
// deep as depth.
func scanValue(b []byte, i, depth int) (int, class) {
	switch c := b[i]; c {
	case '"':
		return scanString(b, i+1)
	case '[', '{':
		if depth == 0 {
			return i, 0
		}
		if c == '[' {
			return scanArray(b, i+1, depth-1)
		}
		return scanObject(b, i+1, depth-1)
	case 'n':
		return scanLiteral(b, i, "null", isNull)
	case 't':
		return scanLiteral(b, i, "true", isTrue)
	case 'f':
		return scanLiteral(b, i, "false", isFalse)
	}
	return scanNumber(b, i)
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// stops marks the bytes of w that end a run of plain text: quotes, backslashes
// and what is below 0x20. Only the lowest mark is certain, as a borrow can run
// up from it.
func stops(w uint64) uint64 {
	return (((w ^ ones*'"') - ones) | ((w ^ ones*'\\') - ones) | (w - ones*0x20)) &^ w & highs
}

// scanString reads a string whose first byte is b[i], the quote is before it.
func scanString(b []byte, i int) (int, class) {
	start, c, seen := i, isString, uint64(0)
	for {
		two := b[i : i+16]
		w, next := binary.LittleEndian.Uint64(two), binary.LittleEndian.Uint64(two[8:])
		stop, later := stops(w), stops(next)
		if stop == 0 {
			seen |= w
			i += 8
			if later == 0 {
				seen |= next
				i += 8
				continue
			}
			w, stop = next, later
		}
		seen |= w & (stop&-stop - 1)
		i += bits.TrailingZeros64(stop) >> 3
		switch b[i] {
		case '"':
			if seen&highs != 0 && !utf8.Valid(b[start:i]) {
				return start, 0
			}
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

func scanLiteral(b []byte, i int, word string, c class) (int, class) {
	if string(b[i:i+len(word)]) == word {
		return i + len(word), c
	}
	for j := 0; b[i] == word[j]; j++ {
		i++
	}
	return i, 0
}

// scanNumber reads a number by the grammar of RFC 8259.
func scanNumber(b []byte, i int) (int, class) {
	start, c := i, isNumber
	if b[i] == '-' {
		i++
	}
	if b[i] == '0' {
		i++
	} else if end := scanDigits(b, i); end > i {
		i = end
	} else {
		return i, 0
	}
	if b[i] == '.' {
		end := scanDigits(b, i+1)
		if end == i+1 {
			return end, 0
		}
		i, c = end, c|isFraction
	}
	if b[i]|0x20 == 'e' {
		i++
		if b[i] == '+' || b[i] == '-' {
			i++
		}
		end := scanDigits(b, i)
		if end == i {
			return end, 0
		}
		i, c = end, c|isFraction
	}
	if i-start > 18 {
		c |= isLong
	}
	return i, c
}

func scanDigits(b []byte, i int) int {
	for b[i]-'0' < 10 {
		i++
	}
	return i
}

// skipBlanks returns the position of the first byte that is no blank.
func skipBlanks(b []byte, i int) int {
	for b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r' {
		i++
	}
	return i
}
