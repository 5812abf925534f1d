package singer_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

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
		k := min(len(rest), taptest.PipeHolds-w.held)
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
		config := taptest.GoodConfig(t)
		synctest.Test(t, func(t *testing.T) {
			w := &slowPipe{rate: 60_000, taken: time.Now()}
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(after, cancel)
			a := taptest.New(&taptest.Memory{Rows: 1 << 18, Page: 1000}, "--config", config)
			a.Out, a.Err = w, io.Discard
			require.Equal(t, program.ExitRetry, cli.Main(ctx, a.App, a.Connector))
			lines := strings.SplitAfter(w.out.String(), "\n")
			require.Empty(t, lines[len(lines)-1], "cut after %s", after)
			require.True(t, strings.HasPrefix(lines[len(lines)-2], `{"type":"STATE"`), "after %s", after)
		})
	}
}
