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

	"tap-reprise/tap"
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
		if tap.ExitCode(err) == tap.ExitAuth {
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
	err := s.client.retrying(ctx, func() error {
		var err error
		fresh, err = s.exchange(ctx)
		return err
	})
	return fresh, err
}

func (s *tokenStore) exchange(ctx context.Context) (*token, error) {
	started := time.Now()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.client.config.TokenURL, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+s.client.config.APIKey)
	req.Header.Set("User-Agent", s.client.env.UserAgent)
	req.Header.Set("Accept", "application/json")
	sent := false
	res, err := s.client.do(req, func() { sent = true })
	if err != nil {
		if sent {
			s.client.exchanged(ctx, query{pipe: "token"}, exchange{took: time.Since(started)})
		}
		return nil, transport("POST token", s.client.env.Secrets.Error(err))
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	s.client.exchanged(ctx, query{pipe: "token"}, exchange{status: res.StatusCode, bytes: int64(len(body)), took: time.Since(started)})
	if err != nil {
		return nil, transport("POST token", s.client.env.Secrets.Error(err))
	}
	if res.StatusCode != http.StatusOK {
		return nil, tokenRefused(s.client.newAPIError("POST token", res, body))
	}
	return s.parse(body, res.Header)
}

func (s *tokenStore) parse(body []byte, header http.Header) (*token, error) {
	var answer struct {
		Token     string  `json:"token"`
		ExpiresAt float64 `json:"expires_at"`
		APIURL    string  `json:"api_url"`
	}
	if err := jsoniter.Unmarshal(body, &answer); err != nil {
		return nil, &brokenError{what: "POST token", err: fmt.Errorf("answer is not the documented JSON")}
	}
	s.client.env.Secrets.Hide(answer.Token)
	if answer.Token == "" {
		return nil, &brokenError{what: "POST token", err: errors.New("answer holds no token")}
	}
	t := &token{jwt: answer.Token}
	if answer.ExpiresAt > 0 {
		t.expires = time.Unix(int64(answer.ExpiresAt), 0).UTC()
	}
	s.client.clock.observe(header, t.expires)
	t.issued = s.client.clock.now()
	var err error
	t.base, err = pipesAddress(s.client.config.BaseURL, answer.APIURL)
	return t, err
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
	case e.status == http.StatusUnauthorized:
		return &tap.Error{Code: tap.ExitAuth, Err: e,
			Hint: "the API key is wrong or revoked; create a Data Warehouse API key in Reprise under Settings → API Management"}
	case e.status == http.StatusForbidden:
		return &tap.Error{Code: tap.ExitAuth, Err: e,
			Hint: "this account has no Data API access; ask your Reprise contact to enable it"}
	case again(e):
		return e
	}
	return configError(e, "check token_url; the default is https://app.getreprise.com/api/warehouse/token")
}
