package rybbit

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"tap-reprise/internal/api"
	"tap-reprise/internal/ledger"
	"tap-reprise/internal/program"
	"tap-reprise/internal/stretch"
	"tap-reprise/streams"
	"tap-reprise/tap"
)

// A connection asks one server with one key.
type connection struct {
	client     *api.Client
	config     *Config
	generation generation
	source     *streams.Source // that asks; set once it is made
	known      *known          // of the account; nil: it was not asked

	spent atomic.Pointer[error] // the day's requests are used up; nil: they are not

	mu       sync.Mutex
	accepted bool      // the key had a good answer
	refused  time.Time // since when it has none any more; zero: it has
}

// limits are what the API keeps to. Its answers are as large as the limit that is
// asked with; it has no clock before 2020.
var limits = api.Limits{
	Quiet: 2 * time.Minute, AtLeast: 64 << 10,
	Glance: 30 * time.Second, Refusal: 10 * time.Second,
	Body: 512 << 20, RefusalBody: 64 << 10,
	Pause: 25 * time.Hour, Unsaid: time.Minute, // the daily quota of the newest servers; the window of the current ones
	First: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), Last: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
	Skew: time.Duration(ledger.Skew) * time.Microsecond, Aged: 365 * 24 * time.Hour,
}

// legacyPause is how long a legacy server refuses a key that asked too often.
const legacyPause = 10 * time.Minute

// sayings are the API's own words that decide more than a status does.
var sayings = []api.Saying{
	// A key of fewer scopes, and a key for another organisation's sites.
	{Says: "insufficient scope", Statuses: []int{http.StatusForbidden}, Kind: api.NoAccess},
	{Says: "session not found", Statuses: []int{http.StatusNotFound}, Kind: api.Gone},
	{Says: "site not found", Statuses: []int{http.StatusNotFound}, Kind: api.Refused},
	// Whatever ClickHouse refuses: too much at once, or out of order.
	{Says: "failed to fetch", Statuses: []int{http.StatusInternalServerError}, Kind: api.TooMuch},
}

// messages are where an error body says what is wrong.
var messages = [][]any{{"message"}, {"error"}}

// apiHints are what a person can do about errors that only this system explains.
var apiHints = map[api.Kind]string{
	api.BadKey:   "the key is wrong or revoked, or it is not for this site; create one in Rybbit, Settings → Account → API Keys, and check sites and organization",
	api.NoAccess: "the key lacks a scope: sessions:read is for sessions, their events and places, users:read for users, org:read for the list of sites, sites:read for one of them; give it that scope in Rybbit, or deselect the stream",
	api.Refused:  "check sites, organization and base_url; the API's words say what it does not take",
	api.TooLarge: "set page_size to less",
	api.Moved:    "if you trust that address, set base_url to it; it may also be ",
}

func newConnection(config *Config, env tap.Env, transport http.RoundTripper) *connection {
	c := &connection{config: config, generation: map[string]generation{"legacy": legacy, "current": current}[config.Generation]}
	c.client = api.New(api.Config{
		Log: env.Log, Metrics: env.Metrics, Secrets: env.Secrets, UserAgent: env.UserAgent, Waiting: env.Waiting, Brief: env.Brief,
		InFlight: config.Concurrency, Patience: time.Duration(config.RetryMinutes * float64(time.Minute)),
		Limits: limits, Sayings: sayings, Messages: messages, Hints: apiHints, Transport: transport,
		Authorize: func(req *http.Request) error {
			req.Header.Set("Authorization", "Bearer "+config.APIKey)
			return nil
		},
	})
	return c
}

// send asks q once and hands a good answer to read.
func (c *connection) send(ctx context.Context, q stretch.Query, read func(*api.Answer) error) error {
	if spent := c.spent.Load(); spent != nil {
		return *spent
	}
	err := c.ask(ctx, q, read)
	if err == nil {
		c.accept()
		return nil
	}
	if spent := quotaSpent(err); spent != nil {
		c.spent.Store(&spent)
		return spent
	}
	return c.limited(err)
}

// longPause is longer than any limit but that of the day.
const longPause = time.Hour

// quotaSpent is the error of a key whose requests of the day are used up, nil for any
// other: that is not waited for, however patient the config is.
func quotaSpent(err error) error {
	var e *api.Error
	if !errors.As(err, &e) || e.Status != http.StatusTooManyRequests || e.After <= longPause {
		return nil
	}
	return &program.Error{Code: program.ExitRetry, Err: e,
		Hint: fmt.Sprintf("the requests of the day are used up: the API wants none for %v; run again then, from the last state", e.After.Round(time.Second))}
}

// accept notes that the key had a good answer.
func (c *connection) accept() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.accepted, c.refused = true, time.Time{}
}

func (c *connection) ask(ctx context.Context, q stretch.Query, read func(*api.Answer) error) error {
	return c.client.Do(ctx, &api.Call{
		Method: http.MethodGet, URL: c.config.BaseURL + c.generation.path(paged(q)),
		Name: c.nameOf(q), Endpoint: q.Endpoint, About: func() []any { return about(q) }, Cheap: q.Cheap,
		Read: func(ctx context.Context, a *api.Answer) error {
			if read == nil {
				return nil
			}
			a.Waited = q.Wait(ctx)
			return c.source.Readable(read(a))
		},
	})
}

// limited tells a legacy server's limit from a refused key: both are 403, "Forbidden",
// and no header says more. A key that was accepted before is asked with again when the
// limit must have passed.
func (c *connection) limited(err error) error {
	var e *api.Error
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.generation != legacy || !c.accepted || !errors.As(err, &e) || e.Status != http.StatusForbidden || e.Kind != api.BadKey {
		return err
	}
	if c.refused.IsZero() {
		c.refused = time.Now()
	}
	left := legacyPause - time.Since(c.refused)
	if left <= 0 {
		return &program.Error{Code: program.ExitAuth, Err: err,
			Hint: "the key was accepted before, and is refused also after ten minutes without a request: it was revoked, or it is not for this site"}
	}
	busy := *e
	busy.Kind, busy.After = api.Busy, left
	return &busy
}

// nameOf names a request in logs and errors.
func (c *connection) nameOf(q stretch.Query) string { return "GET " + c.generation.path(paged(q)) }
