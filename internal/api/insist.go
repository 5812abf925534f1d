package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"

	"tap-reprise/internal/program"
)

const (
	// leastAttempts is how often a request is sent at least that is given up as
	// too slow, although one attempt alone may take longer than Config.Patience.
	leastAttempts = 2

	// soon is the pause before another attempt at what will hardly pass.
	soon = 3 * time.Second

	// attemptsAtLasting is how often such a request is sent.
	attemptsAtLasting = 2
)

// Tries say how Insist goes about it.
type Tries struct {
	// Since is when the first of a chain of requests failed that this one is to
	// replace; zero: there was none.
	Since time.Time

	// Divisible: smaller requests can replace this one. An error that Smaller
	// is true of ends the attempts at once, and is returned as it is.
	Divisible bool

	// Log gets a line before each further attempt; nil: Config.Log.
	Log *slog.Logger
}

// Insist runs do until it succeeds, fails for good, or Config.Patience is over. It
// waits as long as the API asks, else exponentially with full jitter. Its error
// carries a hint. What ended ctx is returned as it is.
func (c *Client) Insist(ctx context.Context, t Tries, do func() error) error {
	if t.Since.IsZero() {
		t.Since = time.Now()
	}
	if t.Log == nil {
		t.Log = c.config.Log
	}
	a := &attempts{Tries: t, client: c, budget: c.Budget(), policy: &lastChance{ExponentialBackOff: backoff.ExponentialBackOff{
		InitialInterval: 500 * time.Millisecond, RandomizationFactor: 1, Multiplier: 2, MaxInterval: 30 * time.Second,
	}}}
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := do()
		if err != nil {
			err = a.next(ctx, err)
		}
		return struct{}{}, err
	}, backoff.WithBackOff(a.policy), backoff.WithMaxElapsedTime(0), backoff.WithNotify(func(err error, wait time.Duration) {
		c.waiting(t.Log, err, wait)
	}))
	switch {
	case err == nil:
		c.down.Store(false)
	case bare(err) != nil && ctx.Err() == nil && !(t.Divisible && Smaller(err)):
		return c.GiveUp(unjoined(err))
	}
	return err
}

// attempts are those of one Insist.
type attempts struct {
	Tries
	client  *Client
	budget  time.Duration
	policy  *lastChance
	made    int
	lasting int // those that met what waiting will hardly end
}

// next is what backoff is to know after an attempt that failed with err: that it was
// the last one, or how long the API asks to wait.
func (a *attempts) next(ctx context.Context, err error) error {
	a.made++
	if ctx.Err() != nil || !Again(err) || a.budget <= 0 || a.Divisible && Smaller(err) {
		return backoff.Permanent(err)
	}
	c, e, passed := a.client, bare(err), time.Since(a.Since)
	patience := c.patience(e)
	a.policy.end = a.Since.Add(patience)
	if passed >= patience && (a.made >= leastAttempts || e.Kind != TooSlow || c.down.Load()) {
		return backoff.Permanent(err)
	}
	wait := e.After
	if c.lasts(e) {
		if a.lasting++; a.lasting >= attemptsAtLasting {
			return backoff.Permanent(err)
		}
		wait = soon
	}
	switch {
	case wait == 0:
		return err
	case passed+wait > a.budget:
		return backoff.Permanent(err)
	}
	// Joined, so that the API's own words are what is reported when the time is
	// up.
	return errors.Join(err, &backoff.RetryAfterError{Duration: wait})
}

// GiveUp is the error of a request whose attempts are over, with what to do.
func (c *Client) GiveUp(err error) error {
	e := bare(err)
	if e == nil {
		return err
	}
	if kinds[e.Kind].again {
		c.down.Store(e.Kind != Changed)
	}
	code, hint := c.Exit(e)
	return &program.Error{Code: code, Err: err, Hint: hint}
}

// A lastChance makes the last attempt at the very end. Where the next wait would be
// longer than the time that is left, it is cut to that.
type lastChance struct {
	backoff.ExponentialBackOff
	end time.Time
}

// NextBackOff implements backoff.BackOff.
func (b *lastChance) NextBackOff() time.Duration {
	// Whether there is another attempt at all is not decided here.
	return min(b.ExponentialBackOff.NextBackOff(), max(0, time.Until(b.end)))
}

// unjoined drops the wait that Insist joined to the API's error.
func unjoined(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()[0]
	}
	return err
}

// waiting says to people and platforms that a pause begins.
func (c *Client) waiting(log *slog.Logger, err error, wait time.Duration) {
	log.Info("will ask again", "wait", wait.Round(time.Millisecond).String(), "cause", unjoined(err).Error())
	e := bare(err)
	limited := e != nil && e.Status == http.StatusTooManyRequests
	c.config.Metrics.Pause(wait, limited)
	if limited && c.config.Waiting != nil {
		c.config.Waiting(c.clock.Now().Add(wait))
	}
}
