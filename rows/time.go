package rows

import "encoding/binary"

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
}

// parse reads "YYYY-MM-DD", alone or followed by a blank or T and
// "HH:MM:SS", decimals, and Z, ±HH, ±HHMM or ±HH:MM. It reports false for
// other text and for days and times of day that do not exist.
func (m *moment) parse(text []byte) bool {
	m.text, m.decimals, m.zoned, m.offset = text, nil, false, 0
	if len(text) < 19 {
		if len(text) != 10 {
			return false
		}
		var whole [19]byte
		copy(whole[:], text)
		copy(whole[10:], " 00:00:00")
		return m.parse19(whole[:])
	}
	if !m.parse19(text) {
		return false
	}
	rest := text[19:]
	if len(rest) > 0 && rest[0] == '.' {
		n := 1
		for n < len(rest) && rest[n]-'0' < 10 {
			n++
		}
		m.decimals, rest = rest[1:n], rest[n:]
		if n == 1 {
			return false
		}
	}
	return len(rest) == 0 || m.parseZone(rest)
}

// digits8 reports whether the bytes of w are digits where shape has '0' and
// the same as in shape elsewhere, and gives their values. separators has ones
// in the bytes that are no digit.
func digits8(w, shape, separators uint64) (digits uint64, ok bool) {
	digits = w ^ shape
	return digits, ((digits+ones*6&^separators)|digits)&(ones*0xF0|separators) == 0
}

// The shapes of "0000-00-" and "00 00:00", the first byte lowest.
const (
	shapeDate = 0x2d30302d30303030
	partsDate = 0xff0000ff00000000
	shapeTime = 0x30303a3030203030
	partsTime = 0x0000ff0000ff0000
)

// two is the number in the digits at byte n and the next.
func two(digits uint64, n int) int {
	return int(digits>>(8*n)&0xff)*10 + int(digits>>(8*n+8)&0xff)
}

// parse19 reads the first 19 bytes, date and time of day.
func (m *moment) parse19(text []byte) bool {
	if text[10] == 'T' {
		var blank [19]byte
		copy(blank[:], text)
		blank[10] = ' '
		text = blank[:]
	}
	date, ok := digits8(binary.LittleEndian.Uint64(text), shapeDate, partsDate)
	clock, ok2 := digits8(binary.LittleEndian.Uint64(text[8:]), shapeTime, partsTime)
	tens, units := text[17]-'0', text[18]-'0'
	if !ok || !ok2 || text[16] != ':' || tens > 9 || units > 9 {
		return false
	}
	m.year, m.month, m.day = two(date, 0)*100+two(date, 2), two(date, 5), two(clock, 0)
	m.hour, m.minute, m.second = two(clock, 3), two(clock, 6), int(tens)*10+int(units)
	return m.year > 0 && m.month-1 < 12 && m.month > 0 && m.day > 0 && m.day <= daysIn(m.year, m.month) &&
		m.hour < 24 && m.minute < 60 && m.second < 60
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// micros is m, in UTC, in microseconds since 1970.
func (m *moment) micros() int64 {
	// Days from a year that begins in March, so that the leap day comes last.
	y, mp := m.year, m.month-3
	if mp < 0 {
		y, mp = y-1, mp+12
	}
	days := y*365 + y/4 - y/100 + y/400 + (mp*153+2)/5 + m.day - 1 - 719468
	us := 0
	for i := range 6 {
		us *= 10
		if i < len(m.decimals) {
			us += int(m.decimals[i] - '0')
		}
	}
	return int64(((days*24+m.hour)*60+m.minute)*60+m.second)*1_000_000 + int64(us)
}

// append writes m, in UTC, as "YYYY-MM-DDTHH:MM:SS.ffffffZ" between quotes.
func (m *moment) append(dst []byte) []byte {
	dst = append(dst, `"0000-00-00T00:00:00.000000Z"`...)
	s := (*[29]byte)(dst[len(dst)-29:])
	if len(m.text) >= 19 {
		*(*[16]byte)(s[1:]) = *(*[16]byte)(m.text)
		s[11], s[17], s[18], s[19] = 'T', ':', m.text[17], m.text[18]
	} else {
		copy(s[1:], m.text)
	}
	if len(m.decimals) <= 6 {
		for i, d := range m.decimals {
			s[21+i] = d
		}
		return dst
	}
	dst = append(dst[:len(dst)-8], m.decimals...)
	return append(dst, 'Z', '"')
}
