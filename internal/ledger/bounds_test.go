package ledger

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExpect(t *testing.T) {
	l := &ledger{from: begin, to: begin + 4*Hour}
	for i := range int64(4) {
		l.units = append(l.units, unit{from: begin + i*Hour, rows: 10, first: 1 + int(i)})
	}
	plain := &ledger{from: begin, to: begin + 4*Hour}
	for i := range int64(4) {
		plain.units = append(plain.units, unit{from: begin + i*Hour, rows: 10})
	}
	for name, c := range map[string]struct {
		l      *ledger
		bounds Bounds
		from   int64 // hour asked from; the units are [2, 3)
		want   int
		ok     bool
	}{
		"[start, end)":                       {l, Bounds{Inclusive, Exclusive}, 2, 10, true},
		"[start, end]":                       {l, Bounds{Inclusive, Inclusive}, 2, 10 + 4, true},
		"(start, end) begins a unit earlier": {l, Bounds{Exclusive, Exclusive}, 1, 20 - 2, true},
		"(start, end]":                       {l, Bounds{Exclusive, Inclusive}, 1, 20 - 2 + 4, true},
		"an unknown start with rows on it":   {l, Bounds{Unknown, Exclusive}, 1, 0, false},
		"an unknown end with rows on it":     {l, Bounds{Inclusive, Unknown}, 2, 0, false},
		"unknown, and nothing on the ends":   {plain, Bounds{}, 1, 20, true},
	} {
		t.Run(name, func(t *testing.T) {
			c.l.bounds = c.bounds
			s, n, ok := c.l.expect(2, 3)
			require.Equal(t, c.ok, ok)
			require.Equal(t, c.want, n)
			require.Equal(t, Span{begin + c.from*Hour, begin + 3*Hour}, s)
		})
	}
}

// TestBoundsAreAskedOnce: with a row that lies exactly on a border, and never
// again once the bookmark knows.
func TestBoundsAreAskedOnce(t *testing.T) {
	s := &shelf{}
	s.fill(10, 0, 100)
	for h := range int64(100) {
		s.rows = append(s.rows, Digest{At: begin + h*Hour, HasAt: true})
	}
	b, _ := sync(t, Bookmark{}, s.options(100))
	var asked []int64
	o := s.options(101)
	answer := Bounds{}
	o.Bounds = func(_ context.Context, at int64) (Bounds, error) {
		asked = append(asked, at)
		return answer, nil
	}
	b, written := sync(t, b, o)
	require.Empty(t, written)
	require.Len(t, asked, maxBoundQuestions, "no answer, and no more questions")
	require.Empty(t, s.asked, "then the units are read")
	for _, at := range asked {
		require.Zero(t, (at-begin)%Hour)
	}

	asked, answer = nil, Bounds{Inclusive, Exclusive}
	b, _ = sync(t, b, o)
	require.Len(t, asked, 1)
	require.NotEmpty(t, s.asked)

	asked, s.asked, s.at = nil, nil, nil
	_, _ = sync(t, b, o)
	require.Empty(t, asked)
	require.Len(t, s.asked, 2, "a thousand rows each")
	require.Len(t, s.at, 1, "the last hour")
}
