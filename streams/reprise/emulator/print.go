package emulator

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A printer writes values as ClickHouse's FORMAT JSON does. Its methods append
// to b.
type printer struct {
	d    *Dialect
	zone *time.Location
}

// Type names that depend on the dialect.
const (
	clockType  = "<clock>" // a session's clock
	milliType  = "DateTime64(3)"
	secondType = "DateTime"
)

// typeName is a column's type as meta tells it.
func (p printer) typeName(typ string) string {
	precise, plain := milliType, secondType
	if p.d.Zone != "" {
		precise, plain = "DateTime64(3, '"+p.d.Zone+"')", "DateTime('"+p.d.Zone+"')"
	}
	clock := precise
	if p.d.SecondClock {
		clock = plain
	}
	switch {
	case strings.Contains(typ, clockType):
		return strings.ReplaceAll(typ, clockType, clock)
	case strings.Contains(typ, milliType):
		return strings.ReplaceAll(typ, milliType, precise)
	}
	return strings.ReplaceAll(typ, secondType, plain)
}

const hexDigits = "0123456789ABCDEF"

// text prints a String. Invalid UTF-8 becomes U+FFFD.
func (p printer) text(b []byte, s string) []byte {
	b = append(b, '"')
	done := 0
	for i := 0; i < len(s); {
		c := s[i]
		size := 1
		switch {
		case c >= utf8.RuneSelf:
			var r rune
			r, size = utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				b = append(append(b, s[done:i]...), "\uFFFD"...)
				done = i + 1
			} else if r == 0x2028 || r == 0x2029 {
				b = append(append(b, s[done:i]...), `\u202`...)
				b = append(b, hexDigits[r&15])
				done = i + size
			}
		case c < ' ' || c == '"' || c == '\\' || c == '/' && p.d.EscapeSlash:
			b = append(b, s[done:i]...)
			b = escape(b, c)
			done = i + 1
		}
		i += size
	}
	b = append(b, s[done:]...)
	return append(b, '"')
}

func escape(b []byte, c byte) []byte {
	switch c {
	case '\b':
		return append(b, `\b`...)
	case '\f':
		return append(b, `\f`...)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	case '"', '\\', '/':
		return append(b, '\\', c)
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

// nullable prints a Nullable(String): the empty string is null.
func (p printer) nullable(b []byte, s string) []byte {
	if s == "" {
		return append(b, "null"...)
	}
	return p.text(b, s)
}

// texts prints an Array(String).
func (p printer) texts(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = p.text(b, s)
	}
	return append(b, ']')
}

// big prints a UInt64.
func (p printer) big(b []byte, n uint64) []byte {
	if p.d.QuoteInt64 {
		b = append(b, '"')
		b = strconv.AppendUint(b, n, 10)
		return append(b, '"')
	}
	return strconv.AppendUint(b, n, 10)
}

// float prints a Float64: the shortest digits that give it back, null for NaN
// and the infinities.
func (p printer) float(b []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(b, "null"...)
	}
	if size := math.Abs(f); f != 0 && (size < 1e-6 || size >= 1e21) {
		digits, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
		sign := ""
		if exponent[0] == '-' {
			sign = "-"
		}
		return append(b, digits+"e"+sign+strings.TrimLeft(exponent[1:], "0")...)
	}
	return strconv.AppendFloat(b, f, 'f', -1, 64)
}

// boolean prints a Bool, bit the same as a UInt8.
func (p printer) boolean(b []byte, v bool) []byte { return strconv.AppendBool(b, v) }

func (p printer) bit(b []byte, v bool) []byte {
	if v {
		return append(b, '1')
	}
	return append(b, '0')
}
