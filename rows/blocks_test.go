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

// TestNextPageTakesWhatIsReleased: a page that is decoded while another one is
// written gets the memory of what is written, and no other.
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
		require.Equal(t, strings.ReplaceAll(want, "a", "b"), joined(b.Rows))
		b.Release(len(b.Rows))
		require.Len(t, blocks.free, all)
		require.Zero(t, b.Waited, "the clock stood still")
	})
}

// TestNoWaitWithoutEnd: who waits for memory gets new one, at once when none is
// expected any more, and after maxWait in all.
func TestNoWaitWithoutEnd(t *testing.T) {
	body := manyRows("x", 3000)
	for _, test := range []struct {
		name string
		wait time.Duration
		meet func(a *Page, done func())
	}{
		{"nothing comes back", maxWait, func(*Page, func()) {}},
		{"all is written", time.Second, func(_ *Page, done func()) { time.Sleep(time.Second); done() }},
		{"some comes back", maxWait, func(a *Page, _ func()) {
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

// TestBlockOfOneRow: what a huge row took is not kept.
func TestBlockOfOneRow(t *testing.T) {
	p := &Page{}
	huge := `{"id":1,"v":"` + strings.Repeat("x", 3*arenaBlock) + `"}`
	require.NoError(t, (&Decoder{Plan: testPlan}).Decode(strings.NewReader(`{"data":[{"id":0},`+huge+`,{"id":2}]}`), p))
	p.Release(len(p.Rows))
	require.Len(t, p.Blocks.free, 2)
	for _, b := range p.Blocks.free {
		require.Len(t, b, arenaBlock)
	}
}
