package localapi

import (
	"context"
	"sync"
)

// A gate can hold the requests for pages of one endpoint, so that a reader is
// killed in the middle of its work for certain. The zero gate is open.
type gate struct {
	mu     sync.Mutex
	passed int           // requests since the start
	name   string        // the endpoint whose pages are held
	left   int           // its pages that still pass
	shut   chan struct{} // closed by release; nil: open
	held   chan struct{} // closed when the first request is held
}

// hold lets after more pages of name pass and holds all later ones.
func (g *gate) hold(name string, after int) {
	g.release()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.name, g.left = name, after
	g.shut, g.held = make(chan struct{}), make(chan struct{})
}

// release opens the gate.
func (g *gate) release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut != nil {
		close(g.shut)
		g.shut = nil
	}
}

// count is the number of requests that passed or are held.
func (g *gate) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.passed
}

// waitHeld returns true when a request is held, false when ctx ends first or
// the gate is open.
func (g *gate) waitHeld(ctx context.Context) bool {
	g.mu.Lock()
	held, open := g.held, g.shut == nil
	g.mu.Unlock()
	if open {
		return false
	}
	select {
	case <-held:
		return true
	case <-ctx.Done():
		return false
	}
}

// pass returns true when a request for a page of name may be answered, false
// when its client has gone. A request for something else has no name.
func (g *gate) pass(ctx context.Context, name string) bool {
	shut := g.arrive(name)
	if shut == nil {
		return true
	}
	select {
	case <-shut:
		return true
	case <-ctx.Done():
		return false
	}
}

// arrive counts a request and returns what it has to wait for, or nil.
func (g *gate) arrive(name string) <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.passed++
	if g.shut == nil || name != g.name {
		return nil
	}
	g.left--
	if g.left >= 0 {
		return nil
	}
	if g.left == -1 {
		close(g.held)
	}
	return g.shut
}
