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

// appendInteger appends the integer that text stands for, be it 30, 30.0 or 3e1.
// text is a scanned number of class c.
func appendInteger(dst, text []byte, c class) ([]byte, change) {
	start := len(dst)
	if c&isFraction == 0 {
		dst = append(dst, text...)
	} else {
		sign, mantissa, power := cutNumber(text, 0)
		digits, fraction, _ := bytes.Cut(mantissa, []byte("."))
		power -= len(fraction)
		digits = bytes.TrimLeft(append(bytes.Clone(digits), fraction...), "0")
		whole := bytes.TrimRight(digits, "0")
		power += len(digits) - len(whole)
		switch {
		case len(whole) == 0:
			return append(dst, '0'), none
		case power < 0:
			return append(dst, null...), misfit
		case len(whole)+power > most64:
			return append(dst, null...), nulled
		}
		dst = append(append(dst, sign...), whole...)
		for range power {
			dst = append(dst, '0')
		}
	}
	if !fits64(dst[start:]) {
		return append(dst[:start], null...), nulled
	}
	return dst, none
}

// most64 is how many digits an integer of 64 bits has at most.
const most64 = 19

// numberIn reads text as a whole JSON number.
func numberIn(text []byte) class {
	var small [48]byte
	padded := append(append(small[:0], text...), make([]byte, 8)...) // which scanDigits reads
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

// appendRounded appends a JSON value with each of its numbers written as
// d.ddddddddddde±x, rounded half away from zero. c is its class, 0 for unknown.
func appendRounded(dst, value []byte, c class) []byte {
	if isNumberByte(value[0]) {
		return appendSignificant(dst, value, c)
	}
	for i := 0; i < len(value); {
		start := i
		switch b := value[i]; {
		case b == '"':
			for i++; value[i] != '"'; i++ {
				if value[i] == '\\' {
					i++
				}
			}
			i++
			dst = append(dst, value[start:i]...)
		case b == '-' || b-'0' < 10:
			for i < len(value) && isNumberByte(value[i]) {
				i++
			}
			dst = appendSignificant(dst, value[start:i], c)
		default:
			dst = append(dst, b)
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
func appendSignificant(dst, number []byte, c class) []byte {
	sign, mantissa, power := cutNumber(number, c)
	first := 0
	for first < len(mantissa) && (mantissa[first] == '0' || mantissa[first] == '.') {
		first++
	}
	if first == len(mantissa) {
		return append(dst, '0')
	}
	digits := [significant + 1]byte([]byte("0000000000000"))
	point := bytes.IndexByte(mantissa, '.')
	switch {
	case point < 0:
		copy(digits[:], mantissa[first:])
		power += len(mantissa) - first - 1
	case point < first:
		copy(digits[:], mantissa[first:])
		power += point - first
	default:
		n := copy(digits[:], mantissa[first:point])
		copy(digits[n:], mantissa[point+1:])
		power += point - first - 1
	}
	if digits[significant] >= '5' && roundUp(digits[:significant]) {
		power++
	}
	text := [significant + 2]byte{0: digits[0], 1: '.', significant + 1: 'e'}
	copy(text[2:], digits[1:significant])
	return strconv.AppendInt(append(append(dst, sign...), text[:]...), int64(power), 10)
}

// cutNumber cuts a number before and behind its digits. A power beyond all
// reason counts as a billion. The class c may be 0, unknown.
func cutNumber(number []byte, c class) (sign, mantissa []byte, power int) {
	if number[0] == '-' {
		sign, number = number[:1], number[1:]
	}
	if c&(isNumber|isExponent) == isNumber {
		return sign, number, 0
	}
	e := bytes.IndexByte(number, 'e')
	if e < 0 {
		if e = bytes.IndexByte(number, 'E'); e < 0 {
			return sign, number, 0
		}
	}
	power, _ = strconv.Atoi(string(number[e+1:]))
	return sign, number[:e], max(min(power, 1e9), -1e9)
}

// roundUp adds one to the last digit. It reports true if that gave a digit
// more: then all digits are those of 1.00….
func roundUp(digits []byte) bool {
	for i := len(digits) - 1; i >= 0; i-- {
		if digits[i] < '9' {
			digits[i]++
			return false
		}
		digits[i] = '0'
	}
	digits[0] = '1'
	return true
}
