package rows

import (
	"bytes"
	"math"
	"slices"
)

// A moment is a time as it was read.
type moment struct {
	year, month, day     int
	hour, minute, second int

	// text is what was read; decimals are those of the second.
	text, decimals []byte
	shifted        [24]byte // text of another zone, in UTC

	// zoned: offset, in seconds east of UTC, came with the text.
	zoned  bool
	twice  bool // the zone repeats this hour
	offset int

	// The words "YYYY-MM-" and "DD HH:" that year to hour were read from: times
	// that follow one another are mostly of one hour. dayHour has two more bytes
	// of ones. It is 0 if they were read from no such words. began is when the
	// hour began, in microseconds since 1970, or notYet.
	date, dayHour uint64
	began         int64
}

// spelt reports whether text is written as a moment is. If it is no moment all the
// same, its day or its time of day does not exist.
func spelt(text []byte) bool {
	const some = "2000-01-01 00:00:00"
	var m moment
	plain := bytes.Clone(text)
	for i := range min(len(plain), len(some)) {
		if plain[i]-'0' < 10 && some[i]-'0' < 10 {
			plain[i] = some[i]
		}
	}
	return m.parse(plain)
}

const notYet = math.MinInt64

// decimalOf is how many microseconds the last of n decimals counts.
var decimalOf = [...]int64{1_000_000, 100_000, 10_000, 1000, 100, 10, 1}

// micros is m, in UTC, in microseconds since 1970.
func (m *moment) micros() int64 {
	if m.began == notYet {
		m.began = m.hourMicros()
	}
	n, us := min(len(m.decimals), len(decimalOf)-1), int64(0)
	for _, d := range m.decimals[:n] {
		us = us*10 + int64(d-'0')
	}
	us *= decimalOf[n]
	return m.began + int64(m.minute*60+m.second)*1_000_000 + us
}

func (m *moment) hourMicros() int64 {
	// Days from a year that begins in March, so that the leap day comes last.
	y, mp := m.year, m.month-3
	if mp < 0 {
		y, mp = y-1, mp+12
	}
	days := y*365 + y/4 - y/100 + y/400 + (mp*153+2)/5 + m.day - 1 - 719468
	return int64(days*24+m.hour) * 3_600_000_000
}

// append writes m, in UTC, as "YYYY-MM-DDTHH:MM:SS.ffffffZ" between quotes.
func (m *moment) append(dst []byte) []byte {
	const size = 29
	n := len(dst)
	dst = slices.Grow(dst, size)[:n+size]
	s := (*[size]byte)(dst[n:])
	if s[0] = '"'; len(m.text) >= 19 {
		*(*[16]byte)(s[1:]) = *(*[16]byte)(m.text)
		s[11], s[17], s[18], s[19] = 'T', ':', m.text[17], m.text[18]
	} else {
		*(*[16]byte)(s[1:]) = [16]byte([]byte("0000-00-00T00:00"))
		copy(s[1:], m.text)
		s[17], s[18], s[19] = ':', '0', '0'
	}
	*(*[9]byte)(s[20:]) = [9]byte([]byte(`.000000Z"`))
	if len(m.decimals) <= 6 {
		for i, d := range m.decimals {
			s[21+i] = d
		}
		return dst
	}
	dst = append(dst[:len(dst)-8], m.decimals...)
	return append(dst, 'Z', '"')
}
