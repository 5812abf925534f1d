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
			change: func(s *shelf) { s.rows = append(s.rows, Digest{At: begin + 7*Hour + 5, HasAt: true}) },
			counts: 20, want: map[int64]Standing{7: Missing},
		},
		"a row that is gone": {
			change: func(s *shelf) { s.rows = append(s.rows[:75], s.rows[76:]...) },
			counts: 20, want: map[int64]Standing{7: Lost},
		},
		"changes far apart": {
			change: func(s *shelf) {
				s.rows = append(s.rows[:75], s.rows[76:]...)
				s.rows = append(s.rows, Digest{At: begin + 100*Hour + 5, HasAt: true}, Digest{At: begin + 190*Hour + 5, HasAt: true})
			},
			counts: 40, want: map[int64]Standing{7: Lost, 100: Missing, 190: Missing},
		},
		"a row that hides behind another's removal": {
			change: func(s *shelf) { s.rows[75].At += 3 * Hour },
			counts: 3, deep: map[int64]Standing{7: Lost, 10: Missing},
		},
		"a changed row": {
			change: func(s *shelf) { s.rows[75].Sum++ },
			counts: 3, deep: map[int64]Standing{7: Changed},
		},
		"a row exactly on the first instant of a unit": {
			change: func(s *shelf) { s.rows = append(s.rows, Digest{At: begin + 50*Hour, HasAt: true}) },
			counts: 20, want: map[int64]Standing{50: Missing},
		},
		"a row on the ledger's end": {
			change: func(s *shelf) { s.rows = append(s.rows, Digest{At: begin + 200*Hour, HasAt: true}) },
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
				all, err := s.options(200).audit(context.Background(), b, deep)
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
		if s == Lost {
			n++
		}
	}
	return n
}

func TestVerifyTellsWhatIsUnread(t *testing.T) {
	s := &shelf{}
	s.fill(10, 0, 48)
	s.shaky = Span{begin + 7*Hour, begin + 7*Hour + Second}
	b, _ := sync(t, Bookmark{}, s.options(48))
	all, err := s.options(48).audit(context.Background(), b, true)
	require.NoError(t, err)
	pending := 0
	for _, f := range all {
		if f.Standing == Unread {
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
	_, err := o.audit(context.Background(), b, false)
	require.ErrorContains(t, err, "another filter")
	b.Ledger = b.Ledger[:9]
	_, err = s.options(48).audit(context.Background(), b, false)
	require.ErrorIs(t, err, errDamaged)
	b.Ledger = "9.x"
	_, err = s.options(48).audit(context.Background(), b, false)
	require.ErrorIs(t, err, errNewer)
}

// TestVerifyTellsWhatIsNew lets rows come after the bookmark, and in the hour
// before it, when sessions were under way.
func TestVerifyTellsWhatIsNew(t *testing.T) {
	row := func(at int64) Digest { return Digest{At: begin + at, HasAt: true, Sum: mix(uint64(at))} }
	const half = Hour / 2 // the bookmark stands half an hour after a full one
	for name, c := range map[string]struct {
		change func(s *shelf)
		want   map[int64]Standing // by the second in which a unit begins
	}{
		"after it":                        {func(s *shelf) { s.rows = append(s.rows, row(48*Hour+half+5), row(48*Hour+half+Hour)) }, map[int64]Standing{48*3600 + 1800: New, 49 * 3600: New}},
		"exactly on it":                   {func(s *shelf) { s.rows = append(s.rows, row(48*Hour+half)) }, map[int64]Standing{48*3600 + 1800: New}},
		"before it, in its hour":          {func(s *shelf) { s.rows = append(s.rows, row(48*Hour+5)) }, map[int64]Standing{48 * 3600: New}},
		"changed, in its hour":            {func(s *shelf) { s.rows[len(s.rows)-1].Sum++ }, map[int64]Standing{48 * 3600: New}},
		"gone, in its hour":               {func(s *shelf) { s.rows = s.rows[:len(s.rows)-1] }, map[int64]Standing{48 * 3600: Lost}},
		"half an hour before it":          {func(s *shelf) { s.rows = append(s.rows, row(48*Hour-half+5)) }, map[int64]Standing{47 * 3600: New}},
		"more than an hour before it":     {func(s *shelf) { s.rows = append(s.rows, row(47*Hour+5)) }, map[int64]Standing{47 * 3600: Missing}},
		"before it and after it":          {func(s *shelf) { s.rows = append(s.rows, row(7*Hour+5), row(50*Hour)) }, map[int64]Standing{7 * 3600: Missing, 50 * 3600: New}},
		"early in a day without any rows": {func(s *shelf) { s.rows = append(s.rows, row(25*Hour)) }, map[int64]Standing{24 * 3600: Missing}},
	} {
		t.Run(name, func(t *testing.T) {
			s := &shelf{}
			s.fill(10, 0, 24)
			s.fill(10, 47, 49)
			at := s.options(48)
			at.Now += half
			b, _ := sync(t, Bookmark{}, at)
			c.change(s)
			for _, deep := range []bool{false, true} {
				if !deep && name == "changed, in its hour" {
					continue // equal numbers hide it
				}
				all, err := s.options(60).audit(context.Background(), b, deep)
				require.NoError(t, err)
				got := map[int64]Standing{}
				for _, f := range all {
					if f.Standing != Same {
						got[(f.Span.From-begin)/Second] = f.Standing
						require.Equal(t, f.Span.From >= b.Since, f.After)
						require.Equal(t, len(s.held(f.Span)), f.Found)
					}
				}
				require.Equal(t, c.want, got, "deep %t", deep)
			}
		})
	}
}

// TestVerifyReadsNoMoreThanAPageOfWhatIsNew bounds the cost of a state that is
// old.
func TestVerifyReadsNoMoreThanAPageOfWhatIsNew(t *testing.T) {
	s := &shelf{}
	s.fill(10, 0, 48)
	b, _ := sync(t, Bookmark{}, s.options(48))
	s.fill(10, 48, 200)
	s.at = nil
	all, err := s.options(200).audit(context.Background(), b, false)
	require.NoError(t, err)
	rows := 0
	for _, f := range all[48:] {
		require.True(t, f.After)
		rows += max(0, f.Found)
	}
	require.Less(t, rows, 200)
	last := all[len(all)-1]
	require.Equal(t, -1, last.Found)
	require.Equal(t, begin+200*Hour, last.Span.To)
	behind := 0
	for _, span := range s.at {
		if span.From >= b.Since {
			behind++
		}
	}
	require.LessOrEqual(t, behind, 2)
}
