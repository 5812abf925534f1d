package reprise

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"tap-reprise/internal/settings"
	"tap-reprise/internal/stretch"
	"tap-reprise/streams"
	"time"

	jsoniter "github.com/json-iterator/go"

	"tap-reprise/internal/api"
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
	config  *Config
	client  *api.Client
	secrets *program.Secrets
	turn    chan struct{} // held by one caller at a time, who may have to wait long
	now     *token
	dead    error // the key itself was refused: no request can succeed
}

func newTokenStore(c *Config, client *api.Client, secrets *program.Secrets) *tokenStore {
	return &tokenStore{config: c, client: client, secrets: secrets, turn: make(chan struct{}, 1)}
}

// What a token's answer keeps to.
const (
	tokenWithin = time.Minute
	tokenMost   = 1 << 20
)

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
	return life > 0 && s.now.expires.Sub(s.client.Clock().Now()) <= life/10
}

// issue exchanges the key for a token, again and again while that may help.
func (s *tokenStore) issue(ctx context.Context) (*token, error) {
	var fresh *token
	err := s.client.Insist(ctx, api.Tries{}, func() error {
		return tokenRefused(s.client.Do(ctx, &api.Call{
			Method: http.MethodPost, URL: s.config.TokenURL, Name: postToken, Endpoint: "token",
			About: func() []any { return about(stretch.Query{Endpoint: "token"}) }, Authorize: bearer(s.config.APIKey),
			Within: tokenWithin, Most: tokenMost, Undated: true,
			Read: func(_ context.Context, a *api.Answer) error {
				text, err := a.JSON()
				if err == nil {
					fresh, err = s.parse(text, a.Header)
				}
				return err
			},
		}))
	})
	return fresh, err
}

// postToken is what errors call the request for a token.
const postToken = "POST token"

// parse reads a token's answer, which must not be quoted.
func (s *tokenStore) parse(body []byte, header http.Header) (*token, error) {
	answer := jsoniter.Get(body)
	t := &token{jwt: answer.Get("token").ToString()}
	s.secrets.Hide(t.jwt)
	if answer.Get("token").ValueType() != jsoniter.StringValue || t.jwt == "" {
		return nil, errors.New("answer holds no token")
	}
	if end := answer.Get("expires_at").ToFloat64(); end > 0 && end < float64(limits.Last.Unix()) {
		t.expires = time.Unix(int64(end), 0).UTC()
	}
	s.client.Clock().Observe(header, t.expires)
	t.issued = s.client.Clock().Now()
	example := answer.Get("api_url").ToString()
	if s.secrets.In(example) {
		return nil, errors.New("api_url in the answer holds a key or a token")
	}
	var err error
	if t.base, err = pipesAddress(s.config.BaseURL, example); err != nil {
		return nil, s.secrets.Error(err)
	}
	return t, nil
}

// pipesAddress is the directory of the example address in the token's answer,
// unless the config names another.
func pipesAddress(configured, example string) (string, error) {
	if configured != "" {
		u, err := url.Parse(configured)
		if err != nil {
			return "", streams.ConfigError(errors.New("config: base_url is not an address"), "leave base_url out")
		}
		u.Path = path.Join("/", u.Path) + "/"
		if u.Path == "//" {
			u.Path = "/"
		}
		return u.String(), nil
	}
	if err := settings.Address("api_url", example); err != nil {
		return "", streams.ConfigError(fmt.Errorf("token answer: %w", err),
			"set base_url, https://api.us-east.tinybird.co/v0/pipes/ for most accounts")
	}
	u, _ := url.Parse(example)
	dir := path.Dir(u.Path)
	if dir != "/" {
		dir += "/"
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: dir}).String(), nil
}
