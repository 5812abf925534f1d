package ledger

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCoalesce(t *testing.T) {
	at := func(minutes int64, rows int) unit { return unit{from: begin + minutes*60*Second, rows: rows} }
	for name, c := range map[string]struct {
		units []unit
		want  []int // rows
	}{
		"pieces of an hour are joined":              {[]unit{at(0, 1), at(10, 2), at(20, 3)}, []int{6}},
		"hours are not":                             {[]unit{at(0, 1), at(60, 2)}, []int{1, 2}},
		"nor what would not fit a request":          {[]unit{at(0, 60), at(10, 30), at(20, 30)}, []int{60, 60}},
		"empty hours of a day are":                  {[]unit{at(0, 0), at(60, 0), at(120, 0), at(180, 4)}, []int{0, 4}},
		"but not across days":                       {[]unit{at(0, 0), at(24*60, 0)}, []int{0, 0}},
		"what is unread stays apart":                {[]unit{at(0, 1), {from: begin + Second, kind: unread}, at(10, 0)}, []int{1, 0, 0}},
		"what is closed stays apart":                {[]unit{at(0, 0), {from: begin + Second, kind: closed}, at(10, 0)}, []int{0, 0, 0}},
		"a piece of the next hour is not this hour": {[]unit{at(50, 1), at(60, 1), at(70, 1)}, []int{1, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			l := &ledger{from: begin, to: begin + 10*Day, units: c.units}
			l.coalesce(Span{l.floor(), l.to}, 80, nextHour)
			var rows []int
			for _, u := range l.units {
				rows = append(rows, u.rows)
			}
			require.Equal(t, c.want, rows)
		})
	}
}

func TestShrinkJoinsTheNeighboursWithTheFewestRows(t *testing.T) {
	l := &ledger{from: begin, to: begin + 6*Hour}
	for i, rows := range []int{5, 1, 2, 9, 9, 1} {
		l.units = append(l.units, unit{from: begin + int64(i)*Hour, rows: rows, first: 1, sum: sumBits - uint64(i), read: int64(10 - i)})
	}
	l.shrink(4, l.to)
	require.Equal(t, []unit{
		{from: begin, rows: 8, first: 1, sum: sumBits - 5, read: 8},
		{from: begin + 3*Hour, rows: 9, first: 1, sum: sumBits - 3, read: 7},
		{from: begin + 4*Hour, rows: 9, first: 1, sum: sumBits - 4, read: 6},
		{from: begin + 5*Hour, rows: 1, first: 1, sum: sumBits - 5, read: 5},
	}, l.units)
}

// TestSqueeze: units that were joined with an unread neighbour are read again.
func TestSqueeze(t *testing.T) {
	l := &ledger{from: begin, to: begin + 4*Hour, units: []unit{
		{from: begin, rows: 5}, {from: begin + Hour, kind: unread}, {from: begin + 2*Hour, rows: 5}, {from: begin + 3*Hour, kind: unread},
	}}
	l.squeeze(2)
	require.Equal(t, []unit{{from: begin, kind: unread}, {from: begin + 2*Hour, kind: unread}}, l.units)
	l.squeeze(0)
	require.Len(t, l.units, 1)
}

func TestFloorTo(t *testing.T) {
	require.Equal(t, -Hour, FloorTo(-1, Hour))
	require.Equal(t, -Hour, FloorTo(-Hour, Hour))
	require.Zero(t, FloorTo(Hour-1, Hour))
	require.Zero(t, nextHour(-Hour))
	require.Equal(t, "[1969-12-31T23:59:59.5Z, 1970-01-01T00:00:00Z)", Span{-Second / 2, 0}.String())
}

// TestSumKeepsRowsOfEqualAndZeroHash: rows held twice do not cancel out, and a
// hash of 0 counts.
func TestSumKeepsRowsOfEqualAndZeroHash(t *testing.T) {
	var none, one, two unit
	one.enter(Digest{Sum: 1 << 63})
	two.enter(Digest{Sum: 1 << 63})
	two.enter(Digest{Sum: 1 << 63})
	require.False(t, none.same(one.rows, one.sum), "48 bits are kept, and the number")
	require.False(t, one.same(two.rows, two.sum))
}
