package ledger

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestVerify(t *testing.T) {
	for name, c := range map[string]struct {
		change func(s *shelf)
		counts int // at most
		want   map[int64]Standing
		deep   map[int64]Standing // where deep sees more
	}{
		"nothing": {change: func(*shelf) {}, counts: 3},
		"a late row": {
			change: func(s *shelf) { s.rows = append(s.rows, Row{At: begin + 7*Hour + 5, HasAt: true}) },
			counts: 20, want: map[int64]Standing{7: Grown},
		},
		"a row that is gone": {
			change: func(s *shelf) { s.rows = append(s.rows[:75], s.rows[76:]...) },
			counts: 20, want: map[int64]Standing{7: Shrunk},
		},
		"changes far apart": {
			change: func(s *shelf) {
				s.rows = append(s.rows[:75], s.rows[76:]...)
				s.rows = append(s.rows, Row{At: begin + 100*Hour + 5, HasAt: true}, Row{At: begin + 190*Hour + 5, HasAt: true})
			},
			counts: 40, want: map[int64]Standing{7: Shrunk, 100: Grown, 190: Grown},
		},
		"a row that hides behind another's removal": {
			change: func(s *shelf) { s.rows[75].At += 3 * Hour },
			counts: 3, deep: map[int64]Standing{7: Shrunk, 10: Grown},
		},
		"a changed row": {
			change: func(s *shelf) { s.rows[75].Sum++ },
			counts: 3, deep: map[int64]Standing{7: Changed},
		},
		"a row exactly on the first instant of a unit": {
			change: func(s *shelf) { s.rows = append(s.rows, Row{At: begin + 50*Hour, HasAt: true}) },
			counts: 20, want: map[int64]Standing{50: Grown},
		},
		"a row on the ledger's end": {
			change: func(s *shelf) { s.rows = append(s.rows, Row{At: begin + 200*Hour, HasAt: true}) },
			counts: 3,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := &shelf{}
			s.fill(10, 0, 200)
			b, _ := sync(t, Bookmark{}, s.options(200))
			s.asked = nil
			c.change(s)
			standings := func(deep bool) map[int64]Standing {
				got := map[int64]Standing{}
				all, err := Verify(context.Background(), b, s.options(201), deep)
				require.NoError(t, err)
				require.Equal(t, 200, len(all))
				for i, f := range all {
					require.Equal(t, Span{begin + int64(i)*Hour, begin + int64(i+1)*Hour}, f.Span)
					require.Equal(t, 10, f.Rows)
					if f.Standing != Same {
						got[int64(i)] = f.Standing
						require.Equal(t, len(s.held(f.Span)), f.Found)
					}
				}
				return got
			}
			want := c.want
			if want == nil {
				want = map[int64]Standing{}
			}
			require.Equal(t, want, standings(false))
			require.LessOrEqual(t, len(s.asked), c.counts)
			if c.deep != nil {
				want = c.deep
			}
			require.Equal(t, want, standings(true))
			_, written := sync(t, b, s.options(200))
			require.Equal(t, 10*len(c.want)+len(c.want)-2*shrunk(c.want), len(written), "a run writes what verify found")
		})
	}
}

func shrunk(m map[int64]Standing) (n int) {
	for _, s := range m {
		if s == Shrunk {
			n++
		}
	}
	return n
}

func TestVerifyTellsWhatIsPending(t *testing.T) {
	s := &shelf{}
	s.fill(10, 0, 48)
	s.shaky = Span{begin + 7*Hour, begin + 7*Hour + Second}
	b, _ := sync(t, Bookmark{}, s.options(48))
	all, err := Verify(context.Background(), b, s.options(48), true)
	require.NoError(t, err)
	pending := 0
	for _, f := range all {
		if f.Standing == Pending {
			pending++
			require.Equal(t, s.shaky, f.Span)
		} else {
			require.Equal(t, Same, f.Standing)
		}
	}
	require.Equal(t, 1, pending)
}

func TestVerifyRefuses(t *testing.T) {
	s := &shelf{}
	s.fill(10, 0, 48)
	b, _ := sync(t, Bookmark{}, s.options(48))
	o := s.options(48)
	o.Filter = "other"
	_, err := Verify(context.Background(), b, o, false)
	require.ErrorContains(t, err, "another filter")
	b.Ledger = b.Ledger[:9]
	_, err = Verify(context.Background(), b, s.options(48), false)
	require.ErrorIs(t, err, errDamaged)
	b.Ledger = "9.x"
	_, err = Verify(context.Background(), b, s.options(48), false)
	require.ErrorIs(t, err, errNewer)
}
