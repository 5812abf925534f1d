package ledger

import (
	"context"
	"flag"
	"iter"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var costs = flag.Bool("costs", false, "print what runs cost for 10⁴ to 10⁷ events in the look-back; takes a minute and 200 MB")

// An account is a large world in which nothing happens between requests.
type account struct {
	rng     *rand.Rand
	rate    int // rows a day
	at      []int64
	now     int64
	longest int

	reads, counts int // requests
	rows          int // rows read
}

// newAccount holds rows spread over the days before now as sessions are: more
// by day than by night.
func newAccount(inLookback int) *account {
	a := &account{rng: rand.New(rand.NewPCG(7, 7)), rate: inLookback / 30, now: begin}
	a.live(40 * Day)
	return a
}

// live lets time pass. One row in a hundred comes late by up to ten minutes,
// one in 2,000 by up to three days.
func (a *account) live(width int64) {
	n := int(float64(a.rate) * float64(width) / float64(Day))
	for range n {
		at := a.now + a.rng.Int64N(width)
		if hour := at % Day / Hour; (hour < 7 || hour > 20) && a.rng.IntN(5) > 0 {
			at = a.now + a.rng.Int64N(width)
		}
		switch late := a.rng.IntN(2000); {
		case late == 0:
			at -= a.rng.Int64N(3 * Day)
		case late <= 20:
			at -= a.rng.Int64N(600 * Second)
		}
		a.at = append(a.at, at)
	}
	slices.Sort(a.at)
	a.now += width
}

func (a *account) held(s Span) []int64 {
	lo, _ := slices.BinarySearch(a.at, s.From)
	hi, _ := slices.BinarySearch(a.at, s.To)
	return a.at[lo:hi]
}

func (a *account) read(_ context.Context, s Span, cut Cut) iter.Seq2[Stretch, error] {
	return func(yield func(Stretch, error) bool) {
		last := Density{}
		for at := s.From; at < s.To; at += last.Over {
			st := Stretch{Span: Span{at, cut(Span{at, s.To}, last)}}
			rows := a.held(st.Span)
			for a.reads++; len(rows) > 10_000; a.reads++ {
				st.Span.To = at + FloorTo(st.Span.Width()/2, Second)
				rows = a.held(st.Span)
			}
			if len(rows) >= a.longest && len(rows) > 0 {
				a.longest = len(rows)
				a.reads++
			}
			for _, at := range rows {
				st.Rows = append(st.Rows, Digest{At: at, HasAt: true, Sum: mix(uint64(at))})
			}
			a.rows += len(rows)
			last = Density{Rows: len(rows), Over: st.Span.Width()}
			if !yield(st, nil) {
				return
			}
		}
	}
}

func (a *account) count(_ context.Context, s Span, n int) (Verdict, error) {
	a.counts++
	switch held := len(a.held(s)); {
	case held < n:
		return Fewer, nil
	case held > n:
		return More, nil
	}
	return Exactly, nil
}

// sync runs once and returns the new bookmark and how many rows it wrote.
func (a *account) sync(t *testing.T, b Bookmark) (Bookmark, int, *Run) {
	t.Helper()
	a.reads, a.counts, a.rows, a.longest = 0, 0, 0, 0
	o := walker{Options: Options{
		Now: a.now, From: begin, Lookback: 30 * 24 * time.Hour, Refresh: 7 * 24 * time.Hour,
	}, Read: a.read, Count: a.count}
	r := o.start(b)
	r.l.bounds = Bounds{Start: Inclusive, End: Exclusive}
	written := 0
	for batch, err := range o.batches(context.Background(), r) {
		require.NoError(t, err)
		written += len(batch.Write)
		b = batch.Bookmark
	}
	require.LessOrEqual(t, len(b.Ledger), MaxEncoded)
	return b, written, r
}

func TestQuietRunOfASmallAccount(t *testing.T) {
	a := newAccount(20_000)
	b, _, _ := a.sync(t, Bookmark{})
	a.now += Hour
	b, written, _ := a.sync(t, b)
	require.LessOrEqual(t, a.reads+a.counts, 6, "three pages, each proved whole at most")
	require.Zero(t, written)
	quiet := a.reads + a.counts

	for day := range int64(10) {
		a.at = append(a.at, a.now-(2*day+3)*Day-5)
	}
	slices.Sort(a.at)
	a.now += Hour
	_, written, r := a.sync(t, b)
	require.LessOrEqual(t, a.reads+a.counts, quiet)
	require.Equal(t, 10, r.Summary().Changed)
	require.Less(t, written, 20*20_000/720)
	late := 0
	for day, n := range r.Summary().Late {
		late += n
		require.True(t, n == 0 || day%2 == 1, "day %d", day)
	}
	require.Equal(t, 10, late)
}

func TestQuietRunOfALargeAccount(t *testing.T) {
	a := newAccount(1_000_000)
	b, _, _ := a.sync(t, Bookmark{})
	for range 3 {
		a.now += Hour
		var written int
		b, written, _ = a.sync(t, b)
		require.Zero(t, written)
		require.LessOrEqual(t, a.counts, 10)
		share := len(a.at) / (7 * 24)
		require.LessOrEqual(t, a.reads, 3+share/5000)
	}
}

// TestLiveAccount lives through 30 days: few rows are written twice, and the
// refresh is spread over the days.
func TestLiveAccount(t *testing.T) {
	for name, size := range map[string]int{"small look-back": 20_000, "large look-back": 300_000} {
		t.Run(name, func(t *testing.T) {
			a := newAccount(size)
			b, _, _ := a.sync(t, Bookmark{})
			before, written := len(a.at), 0
			for range 30 {
				a.live(Day)
				var n int
				b, n, _ = a.sync(t, b)
				written += n
				if size > 50_000 {
					require.Less(t, a.rows, size/2, "the refresh comes in shares")
				}
			}
			require.Less(t, float64(written)/float64(len(a.at)-before), 1.5)
			t.Logf("%.2f rows written per row", float64(written)/float64(len(a.at)-before))
		})
	}
}

// TestCosts prints the table of what runs cost.
func TestCosts(t *testing.T) {
	if !*costs {
		t.Skip("-costs not given")
	}
	for _, size := range []int{10_000, 100_000, 1_000_000, 10_000_000} {
		for name, every := range map[string]int64{"hourly": Hour, "daily": Day} {
			a := newAccount(size)
			b, _, r := a.sync(t, Bookmark{})
			runs, reads, counts, rows, written, before := 0, 0, 0, 0, 0, len(a.at)
			for passed := int64(0); passed < 3*Day; passed += every {
				a.live(every)
				var n int
				b, n, r = a.sync(t, b)
				runs, reads, counts, rows, written = runs+1, reads+a.reads, counts+a.counts, rows+a.rows, written+n
			}
			t.Logf("%8d %s: %.1f reads, %.1f counts, %d rows read per run; %.2f rows written per new row; %d units, %d bytes", size, name,
				float64(reads)/float64(runs), float64(counts)/float64(runs), rows/runs, float64(written)/float64(len(a.at)-before), r.Summary().Units, len(b.Ledger))
		}
	}
}
