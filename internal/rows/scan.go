package rows

import (
	"encoding/binary"
	"math/bits"
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
	isExponent       // a number with an exponent
	isLong           // a number that may be outside int64
	isNull           //
	isTrue           //
	isFalse          //
	isNested         // an array or object
	isSpaced         // nested, with blanks between its tokens
)

// maxDepth is how deep a value may nest.
const maxDepth = 512

// padding is how many NUL bytes follow the data in every buffer that is scanned.
// NUL is nowhere allowed in JSON. So scanners stop on it and need not look for the
// buffer's end, and they may read that far in one go.
const padding = 64

// scanValue reads the value that starts at b[i] and returns where it ends. If there
// is none, the class is 0 and the position is that of the wrong byte. Where that
// is at the end of the data or behind it, more data may help. The value may nest
// as deep as depth.
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
		i, c = end, c|isFraction|isExponent
	}
	// 19 digits are inside int64 if the first one is no 9. One with a sign, or a
	// fraction behind a 0, counts as long.
	if n := i - start; n > 18 && (n > 19 || b[start]-'1' > 7) {
		c |= isLong
	}
	return i, c
}

// scanDigits returns the position of the first byte that is no digit. It reads up
// to eight bytes from there.
func scanDigits(b []byte, i int) int {
	for {
		// A digit is below 10 now, and has no top bit with 0x76 added. As in stops,
		// only the lowest mark is certain.
		w := binary.LittleEndian.Uint64(b[i:i+8]) ^ ones*'0'
		if stop := (w + ones*0x76 | w) & highs; stop != 0 {
			return i + bits.TrailingZeros64(stop)>>3
		}
		i += 8
	}
}

// skipBlanks returns the position of the first byte that is no blank.
func skipBlanks(b []byte, i int) int {
	for b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r' {
		i++
	}
	return i
}
