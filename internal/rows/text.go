package rows

import (
	"bytes"
	"unicode/utf8"
)

// replacement stands for what is no character.
const replacement = "\uFFFD"

// appendRepaired appends a scanned string, quotes included, as sent except
// that a NUL or lone surrogate becomes U+FFFD and NULs at the end are left out.
func appendRepaired(dst, s []byte) []byte {
	for i, end := 0, untilNULs(s); i < end; {
		if s[i] != '\\' {
			next := bytes.IndexByte(s[i:end], '\\')
			if next < 0 {
				next = end - i
			}
			dst = append(dst, s[i:i+next]...)
			i += next
			continue
		}
		next, c := scanEscape(s, i+1)
		if c&isBroken != 0 {
			dst = append(dst, replacement...)
		} else {
			dst = append(dst, s[i:next]...)
		}
		i = next
	}
	return append(dst, '"')
}

// untilNULs is where in a scanned string its closing NULs begin, or else its
// closing quote.
func untilNULs(s []byte) int {
	const escape = `\u0000`
	end := len(s) - 1
	start := end
	for bytes.HasSuffix(s[:start], []byte(escape)) {
		start -= len(escape)
	}
	// The first of them may be text after an escaped backslash.
	slashes := 0
	for s[start-1-slashes] == '\\' {
		slashes++
	}
	if start < end && slashes%2 == 1 {
		start += len(escape)
	}
	return start
}

// appendDecoded appends the text of a scanned string, quotes included. As in
// encoding/json a lone surrogate becomes U+FFFD.
func appendDecoded(dst, s []byte) []byte {
	for i, end := 1, len(s)-1; i < end; {
		if s[i] != '\\' {
			dst = append(dst, s[i])
			i++
			continue
		}
		i++
		switch s[i] {
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			var r rune
			i, r = decodeHex(s, i+1)
			dst = utf8.AppendRune(dst, r)
			continue
		default:
			dst = append(dst, s[i])
		}
		i++
	}
	return dst
}

// decodeHex reads the four digits at i and, of a surrogate pair, the second
// escape.
func decodeHex(s []byte, i int) (int, rune) {
	i, r := scanHex(s, i)
	if r >= 0xD800 && r < 0xDC00 && s[i] == '\\' && s[i+1] == 'u' {
		if end, low := scanHex(s, i+2); low >= 0xDC00 && low <= 0xDFFF {
			return end, (r-0xD800)<<10 | (low - 0xDC00) + 0x10000
		}
	}
	return i, r
}

// appendQuoted appends text, valid UTF-8, as a JSON string.
func appendQuoted(dst, text []byte) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for _, c := range text {
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c < ' ':
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}
