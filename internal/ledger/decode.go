package ledger

import "encoding/binary"

// A decoder takes a ledger off the front of b. After the first thing that
// cannot be, bad is set and everything else reads as zero.
type decoder struct {
	b   []byte
	bad bool
}

// Limits that no ledger of ours exceeds; they keep instants and sums of rows
// far from overflow whatever the bytes say.
const (
	maxSeconds = 1 << 38 // about 8,700 years
	maxRows    = 1 << 40
)

func (d *decoder) ledger() *ledger {
	from := d.signed(maxSeconds)
	l := &ledger{from: from * Second}
	l.to = l.from + d.number(maxSeconds)*Second
	l.lookback = d.number(maxSeconds) * Second
	l.filter = binary.LittleEndian.Uint64(d.take(8))
	edges := d.take(1)[0]
	l.bounds = Bounds{Start: Edge(edges & 15), End: Edge(edges >> 4)}
	if l.bounds.Start > Exclusive || l.bounds.End > Exclusive {
		d.bad = true
	}
	// A unit takes two bytes or more.
	n := d.number(int64(len(d.b)))
	at := l.to - d.number(maxSeconds)*Second
	l.units = make([]unit, 0, n)
	read := int64(0)
	for range n {
		u, width := d.unit(&read)
		u.from = at
		at += width
		l.units = append(l.units, u)
		if d.bad = d.bad || at > l.to; d.bad {
			return l
		}
	}
	d.bad = d.bad || at != l.to || l.floor() < l.from
	return l
}

// unit takes one unit and its width. read is the hour of the listed unit
// before, and becomes this one's.
func (d *decoder) unit(read *int64) (u unit, width int64) {
	head := d.number(maxSeconds << 4)
	seconds := head >> 4
	if head>>3&1 == 1 {
		seconds *= 3600
	}
	width = seconds * Second
	u.kind, u.stray = kind(head>>1&3), head&1 == 1
	if u.kind > closed || seconds <= 0 || seconds > maxSeconds {
		d.bad = true
		return u, 0
	}
	if u.kind != listed {
		return u, width
	}
	u.rows = int(d.number(maxRows))
	*read += d.signed(maxSeconds)
	u.read = *read
	if u.rows == 0 {
		return u, width
	}
	u.first = int(d.number(int64(u.rows)))
	b := append(d.take(6), 0, 0)
	u.sum = binary.LittleEndian.Uint64(b)
	return u, width
}

// take takes n bytes, its own copy.
func (d *decoder) take(n int) []byte {
	out := make([]byte, n, n+2)
	if d.bad || len(d.b) < n {
		d.bad = true
		return out
	}
	copy(out, d.b)
	d.b = d.b[n:]
	return out
}

// number takes a number from 0 to most.
func (d *decoder) number(most int64) int64 {
	v, n := binary.Uvarint(d.b)
	if d.bad || n <= 0 || v > uint64(most) {
		d.bad = true
		return 0
	}
	d.b = d.b[n:]
	return int64(v)
}

// signed takes a number from -most to most.
func (d *decoder) signed(most int64) int64 {
	v, n := binary.Varint(d.b)
	if d.bad || n <= 0 || v > most || v < -most {
		d.bad = true
		return 0
	}
	d.b = d.b[n:]
	return v
}
