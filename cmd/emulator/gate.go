package main

import (
	"context"
	"sync"
)

// A gate counts requests and can hold them, so that a reader can be killed in
// the middle of its work for certain. The zero gate is open.
type gate struct {
	mu     sync.Mutex
	passed int           // requests since the start
	limit  int           // the first to be held is limit+1
	shut   chan struct{} // closed by release; nil: open
	held   chan struct{} // closed when the first request is held
}

// hold lets after more requests pass and holds all later ones.
func (g *gate) hold(after int) {
	g.release()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.limit = g.passed + after
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

// pass returns true when the request may be answered, false when its client
// has gone.
func (g *gate) pass(ctx context.Context) bool {
	g.mu.Lock()
	g.passed++
	shut := g.shut
	if shut == nil || g.passed <= g.limit {
		g.mu.Unlock()
		return true
	}
	if g.passed == g.limit+1 {
		close(g.held)
	}
	g.mu.Unlock()
	select {
	case <-shut:
		return true
	case <-ctx.Done():
		return false
	}
}
