package rows

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFixedWidth: a column of fixed width that holds nothing is padded with NULs. That
// is the empty text, and no change; any other NUL is repaired. A key may be empty
// where its rule says so, and then nothing stands in for it.
func TestFixedWidth(t *testing.T) {
	d := &Decoder{Envelope: Envelope{Rows: []string{"data"}}, Plan: func([]Meta) (*Plan, error) {
		return &Plan{Rules: []Rule{{Name: "country", Kind: Text, Key: true, Blank: true, Padded: true}, {Name: "city", Kind: Text}}}, nil
	}}
	var p Page
	require.NoError(t, d.Decode(strings.NewReader(`{"data":[{"country":"DE","city":"Berlin"},{"country":"\u0000\u0000","city":""},
		{"country":"","city":"x"},{"country":"\u0000\u0000\u0000","city":"y"},{"country":"D\u0000","city":"\u0000\u0000"},{"country":"\u00000","city":"z"},{"country":null,"city":"n"}]}`), &p))
	var got []string
	for _, row := range p.Rows[:6] {
		got = append(got, string(row.JSON))
	}
	require.Equal(t, []string{`{"country":"DE","city":"Berlin"}`, `{"country":"","city":""}`, `{"country":"","city":"x"}`, `{"country":"","city":"y"}`,
		`{"country":"D","city":""}`, `{"country":"` + "\uFFFD" + `0","city":"z"}`}, got)
	require.True(t, strings.HasPrefix(string(p.Rows[6].JSON), `{"country":"~`), "%s", p.Rows[6].JSON)
	require.Equal(t, []Edit{{4, "country", false, false}, {4, "city", false, false}, {5, "country", false, false}, {6, "country", false, false}}, p.Edits)
}
