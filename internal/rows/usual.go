package rows

import "time"

// usualSize is that of a time as it is written, in quotes.
const usualSize = len(`"2006-01-02T15:04:05.000000Z"`)

// usual reads a time whose quote is b[i] and writes it to dst[n:], as clock and
// moment.append do. It is for nearly all times: in a column in UTC, with three
// decimals or none, and without a zone behind them. It returns where the time
// ends, or 0 for any other. What it writes has usualSize bytes.
func (e *emitter) usual(dst []byte, n int, b []byte, i int, c *Rule) int {
	m := &e.moment
	text := (*[32]byte)(b[i : i+32])
	if c.Location != nil && c.Location != time.UTC || n+len(text) > len(dst) || !m.parse19(text[1:20]) {
		return 0
	}
	row := (*[32]byte)(dst[n : n+32])
	*(*[16]byte)(row[:]) = *(*[16]byte)(text[:])
	*(*[4]byte)(row[16:]) = *(*[4]byte)(text[16:])
	row[11] = 'T'
	*(*[9]byte)(row[20:]) = [9]byte([]byte(`.000000Z"`))
	end := i + 21
	m.decimals = nil
	switch {
	case text[20] == '.' && text[24] == '"':
		if text[21]-'0' > 9 || text[22]-'0' > 9 || text[23]-'0' > 9 {
			return 0
		}
		row[21], row[22], row[23] = text[21], text[22], text[23]
		m.decimals, end = text[21:24], i+25
	case text[20] != '"':
		return 0
	}
	if c.Clock {
		e.at, e.hasAt = m.micros(), true
	}
	return end
}
