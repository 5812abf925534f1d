package emulator

import (
	"bytes"
	"strconv"
)

// A layout is the blanks between tokens.
type layout struct {
	line  string // between a bracket or comma and what follows
	tab   string // one step of indent
	colon string // between a name and its value
	gap   string // once more between sections
}

var layouts = map[Layout]layout{
	Pretty:  {"\n", "\t", ": ", "\n"},
	Compact: {"", "", ":", ""},
	CRLF:    {"\r\n", "\t", ": ", "\r\n"},
	Spaces:  {" ", " ", " : ", "  "},
}

func (l layout) indent(b []byte, depth int) []byte {
	b = append(b, l.line...)
	for range depth {
		b = append(b, l.tab...)
	}
	return b
}

func (l layout) name(b []byte, name string) []byte {
	b = append(strconv.AppendQuote(b, name), l.colon...)
	return b
}

// spread lays the array of strings that begins at b[at] out over lines, as
// ClickHouse does.
func (l layout) spread(b []byte, at int) []byte {
	array := bytes.Clone(b[at:])
	b = append(b[:at], '[')
	if len(array) == 2 {
		return append(b, ']')
	}
	quoted := false
	b = l.indent(b, 4)
	for i := 1; i < len(array)-1; i++ {
		c := array[i]
		b = append(b, c)
		switch {
		case c == '\\':
			i++
			b = append(b, array[i])
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			b = l.indent(b, 4)
		}
	}
	return append(l.indent(b, 3), ']')
}
