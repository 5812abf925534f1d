package schemas

import (
	"encoding/hex"
	"strings"
)

// escapes lists the letters that stand for a control character after a
// backslash (ClickHouse documentation, "Syntax", section "String").
var escapes = map[byte]byte{
	'0': 0, 'a': '\a', 'b': '\b', 'e': 0x1b, 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v',
}

// quoted reads a literal or a name in quotes of the kind under the cursor and
// returns its content.
func (p *parser) quoted() (string, error) {
	quote, start := p.text[p.at], p.at
	var b strings.Builder
	for p.at++; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; {
		case c == '\\' && p.at+1 < len(p.text):
			p.at++
			p.escape(&b)
		case c != quote:
			b.WriteByte(c)
		case p.at+1 < len(p.text) && p.text[p.at+1] == quote:
			p.at++
			b.WriteByte(quote)
		default:
			p.at++
			return b.String(), nil
		}
	}
	p.at = start
	return "", p.fault("a quote that is not closed")
}

// escape reads the escape sequence whose letter is under the cursor, and writes what
// it stands for. It leaves the cursor on the last byte.
func (p *parser) escape(b *strings.Builder) {
	c := p.text[p.at]
	if control, ok := escapes[c]; ok {
		b.WriteByte(control)
		return
	}
	if c == 'x' && p.at+2 < len(p.text) {
		if raw, err := hex.DecodeString(p.text[p.at+1 : p.at+3]); err == nil {
			p.at += 2
			b.Write(raw)
			return
		}
	}
	// Before any other letter a backslash is a backslash, so that patterns such as
	// '\d' keep their meaning.
	if !strings.ContainsRune("\\'\"`/=", rune(c)) {
		b.WriteByte('\\')
	}
	b.WriteByte(c)
}

// writeQuoted writes text so that quoted reads it back.
func writeQuoted(b *strings.Builder, quote byte, text string) {
	b.WriteByte(quote)
	for i := range len(text) {
		switch c := text[i]; c {
		case '\\', quote:
			b.WriteByte('\\')
			b.WriteByte(c)
		case 0:
			b.WriteString(`\0`)
		case '\b':
			b.WriteString(`\b`)
		case '\f':
			b.WriteString(`\f`)
		case '\n':
			b.WriteString(`\n`)
		case '\r':
			b.WriteString(`\r`)
		case '\t':
			b.WriteString(`\t`)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte(quote)
}

// writeName writes the name of a member, a setting or a path. It is quoted unless it
// is a plain word that cannot be taken for SKIP, the keyword of JSON's hints.
func writeName(b *strings.Builder, name string) {
	if plain(name) && !strings.EqualFold(name, "skip") {
		b.WriteString(name)
		return
	}
	writeQuoted(b, '`', name)
}

func plain(name string) bool {
	if name == "" || !wordStart(name[0]) {
		return false
	}
	for i := range len(name) {
		if !wordByte(name[i]) {
			return false
		}
	}
	return true
}

func wordStart(c byte) bool { return c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' }

func wordByte(c byte) bool { return wordStart(c) || digit(c) }

func digit(c byte) bool { return '0' <= c && c <= '9' }
