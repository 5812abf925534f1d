package airbyte_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
	"tap-reprise/tap/airbyte"
	"tap-reprise/tap/taptest"
)

// TestAirbyteChanges: the record tells which of its values are not what the API
// sent.
func TestAirbyteChanges(t *testing.T) {
	var out bytes.Buffer
	o := program.NewOutlet(&out)
	o.Start(nil)
	k := airbyte.NewSink(t.Context(), o)
	s := tap.Stream{Name: "s"}
	require.NoError(t, k.Start(s))
	require.NoError(t, k.Write(s, tap.Page{
		Rows:    [][]byte{[]byte(`{"a":null}`), []byte(`{"a":1}`), []byte(`{"a":"x","b":null}`)},
		Changes: []tap.Change{{Row: 0, Field: "a", Nulled: true}, {Row: 2, Field: "a"}, {Row: 2, Field: "b", Nulled: true}},
	}))
	require.NoError(t, k.End(s, nil))
	require.NoError(t, o.Close())
	var metas []string
	for _, m := range messages(t, taptest.Output{Stdout: out.String()}) {
		if m.Record != nil {
			metas = append(metas, string(m.Record.Meta))
		}
	}
	require.Equal(t, []string{
		`{"changes":[{"field":"a","change":"NULLED","reason":"SOURCE_SERIALIZATION_ERROR"}]}`, "",
		`{"changes":[{"field":"a","change":"TRUNCATED","reason":"SOURCE_SERIALIZATION_ERROR"},{"field":"b","change":"NULLED","reason":"SOURCE_SERIALIZATION_ERROR"}]}`,
	}, metas)
}

// TestAirbyteChangesOfALargePage: a page that does not fit into the buffer keeps
// its changes at their rows.
func TestAirbyteChangesOfALargePage(t *testing.T) {
	var out bytes.Buffer
	o := program.NewOutlet(&out)
	o.Start(nil)
	k := airbyte.NewSink(t.Context(), o)
	p := tap.Page{}
	wide := strings.Repeat("x", 1000)
	for i := range 2000 {
		p.Rows = append(p.Rows, fmt.Appendf(nil, `{"i":%d,"wide":%q}`, i, wide))
		if i%7 == 0 {
			p.Changes = append(p.Changes, tap.Change{Row: i, Field: "wide"})
		}
	}
	require.NoError(t, k.Start(tap.Stream{Name: "s"}))
	require.NoError(t, k.Write(tap.Stream{Name: "s"}, p))
	require.NoError(t, k.End(tap.Stream{Name: "s"}, nil))
	require.NoError(t, o.Close())
	rows := 0
	for _, m := range messages(t, taptest.Output{Stdout: out.String()}) {
		if m.Record != nil {
			var row struct{ I int }
			require.NoError(t, json.Unmarshal(m.Record.Data, &row))
			require.Equal(t, row.I%7 == 0, m.Record.Meta != nil)
			rows++
		}
	}
	require.Equal(t, 2000, rows)
}

// nothing is an output that is never full.
type nothing struct{}

func (nothing) Write(b []byte) (int, error) { return len(b), nil }

// TestAirbyteRowsCostNoMemory: a page ten times as long allocates as little.
func TestAirbyteRowsCostNoMemory(t *testing.T) {
	allocs := func(rows int) float64 {
		o := program.NewOutlet(nothing{})
		o.Start(nil)
		k := airbyte.NewSink(t.Context(), o)
		s := tap.Stream{Name: "s"}
		require.NoError(t, k.Start(s))
		p := tap.Page{Bookmark: tap.Bookmark(`{"n":1}`)}
		for range rows {
			p.Rows = append(p.Rows, []byte(`{"a":1,"b":"some text of a row"}`))
		}
		n := testing.AllocsPerRun(20, func() { require.NoError(t, k.Write(s, p)) })
		require.NoError(t, o.Close())
		return n
	}
	require.Less(t, allocs(1000), allocs(100)+5)
}

func TestWrittenRowsAreNeededNoMore(t *testing.T) {
	taptest.RowsAreNeededNoMore(t, func(w *bytes.Buffer) (tap.Sink, func() error) {
		out := program.NewOutlet(w)
		out.Start(nil)
		return airbyte.NewSink(t.Context(), out), out.Close
	})
}
