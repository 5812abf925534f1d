package tap

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
)

// A wide terminal has so many columns, and shows nothing.
type wide int

func (w wide) Columns() int                { return int(w) }
func (w wide) Write(b []byte) (int, error) { return len(b), nil }

// TestNarrowLinesKeepWhatMatters: what is waited for, rather than the stream's
// name.
func TestNarrowLinesKeepWhatMatters(t *testing.T) {
	now := time.Now()
	p := &Progress{flows: true, stream: "replicate_session_activity", n: 3, of: 5, rows: 1234567, heard: now.Add(-9 * time.Second), paged: now, began: now}
	for width, want := range map[int]string{
		81: "stream 3 of 5, replicate_session_activity: waiting for the API, 9 s",
		84: "stream 3 of 5, replicate_session_activity: waiting for the API, 9 s, 1,234,567 rows",
		61: "3 of 5, replicate_session_activity: waiting for the API, 9 s",
		60: "stream 3 of 5: waiting for the API, 9 s, 1,234,567 rows",
		36: "3 of 5: waiting for the API, 9 s",
		20: "3 of 5",
	} {
		p.console = program.App{Err: wide(width), Environ: []string{"TERM=xterm"}}.NewConsole()
		require.Equal(t, want, p.line(now), width)
	}
}
