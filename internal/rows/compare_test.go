package rows

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// testPlan makes a plan of a meta whose types are words of the plan: "Time
// Clock", "Text Key", "Keep Drop".
func testPlan(meta []Meta) (*Plan, error) {
	if meta == nil {
		meta = []Meta{{"id", "Text Key"}, {"at", "Time Clock"}, {"v", "Keep"}}
	}
	p := &Plan{}
	for _, m := range meta {
		c := Rule{Name: m.Name}
		for _, word := range strings.Fields(m.Type) {
			switch word {
			case "Text":
				c.Kind = Text
			case "Time":
				c.Kind = Time
			case "Integer":
				c.Kind = Integer
			case "Number":
				c.Kind = Number
			case "Boolean":
				c.Kind = Boolean
			case "JSON":
				c.Kind = JSON
			case "Berlin":
				c.Location = berlin
			case "Drop":
				c.Drop = true
			case "Key":
				c.Key = true
			case "Needed":
				c.Needed = true
			case "Clock":
				c.Clock = true
			case "Float":
				c.Float = true
			case "Upper":
				c.Rewrite = func(dst, text []byte) []byte { return append(dst, quote(bytes.ToUpper(text))...) }
			case "Source":
				p.Derived = append(p.Derived, Derived{"from_" + m.Name, m.Name, func(dst, text []byte, null bool) []byte {
					if null {
						return append(dst, null2...)
					}
					return append(dst, quote(text)...)
				}})
			case "Constant":
				p.Constant = []byte(`"period":"day"`)
			case "Skip":
				c.Name = ""
			}
		}
		if c.Name != "" || m.Name == "" {
			p.Rules = append(p.Rules, c)
		}
	}
	return p, p.check()
}

const null2 = "null"

var berlin = time.FixedZone("Berlin", 3600)

// requireSame requires that Decode and naive agree about body, whatever the size of the
// blocks in which it is read, and whatever was decoded before.
func requireSame(t *testing.T, body []byte) {
	t.Helper()
	requireSameBy(t, testPlan, body)
}

func requireSameBy(t *testing.T, plan func([]Meta) (*Plan, error), body []byte) {
	t.Helper()
	want, wantErr := naiveDecode(plan, body)
	same := func(d *Decoder, p *Page, way string) {
		t.Helper()
		err := d.Decode(iotest.OneByteReader(bytes.NewReader(body)), p)
		if !utf8.Valid(body) {
			require.Error(t, err, "invalid UTF-8 accepted, %s:\n%q", way, body)
			return
		}
		if wantErr != nil || err != nil {
			require.Equal(t, wantErr != nil, err != nil, "%s: naive %v, Decode %v\n%s", way, wantErr, err, body)
			var e *EnvelopeError
			if errors.As(err, &e) {
				require.LessOrEqual(t, e.Offset, int64(len(body)))
			}
			return
		}
		requireSameRows(t, want, p, way)
		require.Equal(t, want.Edits, append([]Edit(nil), p.Edits...), "%s\n%s", way, body)
		require.Equal(t, want.Unknown, p.Unknown, "%s\n%s", way, body)
		require.Equal(t, want.Meta, p.Meta)
		require.Equal(t, []int64{int64(want.Count), want.Before, want.Bytes}, []int64{int64(p.Count), p.Before, p.Bytes}, "%s\n%s", way, body)
	}
	d, p := &Decoder{Plan: plan}, &Page{}
	same(d, p, "first time")
	same(d, p, "same page again")
	for _, size := range []int{2*padding + 1, 200, 512} {
		small := pageOf(size)
		same(&Decoder{Plan: plan}, small, "small window")
		same(d, small, "small window, plan known")
	}
}

func requireSameRows(t *testing.T, want, got *Page, way string) {
	t.Helper()
	require.Len(t, got.Rows, len(want.Rows), way)
	for i, w := range want.Rows {
		g := got.Rows[i]
		require.Equal(t, string(w.JSON), string(g.JSON), "%s, row %d", way, i)
		require.Equal(t, []any{w.At, w.HasAt, w.Sum}, []any{g.At, g.HasAt, g.Sum}, "%s, row %d: %s", way, i, w.JSON)
		require.True(t, json.Valid(g.JSON), "%s, row %d: %q", way, i, g.JSON)
		require.Less(t, bytes.IndexFunc(g.JSON, func(r rune) bool { return r < ' ' }), 0, "%s, row %d is one line", way, i)
	}
}
