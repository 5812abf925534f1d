package emulator

import "time"

// clock prints a session's clock.
func (p printer) clock(b []byte, ms int64) []byte {
	if p.d.SecondClock {
		return p.second(b, ms)
	}
	return p.milli(b, ms)
}

// second prints a DateTime, milli a DateTime64(3), day a Date.
func (p printer) second(b []byte, ms int64) []byte {
	return append(p.moment(append(b, '"'), ms), '"')
}

func (p printer) milli(b []byte, ms int64) []byte {
	b = p.moment(append(b, '"'), ms)
	frac := ms - floor(ms, 1000)
	return append(b, '.', byte('0'+frac/100), byte('0'+frac/10%10), byte('0'+frac%10), '"')
}

func (p printer) day(b []byte, ms int64) []byte {
	return append(time.UnixMilli(ms).UTC().AppendFormat(append(b, '"'), time.DateOnly), '"')
}

// nullableSecond prints a Nullable(DateTime), nullableMilli a
// Nullable(DateTime64(3)): never is null.
func (p printer) nullableSecond(b []byte, ms int64) []byte {
	if ms == never {
		return append(b, "null"...)
	}
	return p.second(b, ms)
}

func (p printer) nullableMilli(b []byte, ms int64) []byte {
	if ms == never {
		return append(b, "null"...)
	}
	return p.milli(b, ms)
}

// moment prints YYYY-MM-DD HH:MM:SS; by hand, as it is most of a page's cost.
func (p printer) moment(b []byte, ms int64) []byte {
	t := time.UnixMilli(ms).In(p.zone)
	year, month, day := t.Date()
	hour, minute, sec := t.Clock()
	b = two(two(b, year/100), year%100)
	b = two(append(b, '-'), int(month))
	b = two(append(b, '-'), day)
	b = two(append(b, ' '), hour)
	b = two(append(b, ':'), minute)
	return two(append(b, ':'), sec)
}

func two(b []byte, n int) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }
