package reprise

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"tap-reprise/internal/stretch"
	"tap-reprise/streams"
	"time"

	"tap-reprise/internal/api"
	"tap-reprise/internal/ledger"
	"tap-reprise/internal/program"
	"tap-reprise/tap"
)

// A connection asks the pipes of one account, with one token.
type connection struct {
	client  *api.Client
	counts  *program.Metrics
	secrets *program.Secrets
	tokens  *tokenStore
	source  *streams.Source // that asks; set once it is made

	// closed are the pipes that refused a freshly issued token.
	closed sync.Map
}

// limits are what the Reprise Data API keeps to. Its rate limits are by the
// second (section "Limits": back off and try again), its answers are at most
// 100 MB, and it did not exist before 2020.
var limits = api.Limits{
	Quiet: 2 * time.Minute, AtLeast: 64 << 10,
	Glance: 30 * time.Second, Refusal: 10 * time.Second,
	Body: 100 << 20, RefusalBody: 64 << 10,
	Pause: time.Hour,
	First: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), Last: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
	Skew: time.Duration(ledger.Skew) * time.Microsecond, Aged: 365 * 24 * time.Hour,
}

// apiHints are what a person can do about errors that only this system explains.
var apiHints = map[api.Kind]string{
	api.TooLarge:   "set page_size to less; if this is the answer to POST token, check token_url",
	api.Unreadable: "deselect the stream, and ask your Reprise contact what this row is",
	api.Changed:    "run again: each run asks for the columns first, and leaves out what is not sent any more",
	api.Moved:      "if you trust that address, set token_url or base_url to it; it may also be ",
}

// newConnection returns a connection for the account in config. transport is nil
// except where the API is in this process.
func newConnection(config *Config, env tap.Env, transport http.RoundTripper) *connection {
	c := &connection{counts: env.Metrics, secrets: env.Secrets, client: api.New(api.Config{
		Log: env.Log, Metrics: env.Metrics, Secrets: env.Secrets, UserAgent: env.UserAgent, Waiting: env.Waiting, Brief: env.Brief,
		InFlight: config.Concurrency, Patience: time.Duration(config.RetryMinutes * float64(time.Minute)),
		Limits: limits, Sayings: sayings, Hints: apiHints, Transport: transport,
	})}
	c.tokens = newTokenStore(config, c.client, env.Secrets)
	return c
}

// get asks q once, with one new token if the present one is refused, and hands
// the answer to read.
func (c *connection) get(ctx context.Context, q stretch.Query, read func(*api.Answer) error) error {
	t, err := c.tokens.get(ctx, nil)
	if err != nil {
		return err
	}
	err = c.getWith(ctx, t, q, read)
	var e *api.Error
	if !errors.As(err, &e) || e.Fault() != api.Key {
		return refused(err)
	}
	if _, known := c.closed.Load(q.Endpoint); known && streams.Denied(err) {
		return refused(err) // a new token changed nothing before
	}
	if t, err = c.tokens.get(ctx, t); err != nil {
		return err
	}
	err = c.getWith(ctx, t, q, read)
	if streams.Denied(err) {
		c.closed.Store(q.Endpoint, true)
	}
	return refused(err)
}

func (c *connection) getWith(ctx context.Context, t *token, q stretch.Query, read func(*api.Answer) error) error {
	return c.client.Do(ctx, &api.Call{
		Method: http.MethodGet, URL: t.base + q.Endpoint + ".json?" + encode(q),
		Name: nameOf(q), Endpoint: q.Endpoint, About: func() []any { return about(q) }, Authorize: bearer(t.jwt), Cheap: q.Cheap, Expires: t.expires,
		Read: func(ctx context.Context, a *api.Answer) error {
			a.Waited = q.Wait(ctx)
			return c.source.Readable(read(a))
		},
	})
}

// bearer puts a key or a token into a request (sections 1 and 2).
func bearer(secret string) func(*http.Request) error {
	return func(req *http.Request) error {
		req.Header.Set("Authorization", "Bearer "+secret)
		return nil
	}
}
