package rows

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// manyRows is an answer whose rows fill some blocks.
func manyRows(mark string, n int) string {
	var b strings.Builder
	b.WriteString(`{"meta":[{"name":"id","type":"Keep Key"},{"name":"v","type":"Text"}],"data":[`)
	for i := range n {
		fmt.Fprintf(&b, `%s{"id":%d,"v":"%s"}`, separator(i), i, strings.Repeat(mark, i%900))
	}
	return b.String() + "]}"
}

func joined(rows []Row) string {
	var b strings.Builder
	for _, r := range rows {
		b.Write(r.JSON)
	}
	return b.String()
}

// TestNextPageTakesWhatIsReleased: while one page is written, the next is decoded into
// the memory of the rows that are written, and no other.
func TestNextPageTakesWhatIsReleased(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 6000
		d, blocks := &Decoder{Plan: testPlan}, &Blocks{}
		a, b := &Page{Blocks: blocks}, &Page{Blocks: blocks}
		require.NoError(t, d.Decode(strings.NewReader(manyRows("a", n)), a))
		all := len(a.work.emitter.arena.blocks)
		require.Greater(t, all, 8)
		want, done := joined(a.Rows), blocks.Expect()
		ended := false
		go func() {
			require.NoError(t, d.Decode(strings.NewReader(manyRows("b", n)), b))
			ended = true
		}()
		for row := 0; row < n; row += 100 {
			a.Release(row)
			synctest.Wait()
			require.Equal(t, want[len(want)-len(joined(a.Rows[row:])):], joined(a.Rows[row:]), "row %d", row)
			require.False(t, ended)
		}
		a.Release(len(a.Rows))
		synctest.Wait()
		require.True(t, ended)
		done()
		done()
		require.Zero(t, blocks.expected)
		require.Equal(t, strings.ReplaceAll(want, "a", "b"), joined(b.Rows))
		b.Release(len(b.Rows))
		require.Equal(t, all, len(blocks.free))
		require.Zero(t, b.Waited, "the clock stood still")
	})
}

// TestNoWaitWithoutEnd: a page that waits for memory gets new memory in the end, at once
// if none is expected back, or else after Patience in all.
func TestNoWaitWithoutEnd(t *testing.T) {
	body := manyRows("x", 3000)
	for _, test := range []struct {
		name string
		wait time.Duration
		meet func(a *Page, done func())
	}{
		{"nothing comes back", Patience, func(*Page, func()) {}},
		{"all is written", time.Second, func(_ *Page, done func()) { time.Sleep(time.Second); done() }},
		{"some comes back", Patience, func(a *Page, _ func()) {
			for row := range 10 {
				time.Sleep(time.Second)
				a.Release(100 * row)
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d, blocks := &Decoder{Plan: testPlan}, &Blocks{}
				a, b := &Page{Blocks: blocks}, &Page{Blocks: blocks}
				require.NoError(t, d.Decode(strings.NewReader(body), a))
				began, done := time.Now(), blocks.Expect()
				var meeting sync.WaitGroup
				meeting.Go(func() { test.meet(a, done) })
				defer meeting.Wait()
				require.NoError(t, d.Decode(strings.NewReader(body), b))
				require.Equal(t, test.wait, time.Since(began))
				require.Equal(t, test.wait, b.Waited)
				require.Equal(t, joined(a.Rows[2900:]), joined(b.Rows[2900:]))
			})
		})
	}
}

// hugeRows is an answer with n rows of more than a block.
func hugeRows(n int) string {
	var rows []string
	for i := range n {
		rows = append(rows, fmt.Sprintf(`{"id":%d,"v":"%s"}`, i, strings.Repeat("x", arenaBlock+i)))
	}
	return `{"meta":[{"name":"id","type":"Keep Key"},{"name":"v","type":"Text"}],"data":[{"id":-1},` + strings.Join(rows, ",") + "]}"
}

// TestMemoryOfHugeRows: it is used again, unless it is very much.
func TestMemoryOfHugeRows(t *testing.T) {
	d, p := &Decoder{Plan: testPlan}, &Page{}
	for range 3 {
		require.NoError(t, d.Decode(strings.NewReader(hugeRows(20)), p))
		require.Zero(t, len(p.Blocks.large))
		require.Zero(t, p.Blocks.size)
		p.Release(len(p.Rows))
		require.Equal(t, 20, len(p.Blocks.large))
		require.Equal(t, 2, len(p.Blocks.free), "that of the first row, and one that was tried")
	}
	require.NoError(t, d.Decode(strings.NewReader(hugeRows(250)), p))
	p.Release(len(p.Rows))
	require.LessOrEqual(t, p.Blocks.size, largeKeep)
	require.Greater(t, p.Blocks.size, largeKeep/2)
	for _, r := range p.Rows {
		require.Zero(t, len(r.JSON), "it would keep what is not used again")
	}
}

// TestRowThatGrewByMuch: the rows behind it take no more room.
func TestRowThatGrewByMuch(t *testing.T) {
	d, p := &Decoder{Plan: testPlan}, &Page{}
	meta := `{"meta":[{"name":"id","type":"Keep Key"},{"name":"v","type":"Text"}],"data":[`
	require.NoError(t, d.Decode(strings.NewReader(meta+`{"id":0,"v":[`+strings.Repeat(`"",`, 80_000)+`1]}]}`), p))
	for range 2 {
		require.NoError(t, d.Decode(strings.NewReader(manyRows("a", 3000)), p))
		held := 0
		for _, b := range p.work.emitter.arena.blocks {
			held += len(b.bytes)
		}
		require.Less(t, float64(held), 1.4*float64(len(joined(p.Rows)))+2*arenaBlock)
	}
}

// TestWaitOfThisAnswer: each answer says how long it waited itself, and adds nothing of
// a broken one before it.
func TestWaitOfThisAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, blocks := &Decoder{Plan: testPlan}, &Blocks{}
		p := &Page{Blocks: blocks}
		read := func(body string) error { return d.Decode(strings.NewReader(body), p) }
		done := blocks.Expect()
		require.NoError(t, read(manyRows("a", 3000)))
		require.Equal(t, Patience, p.Waited)
		all := len(p.work.emitter.arena.blocks)
		require.Error(t, read(`{"error":"x"}`))
		require.Zero(t, p.Waited)
		require.Equal(t, all, len(blocks.free))
		done()
		done = blocks.Expect()
		defer done()
		p = &Page{Blocks: &Blocks{expected: 1}}
		began := time.Now()
		require.NoError(t, read(`{"data":[{"a":1}],"meta":[{"name":"a","type":"Keep"}]}`))
		require.Equal(t, time.Since(began), p.Waited)
		require.NotZero(t, p.Waited)
	})
}
