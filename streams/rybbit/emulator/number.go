package emulator

import (
	"math"
	"strconv"
	"strings"
)

// Text to numbers
//
// Behaviour: before an answer leaves, the server passes every text of every
// row but session_id, user_id, identified_user_id and effective_user_id to
// JavaScript's Number(); what comes back and is no NaN takes the text's place.
// The empty text stays. "007" is 7 then, "1e5" 100000, "0x1F" 31, " " 0,
// "Infinity" null, "12345678901234567890" 12345678901234567000. What is inside
// props, traits and properties stays as it is.
//
// Source: run and recorded (legacy-sessions-utm-*). The rest of Number() is
// ECMA-262, StringToNumber.

// coerce is what an answer shows for a text: the text, a number, or nil where
// JSON has no such number.
func coerce(text string) any {
	if text == "" {
		return text
	}
	n, ok := toNumber(text)
	switch {
	case !ok:
		return text
	case math.IsInf(n, 0):
		return nil
	case n == 0:
		return 0.0 // JSON.stringify drops the sign of zero
	}
	return n
}

// blanks are what Number() drops at both ends: white space and line ends.
const blanks = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"

// toNumber is Number(text); ok is false for NaN.
func toNumber(text string) (n float64, ok bool) {
	s := strings.Trim(text, blanks)
	switch s {
	case "":
		return 0, true
	case "Infinity", "+Infinity":
		return math.Inf(1), true
	case "-Infinity":
		return math.Inf(-1), true
	}
	if len(s) > 2 && s[0] == '0' {
		if base := map[byte]float64{'x': 16, 'X': 16, 'o': 8, 'O': 8, 'b': 2, 'B': 2}[s[1]]; base != 0 {
			return digits(s[2:], base)
		}
	}
	if !isDecimal(s) {
		return 0, false
	}
	n, _ = strconv.ParseFloat(s, 64) // beyond the range it is an infinity, as in JavaScript
	return n, true
}

// digits reads an unsigned integer of a base.
func digits(s string, base float64) (n float64, ok bool) {
	for _, c := range strings.ToLower(s) {
		d := strings.IndexRune("0123456789abcdef", c)
		if d < 0 || float64(d) >= base {
			return 0, false
		}
		n = n*base + float64(d)
	}
	return n, true
}

// isDecimal reports whether s is a decimal literal with an optional sign:
// digits with at most one point, at least one digit, an optional exponent.
func isDecimal(s string) bool {
	s = strings.TrimLeft(s[:1], "+-") + s[1:]
	mantissa, exponent, scientific := cut(s, "eE")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole+fraction == "" || !allDigits(whole) || !allDigits(fraction) {
		return false
	}
	if !scientific {
		return true
	}
	if exponent != "" {
		exponent = strings.TrimLeft(exponent[:1], "+-") + exponent[1:]
	}
	return exponent != "" && allDigits(exponent)
}

func allDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// cut is strings.Cut at the first of several letters.
func cut(s, letters string) (before, after string, found bool) {
	if i := strings.IndexAny(s, letters); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

// printNumber is n as JSON.stringify prints it: the shortest digits that mean
// the same double, null for what is no number, no sign before zero.
func printNumber(n float64) string {
	size := math.Abs(n)
	switch {
	case math.IsNaN(n) || math.IsInf(n, 0):
		return "null"
	case n == 0:
		return "0"
	case size >= 1e-6 && size < 1e21:
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(n, 'e', -1, 64), "e")
	sign := exponent[:1]
	return mantissa + "e" + sign + strings.TrimLeft(exponent[1:], "0")
}
