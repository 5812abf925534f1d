package reprise

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tap-reprise/internal/program"
	"tap-reprise/internal/rows"
)

// A query is one request to a pipe, without its token, and how to read its
// answer.
type query struct {
	pipe    string
	values  url.Values
	decoder *rows.Decoder

	// divisible: where this query is too much, smaller ones can replace it.
	divisible bool

	// cheap: the answer costs the API next to nothing. Where another was given
	// up, it is not waited for as long.
	cheap bool

	// failing, if not zero, is when the first of a chain of requests failed
	// that this one is to replace.
	failing time.Time

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

// since is when the time began for which attempts at q may go on.
func (q query) since() time.Time {
	if q.failing.IsZero() {
		return time.Now()
	}
	return q.failing
}

// limit is the limit that q was given, 0 if none.
func (q query) limit() int {
	n, _ := strconv.Atoi(q.values.Get("limit"))
	return n
}

// String names the request in logs and errors.
func (q query) String() string {
	shown := make(url.Values, len(q.values))
	for name, list := range q.values {
		shown[name] = list
		if slices.Contains(unshown, name) {
			shown[name] = []string{"***"}
		}
	}
	q.values = shown
	return "GET " + q.pipe + ".json?" + q.encode()
}

// unshown are the parameters whose values come from the config as they are: the
// key may be among them by mistake.
var unshown = []string{"replay_ids", "link_ids", "activity_type"}

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
	if !errors.As(err, &api) || api.page || api.status != http.StatusForbidden && api.status != http.StatusUnauthorized {
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
	case e.page:
		return e
	case e.status == http.StatusForbidden && e.denies:
		return &program.Error{Code: program.ExitAuth, Err: e, Hint: "this account has no access to this endpoint; ask your Reprise contact, or deselect the stream"}
	case e.status == http.StatusForbidden || e.status == http.StatusUnauthorized:
		return &program.Error{Code: program.ExitAuth, Err: e, Hint: "a freshly issued token was refused; check the API key and base_url"}
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
	quiet := c.limits.quiet
	if q.cheap && c.down.Load() {
		quiet = c.limits.glance
	}
	ctx, w := newWatch(ctx, quiet, c.limits.atLeast)
	defer w.end()
	req, err := c.request(ctx, http.MethodGet, t.base+q.pipe+".json?"+q.encode(), t.jwt)
	if err != nil {
		return err
	}
	res, err := c.do(req, w, func() { sent = true })
	if err != nil {
		return c.unanswered(ctx, q.String(), err)
	}
	answer.ReadCloser, res.Body = res.Body, answer
	defer res.Body.Close()
	made.status = res.StatusCode
	if res.StatusCode != http.StatusOK {
		api := c.refusal(q.String(), res, w)
		if !api.page && (api.status == http.StatusForbidden || api.status == http.StatusUnauthorized) {
			return api
		}
		return refused(api)
	}
	c.clock.observe(res.Header, t.expires)
	c.answered.Store(true)
	started = started.Add(q.turn.wait(ctx)) // the API is not slow for that
	body, err := open(res, w, c.limits.body)
	if err == nil {
		var waited time.Duration
		made.rows, waited, err = c.readObject(res, body, read)
		started = started.Add(waited)
	}
	if err != nil {
		return c.unanswered(ctx, q.String(), err)
	}
	c.hosts.Store(req.URL.Host, true)
	if ageOf(res.Header) > 0 {
		return errCached
	}
	return nil
}

// readObject hands the body to read if it is an object, and adds to the error of
// one that holds nothing of an answer what it says instead.
func (c *client) readObject(res *http.Response, body io.Reader, read intake) (n int, waited time.Duration, err error) {
	body, head, err := c.object(res, body)
	if err != nil {
		return 0, 0, err
	}
	n, waited, err = read(body)
	var envelope *rows.EnvelopeError
	if errors.As(err, &envelope) && envelope.Kind != rows.Exception && !bytes.Contains(head, []byte(`"data"`)) && !bytes.Contains(head, []byte(`"meta"`)) {
		err = fmt.Errorf("%w: %s", err, c.said(head))
	}
	return n, waited, err
}

// request makes a request that carries a secret.
func (c *client) request(ctx context.Context, method, address, secret string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+secret)
	req.Header.Set("User-Agent", c.env.UserAgent)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Accept-Encoding", "gzip")
	req.Header.Set("Cache-Control", "no-cache")
	return req, nil
}

// unanswered wraps what broke a request; the end of a watch, or of the run,
// shows as the context's cancellation.
func (c *client) unanswered(ctx context.Context, what string, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		if !errors.As(cause, new(*slowError)) {
			return cause
		}
		err = cause
	}
	if final := c.ofPlan(err); final != nil {
		return final
	}
	return &brokenError{what: what, err: c.env.Secrets.Error(err)}
}
