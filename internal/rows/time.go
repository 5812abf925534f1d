package rows

import "encoding/binary"

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

// The shapes of "0000-00-", "00 00:00" and "00:00:00", the first byte lowest.
const (
	shapeDate  = 0x2d30302d30303030
	partsDate  = 0xff0000ff00000000
	shapeTime  = 0x30303a3030203030
	partsTime  = 0x0000ff0000ff0000
	shapeClock = 0x30303a30303a3030
	partsClock = 0x0000ff0000ff0000
	bytesRest  = 0xffff000000000000 // what is not of the hour
)

// two is the number in the digits at byte n and the next.
func two(digits uint64, n int) int {
	return int(digits>>(8*n)&0xff)*10 + int(digits>>(8*n+8)&0xff)
}

// parse19 reads the first 19 bytes, date and time of day.
func (m *moment) parse19(text []byte) bool {
	text = text[:19]
	date, clock := binary.LittleEndian.Uint64(text), binary.LittleEndian.Uint64(text[8:])
	if dayHour := clock | bytesRest; (date != m.date || dayHour != m.dayHour) && !m.parseHour(date, dayHour) {
		return false
	}
	digits, ok := digits8(binary.LittleEndian.Uint64(text[11:]), shapeClock, partsClock)
	m.minute, m.second = two(digits, 3), two(digits, 6)
	return ok && m.minute < 60 && m.second < 60
}

// parseHour reads the words of "YYYY-MM-" and "DD HH:", or T for the blank. The
// two bytes behind them are ones.
func (m *moment) parseHour(date, dayHour uint64) bool {
	clock := dayHour&^bytesRest | shapeTime&bytesRest
	if byte(clock>>16) == 'T' {
		clock ^= (' ' ^ 'T') << 16
	}
	digits, ok := digits8(date, shapeDate, partsDate)
	clock, ok2 := digits8(clock, shapeTime, partsTime)
	m.year, m.month, m.day = two(digits, 0)*100+two(digits, 2), two(digits, 5), two(clock, 0)
	m.hour = two(clock, 3)
	m.date, m.dayHour, m.began = date, dayHour, notYet
	if !ok || !ok2 || m.year == 0 || m.month < 1 || m.month > 12 || m.day < 1 || m.day > daysIn(m.year, m.month) || m.hour > 23 {
		m.dayHour = 0
		return false
	}
	return true
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
