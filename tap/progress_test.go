package tap_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
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
		if rest, ok := strings.CutPrefix(text, taptest.EraseLine); ok {
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
func before(t *testing.T, g *glass, m *taptest.Memory, out io.Writer, config string, environ ...string) int {
	a := taptest.New(m, "--config", config)
	a.Out, a.Err, a.Environ = out, g, append([]string{"TERM=xterm"}, environ...)
	code := cli.Main(context.Background(), a.App, a.Connector)
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
	config := taptest.GoodConfig(t)
	for name, c := range map[string]struct {
		m    taptest.Memory
		read func(m *taptest.Memory)
		out  io.Writer
		want []string
	}{
		"the API is slow": {m: taptest.Memory{Rows: 40000, Page: 20000, Pause: 10 * time.Second}, out: io.Discard, want: []string{
			"stream 1 of 2, events: 0 rows",
			"stream 1 of 2, events: waiting for the API, 2 s, 0 rows",
			"stream 1 of 2, events: waiting for the API, 9 s, 0 rows",
			"stream 1 of 2, events: 20,000 rows, 50 % done, 10 s left, 2,000 rows/s",
			"stream 1 of 2, events: waiting for the API, 9 s, 20,000 rows"}},
		"the API asks for a pause": {m: taptest.Memory{Rows: 4, Page: 4, Pause: 100 * time.Second}, out: io.Discard,
			read: func(m *taptest.Memory) { m.Env.Metrics.Pause(90*time.Second, true) }, want: []string{
				"stream 1 of 2, events: the API asks for a pause, 1 min 30 s left, 0 rows",
				"stream 1 of 2, events: the API asks for a pause, 1 s left, 0 rows",
				"stream 1 of 2, events: waiting for the API, 9 s, 0 rows"}},
		"a request failed": {m: taptest.Memory{Rows: 4, Page: 4, Pause: 12 * time.Second}, out: io.Discard,
			read: func(m *taptest.Memory) { m.Env.Metrics.Pause(10*time.Second, false) }, want: []string{
				"stream 1 of 2, events: asking again in 8 s, 0 rows",
				"stream 1 of 2, events: waiting for the API, 11 s, 0 rows"}},
		"the loader is slow": {m: taptest.Memory{Rows: 4, Page: 4}, out: &slow{takes: 13 * time.Second}, want: []string{
			"stream 1 of 2, events: waiting for the loader, 12 s, 4 rows"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := &glass{columns: 80}
				c.m.Watch = func(s tap.Stream, _ tap.Bookmark) {
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
	config := taptest.GoodConfig(t)
	for name, width := range map[string]int{"wide": 200, "usual": 80, "narrow": 60, "a phone": 30, "a slit": 9, "one column": 1, "not known": 0} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := &glass{columns: width}
				m := &taptest.Memory{Rows: 4, Page: 1, Pause: 7 * time.Second}
				most := width
				if width == 0 {
					most = program.PageWidth
				}
				m.Watch = func(s tap.Stream, _ tap.Bookmark) {
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

// A verified source takes ten seconds to find one unit.
type verified struct{ taptest.Memory }

func (v *verified) Units() tap.Units { return tap.Units{Meaning: "A unit is an hour."} }

func (v *verified) Verify(context.Context, tap.Stream, tap.Bookmark, bool) ([]tap.Finding, error) {
	time.Sleep(10 * time.Second)
	from := time.Date(2026, 7, 31, 1, 0, 0, 0, time.UTC)
	return []tap.Finding{{From: from, To: from.Add(time.Hour), Rows: 1, Found: -1, Standing: tap.Same}}, nil
}

// TestVerifyTellsWhatItWaitsFor, too: nothing else is seen until its report.
func TestVerifyTellsWhatItWaitsFor(t *testing.T) {
	config, state := taptest.GoodConfig(t), taptest.File(t, "state.json", `{"bookmarks":{"events":{"n":1}}}`)
	synctest.Test(t, func(t *testing.T) {
		g := &glass{columns: 80}
		a := taptest.New(nil, "verify", "--config", config, "--state", state)
		a.Out, a.Err, a.Environ = g, g, []string{"TERM=xterm"}
		a.Open = func([]byte, tap.Env) (tap.Source, error) { return &verified{Memory: taptest.Memory{Rows: 4}}, nil }
		require.Zero(t, cli.Main(t.Context(), a.App, a.Connector))
		require.Contains(t, g.statuses, "stream 1 of 2, events: waiting for the API, 9 s")
		require.Equal(t, "1 rows in 1 units, 0 differences", g.lines()[len(g.lines())-1])
	})
}
