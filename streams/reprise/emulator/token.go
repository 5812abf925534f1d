package emulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"tap-reprise/internal/localapi"
)

// Token endpoint.
//
// Behaviour: POST with an API key as bearer token answers a JWT that lives for
// about 48 hours, its expiry in epoch seconds and the URL of the primary feed.
// A key that is missing, wrong or without access is refused with the words of
// the page. Tokens name the pipes they reach; those that were issued before a
// pipe existed do not reach it. The emulator's tokens expire by its own clock.
//
// Source: Reprise Data API, section 1 and section 7 "Token endpoint".

const tokenLife = 48 * time.Hour

// A grant is the payload of a token.
type grant struct {
	Number  int      `json:"number"` // 1 for the first one issued
	Account string   `json:"workspace_id"`
	Expires int64    `json:"exp"`
	Pipes   []string `json:"pipes"`
}

func (s *Server) token(r *http.Request) *localapi.Answer {
	if r.Method != http.MethodPost {
		return refuse(http.StatusMethodNotAllowed, "method_not_allowed").With("Allow", http.MethodPost)
	}
	key, ok := localapi.Bearer(r)
	switch {
	case !ok:
		return refuse(http.StatusUnauthorized, "missing_bearer_token")
	case key == s.NoAccess:
		return refuse(http.StatusForbidden, "api_access_not_enabled")
	case key != s.Key:
		return refuse(http.StatusUnauthorized, "invalid_or_revoked_key")
	case s.Unconfigured:
		return refuse(http.StatusServiceUnavailable, "warehouse_jwt_not_configured")
	}
	token, expires := s.mint()
	body := fmt.Sprintf("{\n  \"token\": %q,\n  \"token_type\": \"jwt\",\n  \"expires_at\": %d,\n  \"api_url\": %q\n}\n",
		token, expires, s.APIURL+pipesPath+"replay_session_activity.json")
	return localapi.Text(http.StatusOK, localapi.ContentTypeJSON, body)
}

// RevokeTokens makes every token issued so far invalid.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = s.minted
}

func (s *Server) mint() (token string, expires int64) {
	life := s.Dialect.TokenLife
	if life == 0 {
		life = tokenLife
	}
	expires = s.Now().Add(life).Unix()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.minted++
	g := grant{Number: s.minted, Account: s.Account.ClientID(), Expires: expires}
	for _, p := range pipes {
		if !slices.Contains(s.Forbidden, p.name) && !(g.Number == 1 && slices.Contains(s.Fresh, p.name)) {
			g.Pipes = append(g.Pipes, p.name)
		}
	}
	payload, err := json.Marshal(g)
	if err != nil {
		panic(err) // a struct of strings and numbers always encodes
	}
	signed := encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encode(payload)
	return signed + "." + sign(signed), expires
}

// authorize checks the request's token for a pipe; nil means go on.
func (s *Server) authorize(r *http.Request, pipe string) *localapi.Answer {
	token, ok := localapi.Bearer(r)
	if !ok {
		return refuse(http.StatusForbidden, "Invalid authentication token: none given")
	}
	g, ok := open(token)
	s.mu.Lock()
	revoked := s.revoked
	s.mu.Unlock()
	switch {
	case !ok || g.Number <= revoked || g.Account != s.Account.ClientID():
		return refuse(http.StatusForbidden, "Invalid authentication token: malformed or wrong")
	case s.Now().Unix() >= g.Expires:
		return refuse(http.StatusForbidden, "Invalid authentication token: expired")
	case !slices.Contains(g.Pipes, pipe) || slices.Contains(s.Forbidden, pipe):
		return refuse(http.StatusForbidden, "The token you have provided doesn't have access to this resource")
	}
	return nil
}

// open returns what a token grants, if its signature holds.
func open(token string) (g grant, ok bool) {
	dot := strings.LastIndexByte(token, '.')
	if dot < 0 || !hmac.Equal([]byte(sign(token[:dot])), []byte(token[dot+1:])) {
		return g, false
	}
	_, payload, _ := strings.Cut(token[:dot], ".")
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	return g, err == nil && json.Unmarshal(raw, &g) == nil
}

func sign(text string) string {
	mac := hmac.New(sha256.New, []byte("the emulator's tokens open nothing else"))
	mac.Write([]byte(text))
	return encode(mac.Sum(nil))
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
