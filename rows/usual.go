package rows

import (
	"encoding/binary"
	"time"
)

// usualSize is that of a time as it is written, in quotes.
const usualSize = len(`"2006-01-02T15:04:05.000000Z"`)

// The shape of "00:00:00", as in time.go.
const (
	shapeClock = 0x30303a30303a3030
	partsClock = 0x0000ff0000ff0000
)

// usual reads a time whose quote is b[i] and writes it to dst[n:], as clock and
// moment.append do, but only one in a column in UTC, with three decimals or none
// and no zone behind them, as nearly all are. It returns where the time ends, or 0; what is written has usualSize
// bytes.
func (e *emitter) usual(dst []byte, n int, b []byte, i int, c *Column) int {
	m := &e.moment
	text := (*[32]byte)(b[i : i+32])
	date, hour := binary.LittleEndian.Uint64(text[1:]), binary.LittleEndian.Uint64(text[9:])|bytesRest
	if (date != m.date || hour != m.dayHour) && !m.parseHour(date, hour) {
		return 0
	}
	digits, ok := digits8(binary.LittleEndian.Uint64(text[12:]), shapeClock, partsClock)
	if !ok || digits>>24&0xff > 5 || digits>>48&0xff > 5 || c.Location != nil && c.Location != time.UTC || n+len(text) > len(dst) {
		return 0
	}
	row := (*[32]byte)(dst[n : n+32])
	*(*[16]byte)(row[:]) = *(*[16]byte)(text[:])
	*(*[4]byte)(row[16:]) = *(*[4]byte)(text[16:])
	row[11] = 'T'
	*(*[9]byte)(row[20:]) = [9]byte([]byte(`.000000Z"`))
	micros, end := int64(two(digits, 3)*60+two(digits, 6))*1_000_000, i+21
	switch {
	case text[20] == '.' && text[24] == '"':
		tenths, hundredths, thousandths := text[21]-'0', text[22]-'0', text[23]-'0'
		if tenths > 9 || hundredths > 9 || thousandths > 9 {
			return 0
		}
		row[21], row[22], row[23] = text[21], text[22], text[23]
		micros, end = micros+(int64(tenths)*100+int64(hundredths)*10+int64(thousandths))*1000, i+25
	case text[20] != '"':
		return 0
	}
	if c.Clock {
		if m.began == notYet {
			m.began = m.hourMicros()
		}
		e.at, e.hasAt = m.began+micros, true
	}
	return end
}
