package simulation

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/ledger"
)

// An archive is a stream of server time in memory, for accounts too large for
// the emulator: rows sorted by clock in hours of their own.
type archive struct {
	rng      *rand.Rand
	hours    [][]ledger.Digest // from 0 on
	coming   []ledger.Digest   // late ones
	arrives  []int64           // when each of coming does
	late     float64
	requests int
	read     int
	longest  int
}

// live adds the rows of a span: a share of them comes late.
func (a *archive) live(s ledger.Span, rows int) {
	for range rows {
		row := ledger.Digest{At: s.From + a.rng.Int64N(s.Width()), HasAt: true, Sum: a.rng.Uint64()}
		if a.rng.Float64() >= a.late {
			a.put(row)
			continue
		}
		delay := []int64{3 * ledger.Hour, 2 * ledger.Day, 20 * ledger.Day}[a.rng.IntN(3)]
		a.coming, a.arrives = append(a.coming, row), append(a.arrives, row.At+a.rng.Int64N(delay))
	}
	for i := 0; i < len(a.coming); {
		if a.arrives[i] >= s.To {
			i++
			continue
		}
		a.put(a.coming[i])
		last := len(a.coming) - 1
		a.coming[i], a.arrives[i] = a.coming[last], a.arrives[last]
		a.coming, a.arrives = a.coming[:last], a.arrives[:last]
	}
	for h := s.From / ledger.Hour; h <= s.To/ledger.Hour && h < int64(len(a.hours)); h++ {
		a.sort(a.hours[h])
	}
}

// put enters a row; hours with late rows are sorted when they are read.
func (a *archive) put(row ledger.Digest) {
	h := int(row.At / ledger.Hour)
	for len(a.hours) <= h {
		a.hours = append(a.hours, nil)
	}
	a.hours[h] = append(a.hours[h], row)
}

func (a *archive) sort(rows []ledger.Digest) {
	less := func(x, y ledger.Digest) int { return int(x.At - y.At) }
	if !slices.IsSortedFunc(rows, less) {
		slices.SortFunc(rows, less)
	}
}

// parts yields what each hour holds of a span.
func (a *archive) parts(s ledger.Span) iter.Seq[[]ledger.Digest] {
	return func(yield func([]ledger.Digest) bool) {
		for h := s.From / ledger.Hour; h*ledger.Hour < s.To && h < int64(len(a.hours)); h++ {
			rows := a.hours[h]
			if s.From <= h*ledger.Hour && (h+1)*ledger.Hour <= s.To {
				if !yield(rows) {
					return
				}
				continue
			}
			a.sort(rows)
			at := func(t int64) int { return sort.Search(len(rows), func(i int) bool { return rows[i].At >= t }) }
			if !yield(rows[at(s.From):at(s.To)]) {
				return
			}
		}
	}
}

func (a *archive) holds(s ledger.Span) (n int) {
	for rows := range a.parts(s) {
		n += len(rows)
	}
	return n
}

// count compares the rows of s with n.
func (a *archive) count(s ledger.Span, n int) ledger.Verdict {
	a.requests++
	return ledger.Verdict(min(1, max(-1, a.holds(s)-n)))
}

const pageRows = 10_000

// reader reads s as the tap does: a page for a stretch,
// a smaller stretch where it is not whole, a proof where it is long.
func (a *archive) reader(s ledger.Span, cut ledger.Cut) iter.Seq[ledger.Stretch] {
	return func(yield func(ledger.Stretch) bool) {
		last := ledger.Density{}
		for at := s.From; at < s.To; {
			part := ledger.Span{From: at, To: cut(ledger.Span{From: at, To: s.To}, last)}
			n := a.holds(part)
			for a.requests++; n > pageRows; n, a.requests = a.holds(part), a.requests+1 {
				part.To = part.From + max(ledger.Second, part.Width()/2/ledger.Second*ledger.Second)
			}
			if n >= a.longest && n > 0 {
				a.longest = n
				a.requests++
			}
			st := ledger.Stretch{Span: part, Rows: make([]ledger.Digest, 0, n)}
			for rows := range a.parts(part) {
				st.Rows = append(st.Rows, rows...)
			}
			a.read += n
			last, at = ledger.Density{Rows: n, Over: part.Width()}, part.To
			if !yield(st) {
				return
			}
		}
	}
}

// run is one run at a moment; it returns the bookmark and the rows to write.
func (a *archive) run(t testing.TB, b ledger.Bookmark, now int64) (ledger.Bookmark, int) {
	a.requests, a.read, a.longest = 0, 0, 0
	run := ledger.Start(b, ledger.Options{Now: now, From: ledger.Second, Lookback: 30 * 24 * time.Hour, Refresh: 7 * 24 * time.Hour,
		Page: pageRows, CanCount: true, CanAsk: true})
	written := 0
	for {
		step, err := run.Next()
		require.NoError(t, err)
		switch step.Want {
		case ledger.Count:
			run.Counted(a.count(step.Span, step.Rows))
		case ledger.AskBounds:
			a.requests++
			run.Told(ledger.Bounds{Start: ledger.Inclusive, End: ledger.Exclusive})
		case ledger.Read:
			for st := range a.reader(step.Span, step.Cut) {
				batch, err := run.Enter(st)
				require.NoError(t, err)
				written += len(batch.Write)
			}
		default:
			b = run.End().Bookmark
			require.LessOrEqual(t, len(b.Ledger), 12<<10)
			return b, written
		}
	}
}

// TestLedgerAlone measures requests and rows by the size of the look-back.
func TestLedgerAlone(t *testing.T) {
	sizes := []int{10_000, 100_000}
	if *full {
		sizes = append(sizes, 1_000_000, 10_000_000)
	}
	for _, size := range sizes {
		for _, every := range []int64{ledger.Hour, ledger.Day} {
			for _, late := range []float64{0, 0.001, 0.02} {
				if late == 0.02 && size > 1_000_000 {
					continue // half a billion rows read
				}
				t.Run(fmt.Sprintf("%d rows, every %d hours, %.1f %% late", size, every/ledger.Hour, 100*late), func(t *testing.T) {
					measure(t, size, every, late)
				})
			}
		}
	}
}

// measure loads a look-back of so many rows and runs on for eight days.
func measure(t *testing.T, size int, every int64, late float64) {
	a := &archive{rng: rand.New(rand.NewPCG(*seed, 48)), late: late}
	now := 31 * ledger.Day
	day := size / 30
	for d := ledger.Day; d < now; d += ledger.Day {
		a.live(ledger.Span{From: d, To: d + ledger.Day}, day)
	}
	b, _ := a.run(t, ledger.Bookmark{}, now)
	runs, most, requests, read, written, fresh := 0, 0, 0, 0, 0, 0
	for end := now + 8*ledger.Day; now < end; now += every {
		a.live(ledger.Span{From: now, To: now + every}, int(int64(day)*every/ledger.Day))
		n := 0
		b, n = a.run(t, b, now+every)
		runs, most = runs+1, max(most, a.requests)
		requests, read, written, fresh = requests+a.requests, read+a.read, written+n, fresh+int(int64(day)*every/ledger.Day)
	}
	t.Logf("requests a run %.1f (most %d), rows read a run %d, written of each new row %.2f",
		float64(requests)/float64(runs), most, read/runs, float64(written)/float64(fresh))
}
