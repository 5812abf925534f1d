package reprise

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"

	"tap-reprise/rows"
	"tap-reprise/tap"
)

// A brokenError is an answer that cannot be used: cut, not JSON, an exception
// inside a 200, a wrong row count, or no answer at all.
type brokenError struct {
	what string
	err  error
}

func (e *brokenError) Error() string { return e.what + ": " + e.err.Error() }
func (e *brokenError) Unwrap() error { return e.err }

// errIdle is what a body fails with that brings nothing for too long.
var errIdle = errors.New("timeout: no data for two minutes")

// transport classifies what kept a request from being answered at all.
func transport(what string, err error) error {
	var tls interface{ Unwrap() error }
	if errors.As(err, &tls) && strings.Contains(err.Error(), "certificate has expired or is not yet valid") {
		return &tap.Error{Code: tap.ExitConfig, Err: fmt.Errorf("%s: %w", what, err), Hint: "set this machine's clock"}
	}
	return &brokenError{what: what, err: err}
}

// again reports whether the same request may succeed later. What carries a hint
// is final: the attempts are over, or a person is needed.
func again(err error) bool {
	var smaller *tooMuchError
	var told *tap.Error
	if errors.As(err, &smaller) || errors.As(err, &told) {
		return false
	}
	var api *apiError
	if errors.As(err, &api) {
		return api.status == http.StatusTooManyRequests || api.status >= 500 || tooMuch(err)
	}
	var broken *brokenError
	return errors.As(err, &broken)
}

// tooMuch reports whether a smaller stretch may succeed where this request did
// not: the query took too long, or its answer is too large.
func tooMuch(err error) bool {
	var api *apiError
	if errors.As(err, &api) {
		return api.status == http.StatusRequestTimeout || api.status == http.StatusRequestEntityTooLarge ||
			(api.status == http.StatusBadRequest || api.status == http.StatusInternalServerError) && api.size
	}
	var envelope *rows.EnvelopeError
	if errors.As(err, &envelope) && envelope.Kind == rows.Exception {
		return speaksOfSize(envelope.Text)
	}
	var timeout net.Error
	return errors.Is(err, errTooLarge) || errors.Is(err, errIdle) ||
		errors.As(err, &timeout) && timeout.Timeout() && !neverConnected(err)
}

// neverConnected reports whether no server was reached at all.
func neverConnected(err error) bool {
	var op *net.OpError
	var name *net.DNSError
	return errors.As(err, &op) && op.Op == "dial" || errors.As(err, &name)
}

// A tooMuchError ends the attempts at a request that a smaller one can replace.
type tooMuchError struct{ err error }

func (e *tooMuchError) Error() string { return e.err.Error() }
func (e *tooMuchError) Unwrap() error { return e.err }

func speaksOfSize(text string) bool {
	text = strings.ToLower(text)
	for _, word := range []string{"timeout", "timed out", "time out", "memory", "too large", "too big", "max_result", "response size", "size limit"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// retrying runs do until it succeeds, fails for good, or retry_minutes are
// over. It waits as long as the API asks, else exponentially with full jitter.
func (c *client) retrying(ctx context.Context, do func() error) error {
	budget, started := c.budget(), time.Now()
	policy := &lastChance{end: started.Add(budget), ExponentialBackOff: backoff.ExponentialBackOff{
		InitialInterval: 500 * time.Millisecond, RandomizationFactor: 1, Multiplier: 2, MaxInterval: 30 * time.Second,
	}}
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := do()
		if err == nil {
			return struct{}{}, nil
		}
		if ctx.Err() != nil || !again(err) || budget <= 0 || c.env.Brief && neverConnected(err) || time.Since(started) > c.patience(err) {
			return struct{}{}, backoff.Permanent(err)
		}
		var api *apiError
		if errors.As(err, &api) && api.after > 0 {
			if time.Since(started)+api.after > budget {
				return struct{}{}, backoff.Permanent(err)
			}
			// Joined, so that the API's own words are what is reported when
			// the time is up.
			return struct{}{}, errors.Join(err, &backoff.RetryAfterError{Duration: api.after})
		}
		return struct{}{}, err
	}, backoff.WithBackOff(policy), backoff.WithMaxElapsedTime(budget), backoff.WithNotify(func(err error, wait time.Duration) {
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
	left := time.Until(b.end)
	if left <= 0 {
		return backoff.Stop
	}
	return min(b.ExponentialBackOff.NextBackOff(), left)
}

// givenUp is the error of a request whose attempts are over.
func (c *client) givenUp(err error) error {
	var elsewhere *redirectError
	if errors.As(err, &elsewhere) {
		return configError(err, "if you trust that address, set token_url or base_url to it")
	}
	hint := "the API did not recover in time; run again later, from the last state"
	var gone *vanishedError
	c.down.Store(!errors.As(err, &gone))
	if gone != nil {
		hint = "run again: each run asks for the columns first, and leaves out what is not sent any more"
	}
	var api *apiError
	if errors.As(err, &api) && api.after > c.budget() {
		hint = fmt.Sprintf("the API asks to wait %v, longer than retry_minutes; run again then, from the last state", api.after.Round(time.Second))
	}
	return &tap.Error{Code: tap.ExitRetry, Err: err, Hint: hint}
}

// patience is how long a request that failed with err may go on failing. A
// redirect elsewhere may be a page for maintenance, and a column may lack in the
// answer of one server among several, but hardly for long.
func (c *client) patience(err error) time.Duration {
	var elsewhere *redirectError
	var gone *vanishedError
	if errors.As(err, &elsewhere) || errors.As(err, &gone) {
		return min(c.budget(), time.Minute)
	}
	return c.budget()
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
