package ledger

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A shelf is an API that holds still: stretches end where they are cut.
type shelf struct {
	rows  []Digest
	shaky Span // answered shaky
	asked []Span
	at    []Span  // read
	extra *Digest // answered with whatever holds begin
}

func (s *shelf) held(span Span) (out []Digest) {
	for _, r := range s.rows {
		if span.Holds(r.At) {
			out = append(out, r)
		}
	}
	return out
}

func (s *shelf) read(_ context.Context, span Span, cut Cut) iter.Seq2[Stretch, error] {
	return func(yield func(Stretch, error) bool) {
		last := Density{}
		for at := span.From; at < span.To; {
			st := Stretch{Span: Span{at, cut(Span{at, span.To}, last)}}
			if at < s.shaky.From && st.Span.To > s.shaky.From {
				st.Span.To = s.shaky.From
			}
			if at == s.shaky.From && s.shaky.Width() > 0 {
				st.Span.To, st.Shaky = min(st.Span.To, s.shaky.To), true
			}
			s.at = append(s.at, st.Span)
			st.Rows = s.held(st.Span)
			if s.extra != nil && st.Span.Holds(begin) {
				st.Rows = append(st.Rows, *s.extra)
			}
			last = Density{Rows: len(st.Rows), Over: st.Span.Width()}
			at = st.Span.To
			if !yield(st, nil) {
				return
			}
		}
	}
}

func (s *shelf) count(_ context.Context, span Span, n int) (Verdict, error) {
	s.asked = append(s.asked, span)
	switch held := len(s.held(span)); {
	case held < n:
		return Fewer, nil
	case held > n:
		return More, nil
	}
	return Exactly, nil
}

// fill puts n rows into each of the hours [from, to) after begin.
func (s *shelf) fill(n int, from, to int64) {
	for h := from; h < to; h++ {
		for i := range int64(n) {
			at := begin + h*Hour + i*1000 + 1
			s.rows = append(s.rows, Digest{At: at, HasAt: true, Sum: mix(uint64(at))})
		}
	}
}

// options are those of a large look-back of ten days, an hour after begin+h.
func (s *shelf) options(h int64) walker {
	return walker{Options: Options{
		Now: begin + h*Hour, From: begin, Lookback: 10 * 24 * time.Hour, Refresh: 5 * 24 * time.Hour,
		Page: 100, Window: 1000, Reread: -1,
	}, Read: s.read, Count: s.count}
}

// sync runs from b and returns the new bookmark and the rows written.
func sync(t *testing.T, b Bookmark, o walker) (Bookmark, []Digest) {
	t.Helper()
	return finish(t, o, o.start(b))
}

func finish(t *testing.T, o walker, r *Run) (b Bookmark, written []Digest) {
	t.Helper()
	for batch, err := range o.batches(context.Background(), r) {
		require.NoError(t, err)
		require.True(t, slices.IsSorted(batch.Write))
		for _, i := range batch.Write {
			written = append(written, batch.Stretch.Rows[i])
		}
		b = batch.Bookmark
	}
	return b, written
}

func TestRunComesInOrderOfTimeAndEndsDone(t *testing.T) {
	s := &shelf{}
	s.fill(10, 0, 48)
	at, done := begin, 0.0
	var last entered
	o := s.options(48)
	for b, err := range o.batches(context.Background(), o.start(Bookmark{})) {
		require.NoError(t, err)
		require.GreaterOrEqual(t, b.Done, done)
		if b.Stretch.Span.Width() > 0 {
			require.Equal(t, at, b.Stretch.Span.From)
			at = b.Stretch.Span.To
			require.Equal(t, at, b.Bookmark.Since)
		}
		done, last = b.Done, b
	}
	require.Equal(t, begin+48*Hour, at)
	require.Equal(t, begin+48*Hour, last.Bookmark.Since)
	require.Equal(t, begin, last.Bookmark.From)
	require.Equal(t, 1.0, last.Done)
	require.Empty(t, last.Write)
}

func TestUnitsThatDidNotChangeAreNotWritten(t *testing.T) {
	s := &shelf{}
	s.fill(10, 0, 48)
	b, written := sync(t, Bookmark{}, s.options(48))
	require.Len(t, written, 480)
	late := Digest{At: begin + 7*Hour + 60*Second, HasAt: true, Sum: 1}
	s.rows = append(s.rows, late)
	b, written = sync(t, b, s.options(49))
	require.Len(t, written, 11, "the unit of the late row, and nothing of its neighbours")
	require.Contains(t, written, late)
	_, written = sync(t, b, s.options(49))
	require.Empty(t, written)
}

// TestRenameWaitsForTheRefresh: without a count that moves, a large look-back
// finds it when its turn comes, and not later.
func TestRenameWaitsForTheRefresh(t *testing.T) {
	s := &shelf{}
	s.fill(10, 0, 240)
	b, _ := sync(t, Bookmark{}, s.options(240))
	s.rows[1205].Sum++
	var written []Digest
	for h := int64(241); len(written) == 0; h += 6 {
		require.LessOrEqual(t, h, int64(240+5*24+6))
		b, written = sync(t, b, s.options(h))
	}
	require.Len(t, written, 10)
	require.Contains(t, written, s.rows[1205])
}

func TestShakySecondIsReadAgainThoughItHolds(t *testing.T) {
	s := &shelf{}
	s.fill(10, 0, 48)
	s.shaky = Span{begin + 7*Hour, begin + 7*Hour + Second}
	b, _ := sync(t, Bookmark{}, s.options(48))
	b, written := sync(t, b, s.options(49))
	require.Len(t, written, 10, "still shaky")
	s.shaky, s.at = Span{}, nil
	b, written = sync(t, b, s.options(50))
	require.Len(t, written, 10, "and now it is known")
	require.True(t, slices.ContainsFunc(s.at, func(read Span) bool { return read.Holds(begin + 7*Hour) }))
	s.at = nil
	_, written = sync(t, b, s.options(51))
	require.Empty(t, written)
}

// TestLargeUnit: a unit that outgrew its page is only read twice if it changed.
func TestLargeUnit(t *testing.T) {
	s := &shelf{}
	s.fill(10, 0, 40)
	o := s.options(40)
	o.Units = 2
	b, _ := sync(t, Bookmark{}, o)
	o.Reread = 1_000_000
	s.at = nil
	b, written := sync(t, b, o)
	require.Empty(t, written)
	once := len(s.at)
	require.Greater(t, once, 4)
	s.rows[0].Sum++
	s.at = nil
	r := o.start(b)
	_, written = finish(t, o, r)
	require.Greater(t, len(written), 100)
	require.Contains(t, written, s.rows[0])
	sum := r.Summary()
	require.Equal(t, 400, sum.Written+sum.Same, "each row once")
	require.Equal(t, 400+len(written), sum.Read)
	require.Equal(t, 1, sum.Changed)
	require.Greater(t, len(s.at), once)
}

// TestStrays: a row without a clock is written once, and its unit is read from
// then on, because counting it proves nothing.
func TestStrays(t *testing.T) {
	s := &shelf{}
	s.fill(10, 0, 48)
	stray := Digest{Sum: 99}
	s.extra = &stray
	b, written := sync(t, Bookmark{}, s.options(48))
	require.Len(t, written, 481)
	require.Contains(t, written, stray)
	s.at = nil
	b, written = sync(t, b, s.options(49))
	require.Empty(t, written)
	require.Contains(t, s.at, Span{begin, begin + 2*Hour}, "the stray's unit, and the first one to be counted")
	stray.Sum++
	_, written = sync(t, b, s.options(50))
	require.Len(t, written, 11)
	require.Contains(t, written, stray)
}

// TestStrayInAPart: of a unit that is listed nothing is written before its last
// part shows that it changed, but for a row without a clock: the API need not
// answer it when it is asked again.
func TestStrayInAPart(t *testing.T) {
	s := &shelf{}
	s.fill(10, 0, 48)
	b, _ := sync(t, Bookmark{}, s.options(48))
	o := s.options(48)
	o.Refresh = 0
	r := o.start(b)
	step, err := r.Next()
	require.NoError(t, err)
	for ; step.Want != Read; step, err = r.Next() {
		require.NoError(t, err)
		r.Counted(More)
	}
	rows := append(s.held(Span{step.Span.From, step.Span.From + Hour}), Digest{Sum: 99})
	require.Len(t, rows, 11)
	batch, err := r.Enter(Stretch{Span: Span{step.Span.From, step.Span.From + Hour}, Part: true, Rows: rows})
	require.NoError(t, err)
	require.Equal(t, []int{10}, batch.Write)
}

func TestEndDate(t *testing.T) {
	s := &shelf{}
	s.fill(1, 0, 48)
	o := s.options(48)
	o.To = begin + 24*Hour + 1
	b, written := sync(t, Bookmark{}, o)
	require.Len(t, written, 24)
	require.Equal(t, begin+24*Hour, b.Since)
	o.From, o.To = o.To, 0
	_, rest := sync(t, Bookmark{}, o)
	require.Len(t, rest, 24, "slices add up")

	// Time behind an end that was moved back is left alone.
	b, _ = sync(t, Bookmark{}, s.options(48))
	s.rows = append(s.rows, Digest{At: begin + 30*Hour, HasAt: true, Sum: 1})
	o = s.options(49)
	o.To = begin + 24*Hour
	after, written := sync(t, b, o)
	require.Empty(t, written)
	require.Equal(t, b.Since, after.Since)
	_, written = sync(t, after, s.options(49))
	require.Len(t, written, 2)
}

func TestRunWithNothingToDo(t *testing.T) {
	s := &shelf{}
	s.fill(1, 0, 48)
	b, _ := sync(t, Bookmark{}, s.options(48))
	s.at, s.asked = nil, nil
	for name, o := range map[string]walker{
		"a start in the future": func() walker { o := s.options(48); o.From = o.Now + Second; return o }(),
	} {
		t.Run(name, func(t *testing.T) {
			after, written := sync(t, b, o)
			require.Empty(t, written)
			require.Equal(t, b, after)
			require.Empty(t, append(s.at, s.asked...))
		})
	}
}

// TestWindows: units may be calendar windows, whose rows all lie on their
// first instant, as Options.Border draws them.
func TestWindows(t *testing.T) {
	day := func(at int64) int64 { return FloorTo(at, Day) + Day }
	rows := map[int64]uint64{}
	read := func(_ context.Context, s Span, _ Cut) iter.Seq2[Stretch, error] {
		return func(yield func(Stretch, error) bool) {
			for at := s.From; at < s.To; at = day(at) {
				st := Stretch{Span: Span{at, min(s.To, day(at))}}
				st.Rows = []Digest{{At: FloorTo(at, Day), HasAt: true, Sum: rows[FloorTo(at, Day)]}}
				if !yield(st, nil) {
					return
				}
			}
		}
	}
	o := walker{Options: Options{
		Now: begin + 3*Day + 5*Hour, From: begin, Lookback: 10 * 24 * time.Hour, Refresh: 24 * time.Hour,
		Reread: -1, Border: day,
	}, Read: read}
	b, written := sync(t, Bookmark{}, o)
	require.Len(t, written, 4)
	o.Now += Hour
	rows[begin+3*Day] = 9
	b, written = sync(t, b, o)
	require.Len(t, written, 1, "the open window")
	o.Now += Hour
	rows[begin+Day] = 9
	b, written = sync(t, b, o)
	require.Empty(t, written, "closed windows are looked at once a day")
	o.Now += 22 * Hour
	_, written = sync(t, b, o)
	require.Len(t, written, 2, "the changed one and the new one")
}

func TestErrorsEndARun(t *testing.T) {
	broken := errors.New("broken")
	one := func(st Stretch, err error) reader {
		return func(context.Context, Span, Cut) iter.Seq2[Stretch, error] {
			return func(yield func(Stretch, error) bool) { yield(st, err) }
		}
	}
	s := &shelf{}
	s.fill(10, 0, 48)
	s.rows = append(s.rows, Digest{At: begin, HasAt: true}, Digest{At: begin + 46*Hour, HasAt: true})
	b, _ := sync(t, Bookmark{}, s.options(48))
	for name, c := range map[string]struct {
		edit func(o *walker)
		says string
	}{
		"a reader's error":         {func(o *walker) { o.Read = one(Stretch{}, broken) }, "broken"},
		"a counter's error":        {func(o *walker) { o.Count = func(context.Context, Span, int) (Verdict, error) { return 0, broken } }, "broken"},
		"a reader that stops":      {func(o *walker) { o.Read = one(Stretch{Span: Span{begin + 46*Hour, begin + 47*Hour}}, nil) }, "ended at 2026-01-02T23:00:00Z"},
		"a reader that leaves out": {func(o *walker) { o.Read = one(Stretch{Span: Span{begin + 47*Hour, begin + 48*Hour}}, nil) }, "got [2026-01-02T23:00:00Z, 2026-01-03T00:00:00Z) after 2026-01-02T22:00:00Z"},
		"a reader that runs over":  {func(o *walker) { o.Read = one(Stretch{Span: Span{begin + 46*Hour, begin + 50*Hour}}, nil) }, "after 2026-01-02T22:00:00Z"},
		"a reader that stays put":  {func(o *walker) { o.Read = one(Stretch{Span: Span{begin + 46*Hour, begin + 46*Hour}}, nil) }, "after 2026-01-02T22:00:00Z"},
		"a reader that splits":     {func(o *walker) { o.Read = one(Stretch{Span: Span{begin + 46*Hour, begin + 47*Hour + 1}}, nil) }, "after 2026-01-02T22:00:00Z"},
		"a bounds question's error": {func(o *walker) {
			o.Count, o.Bounds = s.count, func(context.Context, int64) (Bounds, error) { return Bounds{}, broken }
		}, "broken"},
	} {
		t.Run(name, func(t *testing.T) {
			o := s.options(49)
			o.Overlap, o.Refresh, o.Count = 2*time.Hour, 0, nil
			c.edit(&o)
			var got error
			for _, err := range o.batches(context.Background(), o.start(b)) {
				require.NoError(t, got, "an error ends the sequence")
				got = err
			}
			require.ErrorContains(t, got, c.says)
		})
	}
}

func TestCancelEndsARun(t *testing.T) {
	s := &shelf{}
	s.fill(10, 0, 48)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var got error
	o := s.options(48)
	for _, err := range o.batches(ctx, o.start(Bookmark{})) {
		cancel()
		got = err
	}
	require.ErrorIs(t, got, context.Canceled)
}
