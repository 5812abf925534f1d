package tap

import (
	"bytes"
	"context"
	"errors"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
)

// A glass is a terminal: it knows what stands on its screen, and what stood on
// its last line meanwhile.
type glass struct {
	mu      sync.Mutex
	columns int
	raw     bytes.Buffer
	screen  []string // its lines; the last one is where the cursor is
	statuses
}

// statuses are the looks of the last line that were erased again.
type statuses []string

func (g *glass) Columns() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.columns
}

func (g *glass) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.raw.Write(p)
	if g.screen == nil {
		g.screen = []string{""}
	}
	for text := string(p); text != ""; {
		last := len(g.screen) - 1
		if rest, ok := strings.CutPrefix(text, eraseLine); ok {
			if g.screen[last] != "" {
				g.statuses = append(g.statuses, g.screen[last])
			}
			g.screen[last], text = "", rest
			continue
		}
		_, size := utf8.DecodeRuneInString(text)
		if text[0] == '\n' {
			g.screen = append(g.screen, "")
		} else {
			g.screen[last] += text[:size]
		}
		text = text[size:]
	}
	return len(p), nil
}

// lines are what a person sees once the run has ended.
func (g *glass) lines() []string { return g.screen[:len(g.screen)-1] }

// before runs m in front of a person, with out as the loader.
func before(t *testing.T, g *glass, m *memory, out io.Writer, config string, environ ...string) int {
	a := testApp(m, "--config", config)
	a.Out, a.Err, a.Environ = out, g, append([]string{"TERM=xterm"}, environ...)
	code := Main(context.Background(), a.App, a.Connector)
	require.Empty(t, g.screen[len(g.screen)-1], "the status line is erased at the end")
	return code
}

// slow is a loader that takes its time for the first rows.
type slow struct {
	takes time.Duration
	once  sync.Once
}

func (s *slow) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(`"RECORD"`)) {
		s.once.Do(func() { time.Sleep(s.takes) })
	}
	return len(p), nil
}

// TestProgressMovesWithTheClock: whether rows come or not, the line says what
// goes on.
func TestProgressMovesWithTheClock(t *testing.T) {
	config := goodConfig(t)
	for name, c := range map[string]struct {
		m    memory
		read func(m *memory)
		out  io.Writer
		want []string
	}{
		"the API is slow": {m: memory{rows: 40000, page: 20000, pause: 10 * time.Second}, out: io.Discard, want: []string{
			"stream 1 of 2, events: 0 rows",
			"stream 1 of 2, events: waiting for the API, 2 s, 0 rows",
			"stream 1 of 2, events: waiting for the API, 9 s, 0 rows",
			"stream 1 of 2, events: 20,000 rows, 50 % done, 10 s left, 2,000 rows/s",
			"stream 1 of 2, events: waiting for the API, 9 s, 20,000 rows"}},
		"the API asks for a pause": {m: memory{rows: 4, page: 4, pause: 100 * time.Second}, out: io.Discard,
			read: func(m *memory) { m.env.Metrics.Pause(90*time.Second, true) }, want: []string{
				"stream 1 of 2, events: the API asks for a pause, 1 min 30 s left, 0 rows",
				"stream 1 of 2, events: the API asks for a pause, 1 s left, 0 rows",
				"stream 1 of 2, events: waiting for the API, 9 s, 0 rows"}},
		"a request failed": {m: memory{rows: 4, page: 4, pause: 12 * time.Second}, out: io.Discard,
			read: func(m *memory) { m.env.Metrics.Pause(10*time.Second, false) }, want: []string{
				"stream 1 of 2, events: asking again in 8 s, 0 rows",
				"stream 1 of 2, events: waiting for the API, 11 s, 0 rows"}},
		"the loader is slow": {m: memory{rows: 4, page: 4}, out: &slow{takes: 13 * time.Second}, want: []string{
			"stream 1 of 2, events: waiting for the loader, 12 s, 4 rows"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := &glass{columns: 80}
				c.m.read = func(s Stream, _ Bookmark) {
					if c.read != nil && s.Name == "events" {
						c.read(&c.m)
					}
				}
				require.Zero(t, before(t, g, &c.m, c.out, config))
				for _, want := range c.want {
					require.Contains(t, g.statuses, want)
				}
				for _, status := range g.statuses {
					require.NotContains(t, status, " 0 s left")
					if strings.Contains(status, "waiting") {
						require.NotContains(t, status, "left")
					}
				}
			})
		})
	}
}

// TestProgressFitsTheTerminal, whatever its width and however it changes.
func TestProgressFitsTheTerminal(t *testing.T) {
	config := goodConfig(t)
	for name, width := range map[string]int{"wide": 200, "usual": 80, "narrow": 60, "a phone": 30, "a slit": 9, "one column": 1, "not known": 0} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := &glass{columns: width}
				m := &memory{rows: 4, page: 1, pause: 7 * time.Second}
				most := width
				if width == 0 {
					most = program.PageWidth
				}
				m.read = func(s Stream, _ Bookmark) {
					if s.Name == "empty" && width > 20 {
						g.mu.Lock()
						defer g.mu.Unlock()
						for _, status := range g.statuses {
							require.Less(t, utf8.RuneCountInString(status), most)
						}
						g.statuses, g.columns = nil, 20 // somebody draws at its corner
					}
				}
				require.Zero(t, before(t, g, m, io.Discard, config))
				for _, status := range g.statuses {
					require.Less(t, utf8.RuneCountInString(status), most)
				}
			})
		})
	}
}

// TestNarrowLinesKeepWhatMatters: what is waited for, rather than the stream's
// name.
func TestNarrowLinesKeepWhatMatters(t *testing.T) {
	now := time.Now()
	p := &progress{flows: true, stream: "replicate_session_activity", n: 3, of: 5, rows: 1234567, heard: now.Add(-9 * time.Second), paged: now, began: now}
	for width, want := range map[int]string{
		81: "stream 3 of 5, replicate_session_activity: waiting for the API, 9 s",
		84: "stream 3 of 5, replicate_session_activity: waiting for the API, 9 s, 1,234,567 rows",
		61: "3 of 5, replicate_session_activity: waiting for the API, 9 s",
		60: "stream 3 of 5: waiting for the API, 9 s, 1,234,567 rows",
		36: "3 of 5: waiting for the API, 9 s",
		20: "3 of 5",
	} {
		p.console = program.App{Err: &glass{columns: width}, Environ: []string{"TERM=xterm"}}.NewConsole()
		require.Equal(t, want, p.line(now), width)
	}
}

// TestWhatAPersonReads on a terminal: lines with the time of day, no metrics,
// and a table at the end.
func TestWhatAPersonReads(t *testing.T) {
	config := goodConfig(t)
	synctest.Test(t, func(t *testing.T) {
		g := &glass{columns: 80}
		m := &memory{rows: 1234, page: 1234, pause: 1500 * time.Millisecond, fail: map[string]error{"empty": errors.New("boom")}}
		m.read = func(s Stream, _ Bookmark) {
			m.env.Metrics.Request(s.Name, 200, time.Second)
			if s.Name == "events" {
				m.env.Metrics.Add("rows_late", s.Name, 3)
				m.env.Metrics.Add("rows_repeated", s.Name, 31)
				m.env.Log.Warn("hello", "stream", s.Name)
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
	meltano := file(t, "log.json", `{"formatters":{"plain":{"()":"logging.Formatter"}}}`)
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
			require.Zero(t, before(t, g, &memory{rows: 2}, c.out, goodConfig(t), c.environ...))
			require.Equal(t, c.metrics, strings.Contains(g.raw.String(), "METRIC"))
			require.Equal(t, c.table, strings.Contains(g.raw.String(), "\ntotal "))
			require.Equal(t, c.moves, strings.Contains(g.raw.String(), "\x1b"))
		})
	}
}

// TestTimedLines are for who collects stderr in a file.
func TestTimedLines(t *testing.T) {
	a := testApp(&memory{rows: 2}, "--config", goodConfig(t))
	a.Environ = []string{"LOG_FORMAT=timed"}
	o := runApp(t.Context(), a)
	require.Zero(t, o.code)
	for line := range strings.Lines(o.err) {
		require.Regexp(t, `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO `, line)
	}
	require.Contains(t, o.err, "METRIC: ")
}

// TestOutcomesFit: the table of large accounts, in windows of any width.
func TestOutcomesFit(t *testing.T) {
	all := []result{
		{name: "replicate_session_activity", rows: 123456789, late: 99999, again: 12345678, requests: 123456, took: 99999 * time.Second},
		{name: "replay_metrics", failed: true}, {name: "replay_change_feed", unopened: true},
		{name: "total", rows: 123456789, late: 99999, again: 12345678, requests: 123456, took: 99999 * time.Second},
	}
	for _, width := range []int{200, 80, 60, 50, 40} {
		text := string(outcomes(all, width))
		for line := range strings.Lines(text) {
			if !strings.HasPrefix(line, "! incomplete") {
				require.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), min(width, 80), text)
			}
		}
		require.Contains(t, text, "replicate_session_activity")
		require.Contains(t, strings.ReplaceAll(text, ",", ""), "123456789")
		require.Contains(t, text, "\n! replay_metrics")
	}
}

// TestVerifyTellsWhatItWaitsFor, too: nothing else is seen until its report.
func TestVerifyTellsWhatItWaitsFor(t *testing.T) {
	config, state := goodConfig(t), file(t, "state.json", `{"bookmarks":{"events":{"n":1}}}`)
	synctest.Test(t, func(t *testing.T) {
		g := &glass{columns: 80}
		a := testApp(&memory{rows: 4}, "verify", "--config", config, "--state", state)
		a.Out, a.Err, a.Environ = g, g, []string{"TERM=xterm"}
		a.Verify = func(context.Context, Source, Stream, Bookmark, bool) ([]Finding, error) {
			time.Sleep(10 * time.Second)
			return []Finding{{From: hour(1), To: hour(2), Rows: 1, Found: -1, Standing: Same}}, nil
		}
		require.Zero(t, Main(t.Context(), a.App, a.Connector))
		require.Contains(t, g.statuses, "stream 1 of 2, events: waiting for the API, 9 s")
		require.Equal(t, "1 rows in 1 units, 0 differences", g.lines()[len(g.lines())-1])
	})
}
