package schemas

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A printed value is one line of testdata/types.jsonl, which a real ClickHouse
// wrote: see make_types.py there.
type printed struct {
	Type   string
	Bare   any
	Quoted any
}

func corpus(t testing.TB) []printed {
	b, err := os.ReadFile("testdata/types.jsonl")
	require.NoError(t, err)
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var all []printed
	for {
		var p printed
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			require.NotEmpty(t, all)
			return all
		}
		require.NoError(t, err)
		all = append(all, p)
	}
}

func TestClickHouseAgrees(t *testing.T) {
	for _, p := range corpus(t) {
		got, known := FromMeta(p.Type)
		require.True(t, known, p.Type)
		require.True(t, got.admits(p.Bare), "%s: %v is no %+v", p.Type, p.Bare, got)
		require.True(t, got.admits(p.Quoted), "%s: %v is no %+v", p.Type, p.Quoted, got)

		n, err := Parse(p.Type)
		require.NoError(t, err)
		// ClickHouse quotes its keywords too, and does not quote SKIP.
		require.Equal(t, strings.ReplaceAll(p.Type, "`", ""), strings.ReplaceAll(n.String(), "`", ""))
	}
}

var digits = regexp.MustCompile(`^-?[0-9]+$`)

// admits reports whether a column of type t can be made of v. The row path takes the
// quotes from numbers, and puts them on.
func (t Type) admits(v any) bool {
	s, _ := v.(string)
	switch {
	case t.AsText:
		return true
	case t.Wide:
		n, _ := v.(json.Number)
		return digits.MatchString(n.String() + s)
	case t.JSON == "integer" && digits.MatchString(s), t.JSON == "number" && json.Valid([]byte(s)):
		return true
	}
	return t.holds(v)
}

// holds reports whether v is of type t as it stands, all the way down.
func (t Type) holds(v any) bool {
	switch v := v.(type) {
	case nil:
		return t.Nullable
	case bool:
		return t.JSON == "boolean"
	case string:
		return t.JSON == "string"
	case json.Number:
		return t.JSON == "number" || t.JSON == "integer" && digits.MatchString(v.String())
	case []any:
		for _, item := range v {
			if t.Items != nil && !t.Items.holds(item) {
				return false
			}
		}
		return t.JSON == "array"
	case map[string]any:
		for _, f := range t.Fields {
			if member, ok := v[f.Name]; !ok || !f.Type.holds(member) {
				return false
			}
		}
		return t.JSON == "object"
	}
	return false
}

func FuzzFromMeta(f *testing.F) {
	for _, p := range corpus(f) {
		f.Add(p.Type)
	}
	for _, name := range []string{
		"Tuple(`a``b` Int8)", "JSON(SKIP a, SKIP REGEXP 'b', SKIP `regexp`)", "f([1, '\\'', `(`], -1.5e-3)",
		"Enum8('\\x41\\N\\d' = -1)", "Array(Array(Array(Array(Int8))))", "DateTime64(3, 'Fixed/UTC+05:30:00')",
	} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got, known := FromMeta(name)
		require.Contains(t, []string{"string", "integer", "number", "boolean", "object", "array"}, got.JSON)
		if !known {
			require.Equal(t, text(), got)
		}
		n, err := Parse(name)
		if err != nil {
			require.False(t, known)
			return
		}
		again, err := Parse(n.String())
		require.NoError(t, err, n.String())
		require.Equal(t, n, again)
		require.Equal(t, n.String(), again.String())
		same, stillKnown := FromMeta(n.String())
		require.Equal(t, got, same)
		require.Equal(t, known, stillKnown)
	})
}
