package reprise

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"tap-reprise/rows"
	"tap-reprise/tap"
)

// A query is one request to a pipe, without its token, and how to read its
// answer.
type query struct {
	pipe    string
	values  url.Values
	decoder *rows.Decoder

	// divisible: where this query is too much, smaller ones can replace it.
	divisible bool

	// until, if not 0, ends a read by offset at the first row whose clock has
	// come that far: the rows ascend by their clock.
	until int64

	// turn, if not nil, is waited for before the answer is read.
	turn *turn
}

func (q query) with(name, value string) query {
	v := make(url.Values, len(q.values)+1)
	for k, list := range q.values {
		v[k] = list
	}
	v.Set(name, value)
	q.values = v
	return q
}

func (q query) page(limit, offset int) query {
	q = q.with("limit", strconv.Itoa(limit))
	if offset > 0 {
		q = q.with("offset", strconv.Itoa(offset))
	}
	return q
}

// limit is the limit that q was given, 0 if none.
func (q query) limit() int {
	n, _ := strconv.Atoi(q.values.Get("limit"))
	return n
}

// String names the request in logs and errors.
func (q query) String() string { return "GET " + q.pipe + ".json?" + q.encode() }

// encode writes a blank as %20, as the vendor's page asks.
func (q query) encode() string { return strings.ReplaceAll(q.values.Encode(), "+", "%20") }

// An intake reads a body and tells how many rows it held, and how long it did
// not read although it could have.
type intake func(body io.Reader) (rows int, waited time.Duration, err error)

// get asks q once, with one new token if the present one is refused, and hands
// the body to read. An answer out of a cache is errCached, after it was read.
func (c *client) get(ctx context.Context, q query, read intake) error {
	t, err := c.tokens.get(ctx, nil)
	if err != nil {
		return err
	}
	err = c.getWith(ctx, t, q, read)
	var api *apiError
	if !errors.As(err, &api) || api.status != http.StatusForbidden && api.status != http.StatusUnauthorized {
		return err
	}
	if _, known := c.closed.Load(q.pipe); known && deniesPipe(err) {
		return refused(api) // a new token changed nothing before
	}
	if t, err = c.tokens.get(ctx, t); err != nil {
		return err
	}
	if err = c.getWith(ctx, t, q, read); errors.As(err, &api) {
		err = refused(api)
	}
	if deniesPipe(err) {
		c.closed.Store(q.pipe, true)
	}
	return err
}

// refused adds what to do to a 4xx of a data endpoint (section 7).
func refused(e *apiError) error {
	switch {
	case e.status == http.StatusForbidden && e.denies:
		return &tap.Error{Code: tap.ExitAuth, Err: e, Hint: "this account has no access to this endpoint; ask your Reprise contact, or deselect the stream"}
	case e.status == http.StatusForbidden || e.status == http.StatusUnauthorized:
		return &tap.Error{Code: tap.ExitAuth, Err: e, Hint: "a freshly issued token was refused; check the API key and base_url"}
	case again(e):
		return e
	case e.status < http.StatusMultipleChoices:
		return &brokenError{what: e.what, err: fmt.Errorf("status %d without the documented answer", e.status)}
	case e.status == http.StatusBadRequest && e.text.String() != "":
		return configError(e, "the API names the parameter; check the config")
	}
	return configError(e, "check base_url; leave it out to use the address that the token endpoint gives")
}

func (c *client) getWith(ctx context.Context, t *token, q query, read intake) (err error) {
	started, sent, made, answer := time.Now(), false, exchange{}, &sized{}
	defer func() {
		if sent { // and not kept back by the gate
			made.bytes, made.took = answer.n, time.Since(started)
			c.exchanged(ctx, q, made)
		}
	}()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.base+q.pipe+".json?"+q.encode(), nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+t.jwt)
	req.Header.Set("User-Agent", c.env.UserAgent)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Accept-Encoding", "gzip")
	req.Header.Set("Cache-Control", "no-cache")
	idle := time.AfterFunc(math.MaxInt64, func() { cancel(errIdle) })
	defer idle.Stop()
	alive := func() { sent = true; idle.Reset(idleTimeout) }
	res, err := c.do(req, alive)
	if err != nil {
		return c.unanswered(ctx, q, err)
	}
	answer.ReadCloser, res.Body = res.Body, answer
	defer res.Body.Close()
	made.status = res.StatusCode
	if res.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(io.LimitReader(res.Body, 64<<10))
		api := c.newAPIError(q.String(), res, body)
		if api.status == http.StatusForbidden || api.status == http.StatusUnauthorized {
			return api
		}
		return refused(api)
	}
	c.clock.observe(res.Header, t.expires)
	c.answered.Store(true)
	started = started.Add(q.turn.wait(ctx)) // the API is not slow for that
	body, err := unpacked(res, alive)
	if err == nil {
		var waited time.Duration
		made.rows, waited, err = read(body)
		started = started.Add(waited)
	}
	if err != nil {
		return c.unanswered(ctx, q, err)
	}
	if age, _ := strconv.Atoi(res.Header.Get("Age")); age > 0 {
		return errCached
	}
	return nil
}

// unanswered wraps what broke a request; an idle timeout shows as the context's
// cancellation.
func (c *client) unanswered(ctx context.Context, q query, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		if !errors.Is(cause, errIdle) {
			return cause
		}
		err = cause
	}
	if final := ofPlan(err); final != nil {
		return final
	}
	return transport(q.String(), c.env.Secrets.Error(err))
}

// unpacked returns the body's plain bytes, never more than largestBody; alive
// is called whenever some arrive.
func unpacked(res *http.Response, alive func()) (io.Reader, error) {
	var body io.Reader = &watched{res.Body, alive}
	if strings.EqualFold(res.Header.Get("Content-Encoding"), "gzip") {
		z, err := gzip.NewReader(body)
		if err != nil {
			return nil, fmt.Errorf("gzip: %w", err)
		}
		body = z
	}
	return &bounded{body, largestBody}, nil
}

type watched struct {
	r     io.Reader
	alive func()
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if n > 0 {
		w.alive()
	}
	return n, err
}

type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n, errTooLarge
	}
	return n, err
}
