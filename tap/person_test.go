package tap_test

import (
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

// TestWhatAPersonReads on a terminal: lines with the time of day, no metrics,
// and a table at the end.
func TestWhatAPersonReads(t *testing.T) {
	config := taptest.GoodConfig(t)
	synctest.Test(t, func(t *testing.T) {
		g := &glass{columns: 80}
		m := &taptest.Memory{Rows: 1234, Page: 1234, Pause: 1500 * time.Millisecond, Fail: map[string]error{"empty": errors.New("boom")}}
		m.Watch = func(s tap.Stream, _ tap.Bookmark) {
			m.Env.Metrics.Request(s.Name, 200, time.Second)
			if s.Name == "events" {
				m.Env.Metrics.Add("rows_late", s.Name, 3)
				m.Env.Metrics.Add("rows_repeated", s.Name, 31)
				m.Env.Log.Warn("hello", "stream", s.Name)
			}
		}
		require.Equal(t, program.ExitRetry, before(t, g, m, io.Discard, config))
		clock := regexp.MustCompile(`^\d\d:\d\d:\d\d `)
		var lines []string
		for _, line := range g.lines() {
			lines = append(lines, clock.ReplaceAllString(line, "TIME "))
		}
		require.Equal(t, []string{
			"TIME WARNING hello stream=events",
			"TIME WARNING stream is incomplete stream=empty rows=0 requests=1 seconds=0",
			"   STREAM        ROWS    NEW  LATE  AGAIN  REQUESTS  SECONDS",
			"   (discovery)                                    0      0.0",
			"   events       1,234  1,200     3     31         1      1.5",
			"!  empty            0      0     0      0         1      0.0",
			"   total        1,234  1,200     3     31         2      1.5",
			"! incomplete: the next run goes on from the last STATE",
			"TIME CRITICAL read empty after the start: boom",
		}, lines)
	})
}

// TestWhoReads: what is on a terminal depends on what the terminal is, and on
// who asked.
func TestWhoReads(t *testing.T) {
	meltano := taptest.File(t, "log.json", `{"formatters":{"plain":{"()":"logging.Formatter"}}}`)
	for name, c := range map[string]struct {
		environ               []string
		out                   io.Writer
		metrics, table, moves bool
	}{
		"a person":                  {out: io.Discard, table: true, moves: true},
		"without colours":           {environ: []string{"NO_COLOR=1"}, out: io.Discard, table: true, moves: true},
		"a dumb terminal":           {environ: []string{"TERM=dumb"}, out: io.Discard, table: true},
		"rows on the same terminal": {out: &glass{columns: 80}, table: true, moves: false},
		"LOG_FORMAT=json":           {environ: []string{"LOG_FORMAT=json"}, out: io.Discard, metrics: true},
		"Meltano":                   {environ: []string{"SINGER_SDK_LOG_CONFIG=" + meltano}, out: io.Discard, metrics: true},
		"LOGLEVEL=ERROR":            {environ: []string{"LOGLEVEL=ERROR"}, out: io.Discard, moves: true},
	} {
		t.Run(name, func(t *testing.T) {
			g := &glass{columns: 80, screen: []string{""}}
			require.Zero(t, before(t, g, &taptest.Memory{Rows: 2}, c.out, taptest.GoodConfig(t), c.environ...))
			require.Equal(t, c.metrics, strings.Contains(g.raw.String(), "METRIC"))
			require.Equal(t, c.table, strings.Contains(g.raw.String(), "\ntotal "))
			require.Equal(t, c.moves, strings.Contains(g.raw.String(), "\x1b"))
		})
	}
}

// TestTimedLines are for who collects stderr in a file.
func TestTimedLines(t *testing.T) {
	a := taptest.New(&taptest.Memory{Rows: 2}, "--config", taptest.GoodConfig(t))
	a.Environ = []string{"LOG_FORMAT=timed"}
	o := a.Do(t.Context(), cli.Main)
	require.Zero(t, o.Code)
	for line := range strings.Lines(o.Stderr) {
		require.Regexp(t, `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO `, line)
	}
	require.Contains(t, o.Stderr, "METRIC: ")
}
