package singer

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/tap"
	"tap-reprise/tap/taptest"
)

// TestNoAllocationPerRow writes pages of many rows: what is allocated is for the
// page.
func TestNoAllocationPerRow(t *testing.T) {
	s := taptest.TwoStreams()[0]
	p := tap.Page{Bookmark: tap.Bookmark(`{"n":1}`)}
	for i := range 10000 {
		p.Rows = append(p.Rows, taptest.Row(s, i))
	}
	k := newSink(t.Context(), io.Discard, newState())
	defer func() { require.NoError(t, k.close()) }()
	allocations := testing.AllocsPerRun(20, func() { require.NoError(t, k.Write(s, p)) })
	require.Less(t, allocations, 100.0)
}

func BenchmarkSinger(b *testing.B) {
	s := taptest.TwoStreams()[0]
	var p tap.Page
	size := 0
	for i := range 10000 {
		p.Rows = append(p.Rows, taptest.Row(s, i))
		size += len(p.Rows[i])
	}
	k := newSink(b.Context(), io.Discard, newState())
	b.SetBytes(int64(size))
	for b.Loop() {
		require.NoError(b, k.Write(s, p))
	}
	require.NoError(b, k.close())
}
