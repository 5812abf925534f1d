package localapi

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestGateHoldsAfterSoManyRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gate{}
		require.True(t, g.pass(t.Context(), "a"), "open at the start")
		require.False(t, g.waitHeld(t.Context()), "open, so nothing will be held")

		g.hold("a", 1)
		require.True(t, g.pass(t.Context(), "a"))
		began, passed := time.Now(), make(chan bool, 2)
		for range 2 {
			go func() { passed <- g.pass(t.Context(), "a") }()
		}
		require.True(t, g.waitHeld(t.Context()))
		synctest.Wait()
		require.Empty(t, passed, "both are held")
		require.True(t, g.pass(t.Context(), "b"), "another endpoint is not")

		g.release()
		require.True(t, <-passed)
		require.True(t, <-passed)
		require.Equal(t, 5, g.count())
		require.Zero(t, time.Since(began))
	})
}

func TestGateLetsGoOfClientsThatGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gate{}
		g.hold("a", 0)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		require.False(t, g.pass(ctx, "a"))
		require.True(t, g.waitHeld(t.Context()), "one was held, even if it has gone")

		g.hold("a", 1)
		ctx, cancel = context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		require.False(t, g.waitHeld(ctx), "none came")
	})
}
