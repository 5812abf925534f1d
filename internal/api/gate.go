package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"tap-reprise/internal/program"
)

// A gate limits the requests in flight. A 429 narrows it to one, and closes it
// for everybody until the pause that it asks for is over. Every calmAnswers
// answers without one widen it by one again.
type gate struct {
	client *Client
	next   http.RoundTripper

	mu     sync.Mutex
	most   int
	width  int
	inside int
	calm   int
	opens  time.Time
	moved  chan struct{} // closed and replaced whenever someone may enter
}

const calmAnswers = 20

func newGate(c *Client, next http.RoundTripper) http.RoundTripper {
	most := max(1, c.config.InFlight)
	return &gate{client: c, next: next, most: most, width: most, moved: make(chan struct{})}
}

// RoundTrip holds a place from before the request until its headers are there.
func (g *gate) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := g.enter(req.Context(), g.client.Budget()); err != nil {
		return nil, err
	}
	res, err := g.next.RoundTrip(req)
	limited := err == nil && res.StatusCode == http.StatusTooManyRequests
	var wait time.Duration
	if limited {
		wait = g.client.config.Limits.pauseAsked(res).wait
	}
	g.leave(limited, wait)
	return res, err
}

// errLimited refuses requests while the API wants none for longer than they
// may wait.
var errLimited = errors.New("the API asked for no requests")

// enter blocks until a request may start, or ctx ends. It fails at once if the
// API asked for a pause longer than patience.
func (g *gate) enter(ctx context.Context, patience time.Duration) error {
	for {
		g.mu.Lock()
		wait := time.Until(g.opens)
		if wait <= 0 && g.inside < g.width {
			g.inside++
			g.mu.Unlock()
			return nil
		}
		moved := g.moved
		g.mu.Unlock()
		if wait > patience {
			return &program.Error{Code: program.ExitRetry, Err: fmt.Errorf("%w for another %s", errLimited, wait.Round(time.Second)),
				Hint: "run again, from the last state, when the pause is over"}
		}
		if wait <= 0 {
			wait = time.Hour
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-moved:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// leave gives back a place. limited says that the API refused the request for its
// rate, and pause how long it asked to wait.
func (g *gate) leave(limited bool, pause time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	switch {
	case limited:
		g.width, g.calm = 1, 0
		if until := time.Now().Add(pause); until.After(g.opens) {
			g.opens = until
		}
	case g.width < g.most:
		if g.calm++; g.calm >= calmAnswers {
			g.width, g.calm = g.width+1, 0
		}
	}
	close(g.moved)
	g.moved = make(chan struct{})
}
