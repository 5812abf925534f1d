package taptest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/tap"
)

// A promise is one sentence of the contract, and its check on one stream.
type promise struct {
	name  string
	check func(t *testing.T, open func(t *testing.T) tap.Source, s tap.Stream)
}

var promises = []promise{
	{"a row is one line with every selected column and valid by its schema", rowsAreValid},
	{"reading twice gives the same", readingTwice},
	{"resuming from any bookmark loses no row", resumingLosesNothing},
	{"resuming from the last bookmark brings nothing unknown", resumingAtTheEnd},
	{"deselected columns are left out", deselecting},
	{"a cancelled read stops soon", cancelling},
	{"a read that is left early leaves nothing behind", leaving},
}

// Run checks the contract of tap.Source on every stream that the source offers.
// Each call of open gives a new source on the same account, which must not
// change between two calls and must have rows in some stream. Checks run in
// synctest bubbles: open must use no socket, time costs nothing, and a
// goroutine that outlives its Read fails the test.
func Run(t *testing.T, open func(t *testing.T) tap.Source) {
	var streams []tap.Stream
	t.Run("streams are well formed", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var err error
			streams, err = open(t).Streams(t.Context(), nil)
			require.NoError(t, err)
			checkStreams(t, streams)
			again, err := open(t).Streams(t.Context(), nil)
			require.NoError(t, err)
			require.Equal(t, plainOf(streams), plainOf(again), "the same account gives the same streams")
		})
	})
	rows := 0
	for _, s := range streams {
		for _, p := range promises {
			t.Run(s.Name+"/"+p.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { p.check(t, open, s) })
			})
		}
		t.Run(s.Name+"/rows", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { rows += len(read(t, open(t), s, nil).rows) })
		})
	}
	require.NotZero(t, rows, "the account has no rows: nothing was checked")
}

// A reading is what one Read gave.
type reading struct {
	rows  []string
	marks []mark
}

// A mark is a bookmark and the number of rows before it.
type mark struct {
	at       int
	bookmark string
}

// read reads s to its end.
func read(t *testing.T, source tap.Source, s tap.Stream, since tap.Bookmark) reading {
	t.Helper()
	var r reading
	for page, err := range source.Read(t.Context(), s, since) {
		require.NoError(t, err)
		checkPage(t, s, page)
		for _, row := range page.Rows {
			r.rows = append(r.rows, string(row))
		}
		if page.Bookmark != nil {
			r.marks = append(r.marks, mark{len(r.rows), string(page.Bookmark)})
		}
	}
	if len(r.rows) > 0 {
		require.NotEmpty(t, r.marks, "rows without a bookmark behind them come again in every run")
		require.Equal(t, len(r.rows), r.marks[len(r.marks)-1].at, "the last bookmark covers the last row")
	}
	return r
}

func rowsAreValid(t *testing.T, open func(t *testing.T) tap.Source, s tap.Stream) {
	check := rowCheck(t, s)
	for i, row := range read(t, open(t), s, nil).rows {
		require.NoError(t, check(row), "row %d: %s", i, row)
	}
}

func readingTwice(t *testing.T, open func(t *testing.T) tap.Source, s tap.Stream) {
	first := read(t, open(t), s, nil)
	require.Equal(t, first, read(t, open(t), s, nil), "by another source")
	source := open(t)
	read(t, source, s, nil)
	require.Equal(t, first, read(t, source, s, nil), "by the same source")
}

// resumingLosesNothing merges by key, as a loader does, what came before a
// bookmark and what comes after it, and wants the table of a whole read.
func resumingLosesNothing(t *testing.T, open func(t *testing.T) tap.Source, s tap.Stream) {
	whole := read(t, open(t), s, nil)
	want := table(t, s, whole.rows)
	for _, m := range sample(whole.marks) {
		rest := read(t, open(t), s, tap.Bookmark(m.bookmark))
		got := table(t, s, append(append([]string{}, whole.rows[:m.at]...), rest.rows...))
		require.Equal(t, want, got, "resumed after row %d from %s", m.at, m.bookmark)
	}
}

// sample is at most ten of the marks, first and last among them: reading from
// each of hundreds would cost the square of the account.
func sample(marks []mark) []mark {
	const most = 10
	if len(marks) <= most {
		return marks
	}
	out := make([]mark, 0, most)
	for i := range most {
		out = append(out, marks[i*(len(marks)-1)/(most-1)])
	}
	return out
}

func resumingAtTheEnd(t *testing.T, open func(t *testing.T) tap.Source, s tap.Stream) {
	whole := read(t, open(t), s, nil)
	if len(whole.marks) == 0 {
		return
	}
	last := tap.Bookmark(whole.marks[len(whole.marks)-1].bookmark)
	want := table(t, s, whole.rows)
	for key, row := range table(t, s, read(t, open(t), s, last).rows) {
		require.Equal(t, want[key], row, "key %s", key)
	}
}

func deselecting(t *testing.T, open func(t *testing.T) tap.Source, s tap.Stream) {
	want := len(read(t, open(t), s, nil).rows)
	for keep := range 3 { // none of the columns that may go, or every other one
		few := s
		few.Columns = append([]tap.Column{}, s.Columns...)
		for i := range few.Columns {
			few.Columns[i].Selected = s.Columns[i].Automatic || keep > 0 && i%2 == keep-1
		}
		check := rowCheck(t, few)
		got := read(t, open(t), few, nil).rows
		require.Len(t, got, want)
		for i, row := range got {
			require.NoError(t, check(row), "row %d: %s", i, row)
		}
	}
}

// soon is how long a cancelled read may take to end, in the bubble's time.
const soon = time.Second

func cancelling(t *testing.T, open func(t *testing.T) tap.Source, s tap.Stream) {
	for after := range 3 {
		cancelAfter(t, open(t), s, after, func() {})
		cancelAfter(t, open(t), s, after, synctest.Wait) // what is read ahead is there
	}
}

// cancelAfter cancels a read after so many pages, as soon as wait returns.
func cancelAfter(t *testing.T, source tap.Source, s tap.Stream, after int, wait func()) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var cancelled time.Time
	stop := func() { wait(); cancelled = time.Now(); cancel() }
	if after == 0 {
		stop()
	}
	pages, late := 0, 0
	for _, err := range source.Read(ctx, s, nil) {
		if ctx.Err() != nil && err == nil {
			late++
		}
		if pages++; pages == after {
			stop()
		}
	}
	require.LessOrEqual(t, late, 1, "pages after the cancel that came at page %d", after)
	if ctx.Err() != nil {
		require.LessOrEqual(t, time.Since(cancelled), soon)
	}
}

func leaving(t *testing.T, open func(t *testing.T) tap.Source, s tap.Stream) {
	for _, err := range open(t).Read(t.Context(), s, nil) {
		require.NoError(t, err)
		break
	}
	synctest.Wait() // goroutines still there fail the bubble when it ends
}

// key names a row by its key columns.
func key(t *testing.T, s tap.Stream, row string) string {
	t.Helper()
	values := decode(t, row)
	name := ""
	for _, k := range s.Key {
		name += fmt.Sprintf("%q ", values[k])
	}
	return name
}

// table is what a loader that merges by key makes of rows.
func table(t *testing.T, s tap.Stream, rows []string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, row := range rows {
		out[key(t, s, row)] = row
	}
	return out
}

// plainOf is streams without the function in them, which cannot be compared.
func plainOf(streams []tap.Stream) []tap.Stream {
	streams = slices.Clone(streams)
	for i := range streams {
		streams[i].Suits = nil
	}
	return streams
}
