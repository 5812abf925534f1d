package reprise

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTurn: an answer is taken when its turn has come, and not before, unless
// that takes longer than a server may wait.
func TestTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		own := newTurn()
		go func() {
			time.Sleep(3 * time.Second)
			own.come()
		}()
		require.Equal(t, 3*time.Second, own.wait(t.Context()))
		require.Zero(t, own.wait(t.Context()), "a page that was not whole is asked for again within the turn")
		own.pass()
		require.Equal(t, turnTimeout, own.wait(t.Context()), "the next page is another turn")
		own.come() // too late for that page, and not for the next
		own.pass()
		ended, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		require.Equal(t, time.Second, own.wait(ended))
		require.Zero(t, (*turn)(nil).wait(t.Context()))
	})
}

// TestSheetsAreUsedAgain: the one that was given back last is the next.
func TestSheetsAreUsedAgain(t *testing.T) {
	var list pageList
	a, b := list.Get(), list.Get()
	require.NotSame(t, a, b)
	list.Put(b)
	list.Put(a)
	list.Put(nil)
	require.Same(t, a, list.Get())
	require.Same(t, b, list.Get())
}
