package stretch

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestHashes compares with a map, also for hashes that begin alike.
func TestHashes(t *testing.T) {
	for _, mask := range []uint64{^uint64(0), 1<<56 - 1, 3<<62 | 0xfff} {
		var h hashes[uint32]
		want, r := map[uint64]uint32{}, rand.New(rand.NewPCG(1, 2))
		for i := range uint32(30_000) {
			key := max(1, r.Uint64()&mask)
			v, there := h.at(key)
			old, known := want[key]
			require.Equal(t, known, there)
			require.Equal(t, old, *v)
			*v, want[key] = i, i
		}
		require.Equal(t, len(want), h.n)
		require.LessOrEqual(t, h.slots, max(256*32, h.n*3/2))
	}
	v, there := new(hashes[struct{}]).at(0)
	require.NotNil(t, v)
	require.False(t, there)
}
