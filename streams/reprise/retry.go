package reprise

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	// leastAttempts is how often a request is sent although one attempt alone
	// took longer than retry_minutes: what is given up as too slow, too.
	leastAttempts = 2

	// soon is the pause before the one more attempt at what will hardly pass.
	soon = 3 * time.Second

	// attemptsAtLasting is how often such a request is sent.
	attemptsAtLasting = 2
)

// retrying runs do until it succeeds, fails for good, or retry_minutes are over,
// which began to pass at since. It waits as long as the API asks, else
// exponentially with full jitter.
func (c *client) retrying(ctx context.Context, since time.Time, do func() error) error {
	budget, attempts, lasting := c.budget(), 0, 0
	policy := &lastChance{ExponentialBackOff: backoff.ExponentialBackOff{
		InitialInterval: 500 * time.Millisecond, RandomizationFactor: 1, Multiplier: 2, MaxInterval: 30 * time.Second,
	}}
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := do()
		if err == nil {
			return struct{}{}, nil
		}
		attempts++
		policy.end = since.Add(c.patience(err))
		passed := time.Since(since)
		over := passed >= c.patience(err) && (attempts >= leastAttempts || !slow(err) || c.down.Load())
		if ctx.Err() != nil || !again(err) || budget <= 0 || over {
			return struct{}{}, backoff.Permanent(err)
		}
		wait := time.Duration(0)
		var api *apiError
		if errors.As(err, &api) {
			wait = api.pause.wait
		}
		if c.lasts(err) {
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
		c.waiting(err, wait)
	}))
	if err != nil && again(err) && ctx.Err() == nil {
		return c.givenUp(unjoined(err))
	}
	if err == nil {
		c.down.Store(false)
	}
	return err
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

// budget is how long one request, or a chain of ever smaller ones, may fail. It
// is short while a person or a platform waits for discovery or a check, and as
// long as nothing has succeeded since a request was given up: an API that is
// down costs retry_minutes once, not once for each stream.
func (c *client) budget() time.Duration {
	budget := time.Duration(c.config.RetryMinutes * float64(time.Minute))
	if c.env.Brief || c.down.Load() {
		return min(budget, time.Minute)
	}
	return budget
}

// unjoined drops the wait that retrying joined to the API's error.
func unjoined(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()[0]
	}
	return err
}

// waiting tells people and platforms that a pause begins.
func (c *client) waiting(err error, wait time.Duration) {
	c.log.Info("will ask again", "wait", wait.Round(time.Millisecond).String(), "cause", unjoined(err).Error())
	var api *apiError
	limited := errors.As(err, &api) && api.status == http.StatusTooManyRequests
	c.counts.Pause(wait, limited)
	if limited && c.env.Waiting != nil {
		c.env.Waiting(c.clock.now().Add(wait))
	}
}
