package reprise

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"time"

	jsoniter "github.com/json-iterator/go"

	"tap-reprise/internal/program"
)

// A token is one answer of the token endpoint (Reprise Data API, section 1).
type token struct {
	jwt        string
	base       string    // the pipes' address, with a slash at its end
	issued     time.Time // server time
	expires    time.Time // server time; zero: the answer did not say
	generation int
}

// A tokenStore holds the one token of this process: fetched on first use,
// renewed when a tenth of its life is left, issued again when an answer says
// that it is not good. One request at a time renews for all.
type tokenStore struct {
	client *client
	turn   chan struct{} // held by one caller at a time, who may have to wait long
	now    *token
	dead   error // the key itself was refused: no request can succeed
}

func newTokenStore(c *client) *tokenStore {
	return &tokenStore{client: c, turn: make(chan struct{}, 1)}
}

// get returns a token that is good for now. With stale set to the token that
// was refused, a new one is issued unless another caller already did so.
func (s *tokenStore) get(ctx context.Context, stale *token) (*token, error) {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if s.dead != nil {
		return nil, s.dead
	}
	if s.now != nil && s.now != stale && !s.due() {
		return s.now, nil
	}
	fresh, err := s.issue(ctx)
	if err != nil {
		if program.ExitCode(err) == program.ExitAuth {
			s.dead = err
		}
		return nil, err
	}
	if s.now != nil {
		fresh.generation = s.now.generation + 1
	}
	s.now = fresh
	return fresh, nil
}

// due reports whether a tenth of the token's life is left, or less. A life
// that makes no sense says nothing: then a 403 tells when the token has ended.
func (s *tokenStore) due() bool {
	life := s.now.expires.Sub(s.now.issued)
	return life > 0 && s.now.expires.Sub(s.client.clock.now()) <= life/10
}

// issue exchanges the key for a token, again and again while that may help.
func (s *tokenStore) issue(ctx context.Context) (*token, error) {
	var fresh *token
	err := s.client.retrying(ctx, time.Now(), func() error {
		var err error
		fresh, err = s.exchange(ctx)
		return err
	})
	return fresh, err
}

func (s *tokenStore) exchange(ctx context.Context) (*token, error) {
	const what = "POST token"
	c, started, sent, made, answer := s.client, time.Now(), false, exchange{}, &sized{}
	defer func() {
		if sent {
			made.bytes, made.took = answer.n, time.Since(started)
			c.exchanged(ctx, query{pipe: "token"}, made)
		}
	}()
	ctx, w := newWatch(ctx, s.client.limits.token, 0)
	defer w.end()
	req, err := c.request(ctx, http.MethodPost, c.config.TokenURL, c.config.APIKey)
	if err != nil {
		return nil, err
	}
	res, err := c.do(req, w, func() { sent = true })
	if err != nil {
		return nil, c.unanswered(ctx, what, err)
	}
	answer.ReadCloser, res.Body = res.Body, answer
	defer res.Body.Close()
	made.status = res.StatusCode
	if res.StatusCode != http.StatusOK {
		return nil, tokenRefused(c.refusal(what, res, w))
	}
	body, err := open(res, w, c.limits.tokenBody)
	if err == nil {
		body, _, err = c.object(res, body)
	}
	var text []byte
	if err == nil {
		text, err = io.ReadAll(body)
	}
	if err != nil {
		return nil, c.unanswered(ctx, what, err)
	}
	t, err := s.parse(text, res.Header)
	if err == nil {
		c.hosts.Store(req.URL.Host, true)
	}
	return t, err
}

// parse reads a token's answer, which must not be quoted.
func (s *tokenStore) parse(body []byte, header http.Header) (*token, error) {
	if !jsoniter.Valid(body) {
		return nil, &brokenError{what: "POST token", err: errors.New("answer is broken JSON")}
	}
	answer := jsoniter.Get(body)
	t := &token{jwt: answer.Get("token").ToString()}
	s.client.env.Secrets.Hide(t.jwt)
	if answer.Get("token").ValueType() != jsoniter.StringValue || t.jwt == "" {
		return nil, &brokenError{what: "POST token", err: errors.New("answer holds no token")}
	}
	if end := answer.Get("expires_at").ToFloat64(); end > 0 && end < float64(s.client.limits.last.Unix()) {
		t.expires = time.Unix(int64(end), 0).UTC()
	}
	s.client.clock.observe(header, t.expires)
	t.issued = s.client.clock.now()
	example := answer.Get("api_url").ToString()
	if s.client.env.Secrets.In(example) {
		return nil, &brokenError{what: "POST token", err: errors.New("api_url in the answer holds a key or a token")}
	}
	var err error
	if t.base, err = pipesAddress(s.client.config.BaseURL, example); err != nil {
		return nil, s.client.env.Secrets.Error(err)
	}
	return t, nil
}

// pipesAddress is the directory of the example address in the token's answer,
// unless the config names another.
func pipesAddress(configured, example string) (string, error) {
	if configured != "" {
		u, err := url.Parse(configured)
		if err != nil {
			return "", configError(errors.New("config: base_url is not an address"), "leave base_url out")
		}
		u.Path = path.Join("/", u.Path) + "/"
		if u.Path == "//" {
			u.Path = "/"
		}
		return u.String(), nil
	}
	if err := checkAddress("api_url", example); err != nil {
		return "", configError(fmt.Errorf("token answer: %w", err),
			"set base_url, https://api.us-east.tinybird.co/v0/pipes/ for most accounts")
	}
	u, _ := url.Parse(example)
	dir := path.Dir(u.Path)
	if dir != "/" {
		dir += "/"
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: dir}).String(), nil
}

// tokenRefused adds what to do to the errors of section 7, token endpoint.
func tokenRefused(e *apiError) error {
	switch {
	case e.page:
		return e
	case e.status == http.StatusUnauthorized:
		return &program.Error{Code: program.ExitAuth, Err: e,
			Hint: "the API key is wrong or revoked; create a Data Warehouse API key in Reprise under Settings → API Management"}
	case e.status == http.StatusForbidden:
		return &program.Error{Code: program.ExitAuth, Err: e,
			Hint: "this account has no Data API access; ask your Reprise contact to enable it"}
	case again(e):
		return e
	}
	return configError(e, "check token_url; the default is https://app.getreprise.com/api/warehouse/token")
}
