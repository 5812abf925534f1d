package rows

import (
	"bytes"
	"strconv"
)

// fits64 reports whether the text of a scanned number without fraction is
// inside int64.
func fits64(text []byte) bool {
	const most, least = "9223372036854775807", "9223372036854775808"
	limit := most
	if text[0] == '-' {
		text, limit = text[1:], least
	}
	return len(text) < len(limit) || len(text) == len(limit) && string(text) <= limit
}

// numberIn reads text as a whole JSON number.
func numberIn(text []byte) class {
	var small [48]byte
	padded := append(append(small[:0], text...), 0)
	end, c := scanNumber(padded, 0)
	if end != len(text) {
		return 0
	}
	return c
}

// isDenormal reports whether text is one of the ways to write NaN or infinity.
func isDenormal(text []byte) bool {
	if len(text) > 0 && (text[0] == '-' || text[0] == '+') {
		text = text[1:]
	}
	for _, word := range []string{"nan", "inf", "infinity"} {
		if len(text) == len(word) && bytes.EqualFold(text, []byte(word)) {
			return true
		}
	}
	return false
}

// significant is how many digits of a Float count.
const significant = 12

// appendRounded appends a JSON value whose numbers are each written as
// d.ddddddddddde±x, rounded half away from zero.
func appendRounded(dst, value []byte) []byte {
	for i := 0; i < len(value); {
		start := i
		switch c := value[i]; {
		case c == '"':
			for i++; value[i] != '"'; i++ {
				if value[i] == '\\' {
					i++
				}
			}
			i++
			dst = append(dst, value[start:i]...)
		case c == '-' || c-'0' < 10:
			for i < len(value) && isNumberByte(value[i]) {
				i++
			}
			dst = appendSignificant(dst, value[start:i])
		default:
			dst = append(dst, c)
			i++
		}
	}
	return dst
}

func isNumberByte(c byte) bool {
	return c-'0' < 10 || c == '-' || c == '+' || c == '.' || c|0x20 == 'e'
}

// appendSignificant appends one number, rounded. It works on the text, so that
// numbers of any length and size are rounded exactly.
func appendSignificant(dst, number []byte) []byte {
	var digits [significant + 1]byte
	n, power, point := 0, 0, 0
	for i, c := range number {
		switch digit := c - '0'; {
		case digit < 10:
			if power -= point; digit == 0 && n == 0 {
				continue
			}
			if n < len(digits) {
				digits[n] = digit
			}
			n++
			power++
		case c == '.':
			point = 1
		case c|0x20 == 'e':
			power += exponent(number[i+1:])
		}
		if c|0x20 == 'e' {
			break
		}
	}
	if n == 0 {
		return append(dst, '0')
	}
	if digits[significant] >= 5 && roundUp(digits[:significant]) {
		power++
	}
	if number[0] == '-' {
		dst = append(dst, '-')
	}
	for i := range digits[:significant] {
		digits[i] += '0'
	}
	dst = append(dst, digits[0], '.')
	dst = append(dst, digits[1:significant]...)
	return strconv.AppendInt(append(dst, 'e'), int64(power)-1, 10)
}

// exponent reads what follows the e of a number; beyond all reason it counts
// as a billion.
func exponent(text []byte) int {
	n, _ := strconv.Atoi(string(text))
	return max(min(n, 1e9), -1e9)
}

// roundUp adds one to the last digit. It reports true if that gave a digit
// more: then all digits are those of 1.00….
func roundUp(digits []byte) bool {
	for i := len(digits) - 1; i >= 0; i-- {
		if digits[i] < 9 {
			digits[i]++
			return false
		}
		digits[i] = 0
	}
	digits[0] = 1
	return true
}
