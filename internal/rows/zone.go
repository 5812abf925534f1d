package rows

import "time"

// parseZone reads Z or a numeric offset.
func (m *moment) parseZone(text []byte) bool {
	m.zoned = true
	if string(text) == "Z" {
		return true
	}
	var digits [4]byte
	switch len(text) {
	case 3:
		copy(digits[:], text[1:])
		digits[2], digits[3] = '0', '0'
	case 5:
		copy(digits[:], text[1:])
	case 6:
		copy(digits[:], text[1:3])
		copy(digits[2:], text[4:])
		if text[3] != ':' {
			return false
		}
	default:
		return false
	}
	for i := range digits {
		if digits[i] -= '0'; digits[i] > 9 {
			return false
		}
	}
	hours, minutes := int(digits[0])*10+int(digits[1]), int(digits[2])*10+int(digits[3])
	if hours > 23 || minutes > 59 {
		return false
	}
	m.offset = hours*3600 + minutes*60
	if text[0] == '-' {
		m.offset = -m.offset
	}
	return text[0] == '-' || text[0] == '+'
}

// utc turns m into UTC. Without an offset of its own m is read in where. It reports
// false if the year is then outside 1 to 9999.
func (m *moment) utc(where *time.Location) bool {
	m.twice = false
	if m.zoned && m.offset == 0 || !m.zoned && (where == nil || where == time.UTC) {
		return true
	}
	if m.zoned || where == nil {
		where = time.UTC
	}
	t := time.Date(m.year, time.Month(m.month), m.day, m.hour, m.minute, m.second-m.offset, 0, where).UTC()
	if !m.zoned {
		t, m.twice = firstOf(t, where)
	}
	m.year, m.month, m.day = t.Year(), int(t.Month()), t.Day()
	m.hour, m.minute, m.second = t.Clock()
	m.dayHour, m.began = 0, notYet
	m.text = t.AppendFormat(m.shifted[:0], time.DateTime)
	return m.year >= 1 && m.year <= 9999
}

// firstOf returns the first moment, in UTC, at which the wall clock of where shows
// what it shows at t. It also reports whether there are two such moments: time.Date
// gives either of them.
func firstOf(t time.Time, where *time.Location) (time.Time, bool) {
	local := t.In(where)
	began, ends := local.ZoneBounds()
	_, offset := local.Zone()
	if !began.IsZero() {
		_, before := began.Add(-time.Second).Zone()
		if first := t.Add(time.Duration(offset-before) * time.Second); before > offset && first.Before(began) {
			return first, true
		}
	}
	if !ends.IsZero() {
		_, after := ends.Zone()
		if second := t.Add(time.Duration(offset-after) * time.Second); after < offset && !second.Before(ends) {
			return t, true
		}
	}
	return t, false
}
