package tap

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
)

// A watch keeps what was written, with the time of each write.
type watch struct {
	mu     sync.Mutex
	began  time.Time
	writes []write
}

type write struct {
	after time.Duration
	text  string
}

func (w *watch) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writes = append(w.writes, write{time.Since(w.began), string(b)})
	return len(b), nil
}

// A broken writer takes some bytes and then fails.
type broken struct {
	room int
	err  error
}

func (w *broken) Write(b []byte) (int, error) {
	if len(b) <= w.room {
		w.room -= len(b)
		return len(b), nil
	}
	n := w.room
	w.room = 0
	return n, w.err
}

// A blocked writer takes nothing until it is opened.
type blocked struct{ opened chan struct{} }

func (w *blocked) Write(b []byte) (int, error) {
	<-w.opened
	return len(b), nil
}

func TestStateRate(t *testing.T) {
	for name, c := range map[string]struct {
		source      *memory
		least, most int // STATE lines
	}{
		"ten pages a second for a minute": {&memory{rows: 600, page: 1, pause: 100 * time.Millisecond}, 60, 64},
		"a page every ten seconds":        {&memory{rows: 6, page: 1, pause: 10 * time.Second}, 6, 10},
		"a page every two minutes":        {&memory{rows: 3, page: 1, pause: 2 * time.Minute}, 3, 7},
	} {
		t.Run(name, func(t *testing.T) {
			config := goodConfig(t)
			synctest.Test(t, func(t *testing.T) {
				w := &watch{began: time.Now()}
				a := testApp(c.source, "--config", config)
				a.Out, a.Err = w, io.Discard
				require.Zero(t, Main(t.Context(), a.App, a.Connector))
				states := 0
				for _, p := range w.writes {
					states += strings.Count(p.text, `"STATE"`)
				}
				require.GreaterOrEqual(t, states, c.least)
				require.LessOrEqual(t, states, c.most)
			})
		})
	}
}

func TestRowsLeaveWithinASecond(t *testing.T) {
	config := goodConfig(t)
	synctest.Test(t, func(t *testing.T) {
		w := &watch{began: time.Now()}
		a := testApp(&memory{rows: 3, page: 1, pause: 10500 * time.Millisecond}, "--config", config)
		a.Out, a.Err = w, io.Discard
		require.Zero(t, Main(t.Context(), a.App, a.Connector))
		for i := range 3 {
			due := time.Duration(i+1) * 10500 * time.Millisecond
			require.True(t, func() bool {
				for _, p := range w.writes {
					if p.after >= due && p.after <= due+time.Second && strings.Contains(p.text, `"id":"e`+string(rune('0'+i))) {
						return true
					}
				}
				return false
			}(), "row %d left within a second of %s", i, due)
		}
	})
}

func TestBrokenOutput(t *testing.T) {
	for name, c := range map[string]struct {
		room int
		err  error
		code int
		last string // of stderr
	}{
		"a disk full from the start": {0, syscall.ENOSPC, program.ExitRetry,
			"CRITICAL write output: no space left on device; hint: free some space where the output goes, then run again with the last STATE"},
		"a disk full later": {600 << 10, syscall.ENOSPC, program.ExitRetry,
			"CRITICAL write output: no space left on device; hint: free some space where the output goes, then run again with the last STATE"},
		"a reader gone from the start": {0, syscall.EPIPE, 141, ""},
		"a reader gone later":          {600 << 10, syscall.EPIPE, 141, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var stderr bytes.Buffer
			a := testApp(&memory{rows: 50000, page: 100}, "--config", goodConfig(t))
			a.Out, a.Err = &broken{c.room, c.err}, &stderr
			a.Environ = []string{"LOGLEVEL=ERROR"}
			require.Equal(t, c.code, Main(t.Context(), a.App, a.Connector))
			require.Equal(t, c.last, strings.TrimSpace(stderr.String()))
		})
	}
}

func TestBrokenOutputOfDocuments(t *testing.T) {
	for _, mode := range []string{"--about", "--version", "--help", "--discover"} {
		a := testApp(&memory{}, mode)
		a.Out, a.Err = &broken{0, syscall.EPIPE}, io.Discard
		require.Equal(t, 141, Main(t.Context(), a.App, a.Connector), mode)
	}
}

func TestBlockedOutputEndsInTime(t *testing.T) {
	config := goodConfig(t)
	synctest.Test(t, func(t *testing.T) {
		w := &blocked{make(chan struct{})}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, cancel)
		a := testApp(&memory{rows: 1 << 20, page: 1000}, "--config", config)
		a.Out, a.Err = w, io.Discard
		began := time.Now()
		require.Equal(t, program.ExitRetry, Main(ctx, a.App, a.Connector))
		require.LessOrEqual(t, time.Since(began), time.Minute+endsWithin)
		close(w.opened) // or the bubble would not end
	})
}

// TestCancelledRun cuts a run between pages and within one: what is out is whole
// lines, and a STATE that is true ends them.
func TestCancelledRun(t *testing.T) {
	for name, c := range map[string]struct {
		source *memory
		after  time.Duration
		last   string
	}{
		"before the first page": {&memory{rows: 100, page: 10, pause: time.Second}, 500 * time.Millisecond, stateLine(`{"bookmarks":{}}`)},
		"while a page is read":  {&memory{rows: 100, page: 10, pause: time.Second}, 3500 * time.Millisecond, bookmarks(30)},
	} {
		t.Run(name, func(t *testing.T) {
			config := goodConfig(t)
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(c.after, cancel)
				o := runApp(ctx, testApp(c.source, "--config", config))
				require.Equal(t, program.ExitRetry, o.code)
				lines := o.lines()
				require.Equal(t, c.last, lines[len(lines)-1])
				require.Equal(t, "CRITICAL context canceled", o.lastErr())
			})
		})
	}
}

// TestCancelWithinAPage blocks the output in the middle of a page of many
// megabytes, cancels, and opens it again: no further row leaves, STATE does.
func TestCancelWithinAPage(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w := &cancelling{cancel: cancel, at: 3}
	st := newState()
	k := newSingerSink(ctx, w, st)
	s := twoStreams()[0]
	p := Page{Bookmark: Bookmark(`{"n":1}`)}
	for i := range 40000 {
		p.Rows = append(p.Rows, row(s, i))
	}
	require.NoError(t, k.Start(s))
	require.ErrorIs(t, k.Write(s, p), context.Canceled)
	require.NoError(t, k.End(s, nil))
	require.NoError(t, k.close())
	require.LessOrEqual(t, w.out.Len(), 8*firstWrite)
	require.True(t, strings.HasSuffix(w.out.String(), "}\n"+stateLine(`{"bookmarks":{}}`)+"\n"))
}

// A cancelling writer cancels at its at-th write.
type cancelling struct {
	out    bytes.Buffer
	at     int
	cancel func()
}

func (w *cancelling) Write(b []byte) (int, error) {
	if w.at--; w.at == 0 {
		w.cancel()
	}
	return w.out.Write(b)
}

// A slowPipe holds as much as a wide pipe, and its loader takes rate bytes a
// second.
type slowPipe struct {
	rate  int
	mu    sync.Mutex
	out   bytes.Buffer
	held  int
	taken time.Time // when held was right
}

func (w *slowPipe) Write(b []byte) (int, error) {
	for rest := b; ; {
		w.mu.Lock()
		took := int(time.Since(w.taken).Seconds() * float64(w.rate))
		w.held, w.taken = max(0, w.held-took), time.Now()
		k := min(len(rest), pipeHolds-w.held)
		w.out.Write(rest[:k])
		w.held, rest = w.held+k, rest[k:]
		w.mu.Unlock()
		if len(rest) == 0 {
			return len(b), nil
		}
		time.Sleep(10 * time.Millisecond) // of the bubble's time
	}
}

// TestSlowLoaderGetsTheLastState cancels runs whose loader is so slow that a
// wide pipe's worth takes it longer than they have left.
func TestSlowLoaderGetsTheLastState(t *testing.T) {
	for after := 60 * time.Second; after < 72*time.Second; after += 1700 * time.Millisecond {
		config := goodConfig(t)
		synctest.Test(t, func(t *testing.T) {
			w := &slowPipe{rate: 60_000, taken: time.Now()}
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(after, cancel)
			a := testApp(&memory{rows: 1 << 18, page: 1000}, "--config", config)
			a.Out, a.Err = w, io.Discard
			require.Equal(t, program.ExitRetry, Main(ctx, a.App, a.Connector))
			lines := strings.SplitAfter(w.out.String(), "\n")
			require.Empty(t, lines[len(lines)-1], "cut after %s", after)
			require.True(t, strings.HasPrefix(lines[len(lines)-2], `{"type":"STATE"`), "after %s", after)
		})
	}
}

// TestWritesFitIntoAnEmptiedPipe: rows of some KB leave in writes that nearly
// fill a wide pipe, none of which has to wait for its loader.
func TestWritesFitIntoAnEmptiedPipe(t *testing.T) {
	w := &watch{began: time.Now()}
	s := twoStreams()[0]
	p := Page{}
	for range 4000 {
		p.Rows = append(p.Rows, fmt.Appendf(nil, `{"id":"%s"}`, strings.Repeat("t", 3000)))
	}
	k := newSingerSink(t.Context(), w, newState())
	require.NoError(t, k.Start(s))
	require.NoError(t, k.Write(s, p))
	require.NoError(t, k.close())
	most := 0
	for _, each := range w.writes {
		most = max(most, len(each.text))
	}
	require.LessOrEqual(t, most, pipeHolds)
	require.Greater(t, most, pipeHolds*9/10)
}
