package tap

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/object"
	"tap-reprise/internal/program"
)

// What the program promises of its output: how long it takes to end once it is
// interrupted, how much it hands over at once, and how it clears a line.
const (
	endsWithin = 5 * time.Second
	pipeHolds  = 1 << 20
	firstWrite = 128 << 10
	eraseLine  = "\r\x1b[K"
)

// A memory is a source in memory: two streams whose rows carry a number, which
// is also the bookmark.
type memory struct {
	rows    int           // of "events"; "empty" has none
	page    int           // rows a page; 0: all in one
	pause   time.Duration // before each page
	fail    map[string]error
	streams []Stream
	err     error                      // of Streams
	read    func(s Stream, b Bookmark) // watches Read
	marks   func(n int) Bookmark       // nil: {"n":n}
	env     Env
}

func text(name string) Column {
	return Column{Name: name, Selected: true, Schema: Property{Type: []string{"string", "null"}}}
}

func twoStreams() []Stream {
	id := Column{Name: "id", Automatic: true, Selected: true, Schema: Property{Type: []string{"string"}, Description: "the <key>"}}
	at := Column{Name: "at", Automatic: true, Selected: true, Schema: Property{Type: []string{"string", "null"}, Format: "date-time"}}
	return []Stream{
		{Name: "events", Key: []string{"id"}, ReplicationKey: "at", Aliases: []string{"old_events"},
			Columns: []Column{id, at, text("title"), {Name: "n", Selected: true, Schema: Property{Type: []string{"integer", "null"}}}}},
		{Name: "empty", Key: []string{"id"}, Columns: []Column{id, text("title")}},
	}
}

func (m *memory) Check(context.Context) error { return nil }

func (m *memory) Streams(context.Context, Wanted) ([]Stream, error) {
	if m.streams == nil {
		m.streams = twoStreams()
	}
	return m.streams, m.err
}

func (m *memory) Read(ctx context.Context, s Stream, since Bookmark) iter.Seq2[Page, error] {
	if m.read != nil {
		m.read(s, since)
	}
	return func(yield func(Page, error) bool) {
		next := struct{ N int }{}
		if since != nil {
			_ = json.Unmarshal(since, &next)
		}
		size := m.page
		if size == 0 {
			size = m.rows
		}
		for s.Name != "empty" && next.N < m.rows {
			select {
			case <-time.After(m.pause):
			case <-ctx.Done():
				yield(Page{}, ctx.Err())
				return
			}
			var p Page
			for end := min(m.rows, next.N+size); next.N < end; next.N++ {
				p.Rows = append(p.Rows, row(s, next.N))
			}
			p.Bookmark = Bookmark(fmt.Sprintf(`{"n":%d}`, next.N))
			if m.marks != nil {
				p.Bookmark = m.marks(next.N)
			}
			p.Done = float64(next.N) / float64(m.rows)
			if !yield(p, nil) {
				return
			}
		}
		if err := m.fail[s.Name]; err != nil {
			yield(Page{}, err)
		}
	}
}

// row is row n of s, selected columns only.
func row(s Stream, n int) []byte {
	values := map[string]string{"id": fmt.Sprintf(`"e%d"`, n), "at": fmt.Sprintf(`"2026-01-01T00:00:%02d.000000Z"`, n%60),
		"title": `"<a&b>"`, "n": "9007199254740993"}
	b := []byte("{")
	for _, c := range s.Columns {
		if c.Selected {
			b = object.AppendMember(b, c.Name, []byte(values[c.Name]))
		}
	}
	return append(b, '}')
}

// A run is one call of Main.
type outcomeOf struct {
	code     int
	out, err string
}

// lines are the lines of stdout.
func (o outcomeOf) lines() []string {
	if o.out == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(o.out, "\n"), "\n")
}

// lastErr is the last line of stderr.
func (o outcomeOf) lastErr() string {
	lines := strings.Split(strings.TrimSpace(o.err), "\n")
	return lines[len(lines)-1]
}

// testApp is an App on m with the project's own root files.
func testApp(m *memory, args ...string) App {
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			panic(err)
		}
		return data
	}
	return App{program.App{
		Name: "tap-reprise", Version: "1.2.3", About: "Demo analytics from Reprise",
		Spec: read("spec.json"), Sample: read("config.sample.json"), Catalog: []byte("{\n  \"streams\": []\n}\n"),
		Args: args,
	}, Connector{
		Open: func(_ []byte, env Env) (Source, error) { m.env = env; return m, nil },
		Demo: func(env Env, _ bool) (Source, error) { m.env = env; return m, nil },
	}}
}

// runMain runs Main with args.
func runMain(t testing.TB, m *memory, args ...string) outcomeOf {
	return runApp(context.Background(), testApp(m, args...))
}

func runApp(ctx context.Context, a App) outcomeOf {
	var out, err bytes.Buffer
	a.Out, a.Err = &out, &err
	code := Main(ctx, a.App, a.Connector)
	return outcomeOf{code, out.String(), err.String()}
}

// file writes a file that ends with the test and returns its path.
func file(t testing.TB, name, content string) string {
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// goodConfig is a config file that is valid.
func goodConfig(t testing.TB) string {
	return file(t, "config.json", `{"api_key":"rprswh_5ecret","start_date":"2026-01-01"}`)
}
