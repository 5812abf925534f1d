package airbyte

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAirbyteEstimate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newStream("events", streamState{})
		tell := func(rows int64, done float64) string {
			k.total, k.bytes = rows, rows*100
			return string(k.appendEstimate(nil, done))
		}
		require.Empty(t, tell(0, 0.5), "no row yet")
		require.Empty(t, tell(10, 0), "no way to tell")
		require.Contains(t, tell(10, 0.1), `"row_estimate":100,"byte_estimate":10000}`)
		require.Empty(t, tell(40, 0.2), "too soon")
		time.Sleep(estimateGap)
		require.Contains(t, tell(40, 0.2), `"row_estimate":200,`)
		time.Sleep(estimateGap)
		require.Empty(t, tell(60, 0.3), "no news")
	})
}
