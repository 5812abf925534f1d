package taptest

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"tap-reprise/internal/object"
	"tap-reprise/tap"
)

// A Memory is a source in memory: two streams whose rows carry a number, which
// is also the bookmark.
type Memory struct {
	Rows  int              // of "events"; "empty" has none
	Page  int              // rows a page; 0: all in one
	Pause time.Duration    // before each page
	Fail  map[string]error // by stream, behind its rows

	Offers  []tap.Stream                           // nil: TwoStreams
	Err     error                                  // of Streams
	Watch   func(s tap.Stream, since tap.Bookmark) // sees each Read
	Marks   func(n int) tap.Bookmark               // nil: {"n":n}
	Env     tap.Env                                // what it was opened with
	Checked error                                  // of Check
}

// TwoStreams are "events", which has a replication key, an alias and a column of
// each kind, and "empty".
func TwoStreams() []tap.Stream {
	id := tap.Column{Name: "id", Automatic: true, Selected: true, Schema: tap.Property{Type: []string{"string"}, Description: "the <key>"}}
	at := tap.Column{Name: "at", Automatic: true, Selected: true, Schema: tap.Property{Type: []string{"string", "null"}, Format: "date-time"}}
	return []tap.Stream{
		{Name: "events", Key: []string{"id"}, ReplicationKey: "at", Aliases: []string{"old_events"},
			Columns: []tap.Column{id, at, Text("title"), {Name: "n", Selected: true, Schema: tap.Property{Type: []string{"integer", "null"}}}}},
		{Name: "empty", Key: []string{"id"}, Columns: []tap.Column{id, Text("title")}},
	}
}

// Text is a column of texts.
func Text(name string) tap.Column {
	return tap.Column{Name: name, Selected: true, Schema: tap.Property{Type: []string{"string", "null"}}}
}

// Check returns m.Checked.
func (m *Memory) Check(context.Context) error { return m.Checked }

// Streams returns m.Offers and m.Err.
func (m *Memory) Streams(context.Context, tap.Wanted) ([]tap.Stream, error) {
	if m.Offers == nil {
		m.Offers = TwoStreams()
	}
	return m.Offers, m.Err
}

// Read yields the rows behind since, m.Page at a time.
func (m *Memory) Read(ctx context.Context, s tap.Stream, since tap.Bookmark) iter.Seq2[tap.Page, error] {
	if m.Watch != nil {
		m.Watch(s, since)
	}
	return func(yield func(tap.Page, error) bool) {
		next := struct{ N int }{}
		if since != nil {
			_ = json.Unmarshal(since, &next)
		}
		size := m.Page
		if size == 0 {
			size = m.Rows
		}
		for s.Name != "empty" && next.N < m.Rows {
			select {
			case <-time.After(m.Pause):
			case <-ctx.Done():
				yield(tap.Page{}, ctx.Err())
				return
			}
			var p tap.Page
			for end := min(m.Rows, next.N+size); next.N < end; next.N++ {
				p.Rows = append(p.Rows, Row(s, next.N))
			}
			p.Bookmark = tap.Bookmark(fmt.Sprintf(`{"n":%d}`, next.N))
			if m.Marks != nil {
				p.Bookmark = m.Marks(next.N)
			}
			p.Done = float64(next.N) / float64(m.Rows)
			if !yield(p, nil) {
				return
			}
		}
		if err := m.Fail[s.Name]; err != nil {
			yield(tap.Page{}, err)
		}
	}
}

// Row is row n of s, selected columns only.
func Row(s tap.Stream, n int) []byte {
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
