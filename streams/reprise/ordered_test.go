package reprise

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// TestOrderedEndsWithItsContext: results that are there when it is cancelled are
// not handed on.
func TestOrderedEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var items []int
		var last error
		for item, err := range ordered(ctx, 9, 4, func(_ context.Context, item int) (int, error) { return item, nil }) {
			if last = err; err != nil {
				break
			}
			if items = append(items, item); item == 1 {
				synctest.Wait() // the next four are done
				cancel()
			}
		}
		require.Equal(t, []int{0, 1}, items)
		require.ErrorIs(t, last, context.Canceled)
	})
}
