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
	// leastAttempts is how often a request is sent although one attempt alone
	// took longer than Config.Patience: what is given up as too slow, too.
	leastAttempts = 2

	// soon is the pause before the one more attempt at what will hardly pass.
	soon = 3 * time.Second

	// attemptsAtLasting is how often such a request is sent.
	attemptsAtLasting = 2
)

// Tries say how Insist goes about it.
type Tries struct {
	// Since is when the first of a chain of requests failed that this one is to
	// replace; zero: there was none.
	Since time.Time

	// Divisible: what Smaller holds of ends the attempts at once, and is
	// returned as it is. Smaller requests can replace this one.
	Divisible bool

	// Log gets a line before each further attempt; nil: Config.Log.
	Log *slog.Logger
}

// Insist runs do until it succeeds, fails for good, or Config.Patience is over.
// It waits as long as the API asks, else exponentially with full jitter. Its
// error then carries a hint; what ended ctx is returned as it is.
func (c *Client) Insist(ctx context.Context, t Tries, do func() error) error {
	if t.Since.IsZero() {
		t.Since = time.Now()
	}
	if t.Log == nil {
		t.Log = c.config.Log
	}
	budget, attempts, lasting := c.Budget(), 0, 0
	policy := &lastChance{ExponentialBackOff: backoff.ExponentialBackOff{
		InitialInterval: 500 * time.Millisecond, RandomizationFactor: 1, Multiplier: 2, MaxInterval: 30 * time.Second,
	}}
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := do()
		if err == nil {
			return struct{}{}, nil
		}
		attempts++
		if ctx.Err() != nil || !Again(err) || budget <= 0 || t.Divisible && Smaller(err) {
			return struct{}{}, backoff.Permanent(err)
		}
		e := bare(err)
		policy.end = t.Since.Add(c.patience(e))
		passed := time.Since(t.Since)
		if passed >= c.patience(e) && (attempts >= leastAttempts || e.Kind != TooSlow || c.down.Load()) {
			return struct{}{}, backoff.Permanent(err)
		}
		wait := e.After
		if c.lasts(e) {
			if lasting++; lasting >= attemptsAtLasting {
				return struct{}{}, backoff.Permanent(err)
			}
			wait = soon
		}
		switch {
		case wait == 0:
			return struct{}{}, err
		case passed+wait > budget:
			return struct{}{}, backoff.Permanent(err)
		}
		// Joined, so that the API's own words are what is reported when the
		// time is up.
		return struct{}{}, errors.Join(err, &backoff.RetryAfterError{Duration: wait})
	}, backoff.WithBackOff(policy), backoff.WithMaxElapsedTime(0), backoff.WithNotify(func(err error, wait time.Duration) {
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

// A lastChance waits until the very end rather than to give up before it, where
// the next wait would be longer than the time that is left.
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
