package tap_test

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"

	"tap-reprise/tap"
	"tap-reprise/tap/taptest"
)

// numbers is the smallest source: rows 0 to 9 of one stream, two a page.
type numbers struct{}

func (numbers) Check(context.Context) error { return nil }

func (numbers) Streams(context.Context, tap.Wanted) ([]tap.Stream, error) {
	column := func(name string, kinds ...string) tap.Column {
		return tap.Column{Name: name, Selected: true, Automatic: name == "id", Schema: tap.Property{Type: kinds}}
	}
	return []tap.Stream{{Name: "numbers", Key: []string{"id"}, ReplicationKey: "id",
		Columns: []tap.Column{column("id", "string"), column("n", "integer", "null"), column("title", "string", "null")}}}, nil
}

func (numbers) Read(ctx context.Context, s tap.Stream, since tap.Bookmark) iter.Seq2[tap.Page, error] {
	return func(yield func(tap.Page, error) bool) {
		first := 0
		_, _ = fmt.Sscanf(string(since), `{"n":%d}`, &first)
		for n := first; n < 10; n += 2 {
			if ctx.Err() != nil {
				yield(tap.Page{}, ctx.Err())
				return
			}
			p := tap.Page{Bookmark: fmt.Appendf(nil, `{"n":%d}`, n+2), Done: float64(n+2) / 10}
			for i := n; i < n+2; i++ {
				p.Rows = append(p.Rows, numberRow(s, i))
			}
			if !yield(p, nil) {
				return
			}
		}
	}
}

func numberRow(s tap.Stream, i int) []byte {
	var parts [][]byte
	for _, v := range []struct{ name, value string }{{"id", `"n%d"`}, {"n", `%d`}, {"title", `"%d"`}} {
		if slices.ContainsFunc(s.Columns, func(c tap.Column) bool { return c.Name == v.name && c.Selected }) {
			parts = append(parts, fmt.Appendf(nil, `%q:`+v.value, v.name, i))
		}
	}
	return append(append([]byte("{"), bytes.Join(parts, []byte(","))...), '}')
}

func TestContract(t *testing.T) {
	taptest.Run(t, func(*testing.T) tap.Source { return numbers{} })
}
