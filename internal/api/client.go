package api

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"tap-reprise/internal/program"
)

// A Client asks one API for one account. Its methods may be called from several
// goroutines.
type Client struct {
	config *Config
	chain  http.RoundTripper
	clock  *Clock

	// down is set from a request that was given up until one succeeds.
	down atomic.Bool

	// hosts have given a good answer in this process.
	hosts sync.Map

	// doubted: a pause was warned of that the API cannot mean.
	doubted atomic.Bool
}

// New returns a client. Nothing is asked yet.
func New(config Config) *Client {
	c := &Client{config: &config}
	c.clock = &Clock{log: config.Log, limits: &config.Limits}
	network := config.Transport
	if network == nil {
		network = newNetwork(&config)
	}
	c.chain = c.chained(network)
	return c
}

// chained puts the layers around the network, in the order that the package's
// comment explains.
func (c *Client) chained(network http.RoundTripper) http.RoundTripper {
	around := network
	for i := len(layers) - 1; i >= 0; i-- {
		around = layers[i].around(c, around)
	}
	return around
}

// layers are the concerns of an attempt, from the outermost to the innermost.
var layers = []struct {
	name   string
	around func(c *Client, next http.RoundTripper) http.RoundTripper
}{
	{"authorize", newAuthorize},
	{"pace", newPacer},
	{"gate", newGate},
	{"clock", newClockReader},
	{"plain", newPlain},
	{"watch", newWatcher},
	{"count", newCounter},
	{"follow", newFollower},
}

// Clock is the server's clock, which answers set.
func (c *Client) Clock() *Clock { return c.clock }

// Words makes text of the API, such as a column's name or type, fit to be read.
func (c *Client) Words(text string) program.Words { return c.config.Secrets.Words(text) }

// Heard reports whether a host has given a good answer in this process.
func (c *Client) Heard(host string) bool {
	_, ok := c.hosts.Load(host)
	return ok
}

// Budget is how long one request, or a chain of ever smaller ones, may fail. It
// is a minute at most while somebody waits, and as long as nothing has succeeded
// since a request was given up: an API that is down costs Config.Patience once,
// not once for each stream.
func (c *Client) Budget() time.Duration {
	if c.config.Brief || c.down.Load() {
		return min(c.config.Patience, time.Minute)
	}
	return c.config.Patience
}

// Do sends call once and has its answer read. Its error is an *Error, what Read
// returned with a hint, or what ended ctx.
func (c *Client) Do(ctx context.Context, call *Call) error {
	a := &Answer{client: c, call: call}
	req, err := c.request(ctx, a)
	if err != nil {
		return c.broken(a, err)
	}
	a.Host = req.URL.Host
	res, err := c.chain.RoundTrip(req)
	if err != nil {
		return c.unanswered(ctx, a, err)
	}
	defer res.Body.Close()
	a.Status, a.Header, a.res = res.StatusCode, res.Header, res
	if !call.isGood(res.StatusCode) {
		return c.refusal(a)
	}
	if call.Read != nil {
		// The answer's context ends with the watch, too.
		if err := call.Read(a.ctx, a); err != nil {
			if errors.As(err, new(*program.Error)) && ctx.Err() == nil {
				return err
			}
			return c.unanswered(ctx, a, err)
		}
	}
	c.hosts.Store(a.Host, true)
	return nil
}

// unanswered is the error of a call that err broke. What ended the run is
// returned as it is.
func (c *Client) unanswered(ctx context.Context, a *Answer, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return c.broken(a, err)
}
