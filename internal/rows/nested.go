package rows

// carried are the marks that a nested value takes over from what is in it.
const carried = isBroken | isSpaced

// scanArray reads the rest of an array behind its bracket.
func scanArray(b []byte, i, depth int) (int, class) {
	c := isNested
	i = spaced(b, i, &c)
	if b[i] == ']' {
		return i + 1, c
	}
	for {
		end, v := scanValue(b, i, depth)
		if v == 0 {
			return end, 0
		}
		c |= v & carried
		i = spaced(b, end, &c)
		switch b[i] {
		case ',':
			i = spaced(b, i+1, &c)
		case ']':
			return i + 1, c
		default:
			return i, 0
		}
	}
}

// scanObject reads the rest of an object behind its brace.
func scanObject(b []byte, i, depth int) (int, class) {
	c := isNested
	i = spaced(b, i, &c)
	if b[i] == '}' {
		return i + 1, c
	}
	for {
		if b[i] != '"' {
			return i, 0
		}
		end, k := scanString(b, i+1)
		if k == 0 {
			return end, 0
		}
		i = spaced(b, end, &c)
		if b[i] != ':' {
			return i, 0
		}
		i = spaced(b, i+1, &c)
		end, v := scanValue(b, i, depth)
		if v == 0 {
			return end, 0
		}
		c |= (k | v) & carried
		i = spaced(b, end, &c)
		switch b[i] {
		case ',':
			i = spaced(b, i+1, &c)
		case '}':
			return i + 1, c
		default:
			return i, 0
		}
	}
}

// spaced skips blanks and marks that there were some.
func spaced(b []byte, i int, c *class) int {
	if b[i] > ' ' {
		return i
	}
	end := skipBlanks(b, i)
	if end > i {
		*c |= isSpaced
	}
	return end
}

// appendCompact appends the scanned value without blanks between its tokens
// and with its strings repaired.
func appendCompact(dst, value []byte, c class) []byte {
	if c&carried == 0 {
		return append(dst, value...)
	}
	for i := 0; i < len(value); {
		start := i
		if value[i] != '"' {
			for i < len(value) && value[i] > ' ' && value[i] != '"' {
				i++
			}
			dst = append(dst, value[start:i]...)
			for i < len(value) && value[i] <= ' ' {
				i++
			}
			continue
		}
		for i++; value[i] != '"'; i++ {
			if value[i] == '\\' {
				i++
			}
		}
		i++
		if c&isBroken != 0 {
			dst = appendRepaired(dst, value[start:i])
		} else {
			dst = append(dst, value[start:i]...)
		}
	}
	return dst
}
