package reprise

import (
	"context"
	"time"
)

// A turn keeps flights from taking their answers into memory all at once: each
// waits until only the rows just before its own are still to be written. Only
// its flight uses it, but for come.
type turn struct {
	came chan struct{} // holds one value
	mine bool
}

func newTurn() *turn { return &turn{came: make(chan struct{}, 1)} }

// turnTimeout is longer than most loaders take for a page. Even if decoding the
// answer then waits as long for memory, servers, and what is between, put up
// with one that nobody reads for longer.
const turnTimeout = 5 * time.Second

// come tells that everything before is written or about to be.
func (t *turn) come() {
	select {
	case t.came <- struct{}{}:
	default:
	}
}

// wait returns when it is t's turn, after turnTimeout in any case, and tells
// how long that took. The turn lasts until pass.
func (t *turn) wait(ctx context.Context) time.Duration {
	if t == nil || t.mine {
		return 0
	}
	began, late := time.Now(), time.NewTimer(turnTimeout)
	defer late.Stop()
	select {
	case <-t.came:
		t.mine = true
	case <-late.C:
	case <-ctx.Done():
	}
	return time.Since(began)
}

// pass ends the turn; call it before rows are handed over.
func (t *turn) pass() {
	t.mine = false
	select {
	case <-t.came: // too late
	default:
	}
}
