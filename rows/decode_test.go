package rows

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDecodeReadsAnAnswer(t *testing.T) {
	d := &Decoder{Plan: func([]Meta) (*Plan, error) {
		return &Plan{Columns: []Column{
			{Name: "id", Kind: Text, Key: true}, {Name: "at", Kind: Time, Clock: true}, {Name: "n", Kind: Integer},
		}, Constant: []byte(`"period":"day"`)}, nil
	}}
	var p Page
	err := d.Decode(strings.NewReader(`{"meta":[{"name":"id","type":"String"}],"data":[
		{"at":"2026-01-02 03:04:05.678","n":"18446744073709551615","id":"a","x":{}}, {"id":null}],"rows":2,"rows_before_limit_at_least":9}`), &p)
	require.NoError(t, err)
	require.Equal(t, `{"id":"a","at":"2026-01-02T03:04:05.678000Z","n":null,"period":"day"}`, string(p.Rows[0].JSON))
	require.Contains(t, string(p.Rows[1].JSON), `{"id":"~`)
	require.Equal(t, []Change{{0, "n", true}, {1, "id", false}}, p.Changes)
	require.Equal(t, map[string]int{"x": 1}, p.Unknown)
	require.Equal(t, int64(9), p.Before)
	require.Equal(t, int64(1767323045678000), p.Rows[0].At)
}
