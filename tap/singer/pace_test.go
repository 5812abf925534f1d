package singer_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

func TestStateRate(t *testing.T) {
	for name, c := range map[string]struct {
		source      *taptest.Memory
		least, most int // STATE lines
	}{
		"ten pages a second for a minute": {&taptest.Memory{Rows: 600, Page: 1, Pause: 100 * time.Millisecond}, 60, 64},
		"a page every ten seconds":        {&taptest.Memory{Rows: 6, Page: 1, Pause: 10 * time.Second}, 6, 10},
		"a page every two minutes":        {&taptest.Memory{Rows: 3, Page: 1, Pause: 2 * time.Minute}, 3, 7},
	} {
		t.Run(name, func(t *testing.T) {
			config := taptest.GoodConfig(t)
			synctest.Test(t, func(t *testing.T) {
				w := &taptest.Watch{Began: time.Now()}
				a := taptest.New(c.source, "--config", config)
				a.Out, a.Err = w, io.Discard
				require.Zero(t, cli.Main(t.Context(), a.App, a.Connector))
				states := 0
				for _, p := range w.Writes {
					states += strings.Count(p.Text, `"STATE"`)
				}
				require.GreaterOrEqual(t, states, c.least)
				require.LessOrEqual(t, states, c.most)
			})
		})
	}
}

func TestRowsLeaveWithinASecond(t *testing.T) {
	config := taptest.GoodConfig(t)
	synctest.Test(t, func(t *testing.T) {
		w := &taptest.Watch{Began: time.Now()}
		a := taptest.New(&taptest.Memory{Rows: 3, Page: 1, Pause: 10500 * time.Millisecond}, "--config", config)
		a.Out, a.Err = w, io.Discard
		require.Zero(t, cli.Main(t.Context(), a.App, a.Connector))
		for i := range 3 {
			due := time.Duration(i+1) * 10500 * time.Millisecond
			require.True(t, func() bool {
				for _, p := range w.Writes {
					if p.After >= due && p.After <= due+time.Second && strings.Contains(p.Text, `"id":"e`+string(rune('0'+i))) {
						return true
					}
				}
				return false
			}(), "row %d left within a second of %s", i, due)
		}
	})
}

func TestBlockedOutputEndsInTime(t *testing.T) {
	config := taptest.GoodConfig(t)
	synctest.Test(t, func(t *testing.T) {
		w := &taptest.Blocked{Opened: make(chan struct{})}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, cancel)
		a := taptest.New(&taptest.Memory{Rows: 1 << 20, Page: 1000}, "--config", config)
		a.Out, a.Err = w, io.Discard
		began := time.Now()
		require.Equal(t, program.ExitRetry, cli.Main(ctx, a.App, a.Connector))
		require.LessOrEqual(t, time.Since(began), time.Minute+taptest.EndsWithin)
		close(w.Opened) // or the bubble would not end
	})
}

// TestCancelledRun cuts a run between pages and within one: what is out is whole
// lines, and a STATE that is true ends them.
func TestCancelledRun(t *testing.T) {
	for name, c := range map[string]struct {
		source *taptest.Memory
		after  time.Duration
		last   string
	}{
		"before the first page": {&taptest.Memory{Rows: 100, Page: 10, Pause: time.Second}, 500 * time.Millisecond, stateLine(`{"bookmarks":{}}`)},
		"while a page is read":  {&taptest.Memory{Rows: 100, Page: 10, Pause: time.Second}, 3500 * time.Millisecond, bookmarks(30)},
	} {
		t.Run(name, func(t *testing.T) {
			config := taptest.GoodConfig(t)
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(c.after, cancel)
				o := taptest.New(c.source, "--config", config).Do(ctx, cli.Main)
				require.Equal(t, program.ExitRetry, o.Code)
				lines := o.Written()
				require.Equal(t, c.last, lines[len(lines)-1])
				require.Equal(t, "CRITICAL context canceled", o.LastLine())
			})
		})
	}
}
