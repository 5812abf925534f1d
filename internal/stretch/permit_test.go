package stretch

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/rows"
)

// TestPermit: an answer is taken when it is granted, and not before, unless that
// takes longer than a server may wait.
func TestPermit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		own := newPermit()
		go func() {
			time.Sleep(3 * time.Second)
			own.grant()
		}()
		require.Equal(t, 3*time.Second, own.wait(t.Context()))
		require.Zero(t, own.wait(t.Context()), "a page that was not whole is asked for again by the same permit")
		own.end()
		require.Equal(t, rows.Patience, own.wait(t.Context()), "the next page needs another")
		own.grant() // too late for that page, and not for the next
		own.end()
		ended, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		require.Equal(t, time.Second, own.wait(ended))
		require.Zero(t, (*permit)(nil).wait(t.Context()))
	})
}

// TestSheetsAreUsedAgain: the one that was given back last is the next.
func TestSheetsAreUsedAgain(t *testing.T) {
	var list Pages
	a, b := list.Get(), list.Get()
	require.NotSame(t, a, b)
	list.Put(b)
	list.Put(a)
	list.Put(nil)
	require.Same(t, a, list.Get())
	require.Same(t, b, list.Get())
}
