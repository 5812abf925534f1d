package rows

import "slices"

// sameMeta compares lists of columns. No list is not the same as an empty one.
func sameMeta(a, b []Meta) bool {
	return (a == nil) == (b == nil) && slices.Equal(a, b)
}

// parseMeta reads the scanned value that b begins with, a list of objects with
// a name and, under typeKey, a type. It reports false if it is something else.
func parseMeta(b []byte, typeKey string, into *[]Meta) bool {
	if b[0] != '[' {
		return false
	}
	all := []Meta{}
	for i := skipBlanks(b, 1); b[i] != ']'; i = skipComma(b, i) {
		if b[i] != '{' {
			return false
		}
		var m Meta
		end, ok := m.parse(b, i, typeKey)
		if !ok {
			return false
		}
		all, i = append(all, m), end
	}
	*into = all
	return true
}

// parse reads one column from its brace on and returns the position behind it.
func (m *Meta) parse(b []byte, i int, typeKey string) (int, bool) {
	name, kind := false, false
	for i = skipBlanks(b, i+1); b[i] != '}'; i = skipComma(b, i) {
		end, _ := scanString(b, i+1)
		key := string(appendDecoded(nil, b[i:end]))
		i = skipBlanks(b, skipBlanks(b, end)+1)
		end, c := scanValue(b, i, maxDepth)
		if key == "name" || key == typeKey {
			if c&isString == 0 {
				return i, false
			}
			text := string(appendDecoded(nil, b[i:end]))
			if key == "name" {
				m.Name, name = text, true
			} else {
				m.Type, kind = text, true
			}
		}
		i = end
	}
	return i + 1, name && kind
}

// skipComma skips blanks, and a comma with the blanks behind it.
func skipComma(b []byte, i int) int {
	if i = skipBlanks(b, i); b[i] == ',' {
		i = skipBlanks(b, i+1)
	}
	return i
}
