package emulator

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/localapi"
)

func TestTokenEndpoint(t *testing.T) {
	for name, c := range map[string]struct {
		method, key  string
		unconfigured bool
		status       int
		text         string
	}{
		"an accepted key gives a token":       {method: "POST", key: DemoKey, status: 200},
		"no header is missing_bearer_token":   {method: "POST", status: 401, text: "missing_bearer_token"},
		"a wrong key is revoked":              {method: "POST", key: "rprswh_other", status: 401, text: "invalid_or_revoked_key"},
		"a key without access is told so":     {method: "POST", key: NoAccessKey, status: 403, text: "api_access_not_enabled"},
		"a server without its JWT key is 503": {method: "POST", key: DemoKey, unconfigured: true, status: 503, text: "warehouse_jwt_not_configured"},
		"GET is not allowed":                  {method: "GET", key: DemoKey, status: 405, text: "method_not_allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			s := sampleServer()
			s.Unconfigured = c.unconfigured
			got := do(t, s, tokenRequest(t, c.method, c.key))
			require.Equal(t, c.status, got.status)
			if c.text != "" {
				require.Equal(t, c.text, got.error(t))
			}
		})
	}
}

func TestTokenAnswerIsThatOfThePage(t *testing.T) {
	s := sampleServer()
	got := do(t, s, tokenRequest(t, http.MethodPost, DemoKey))
	var answer map[string]any
	require.NoError(t, json.Unmarshal(got.body, &answer))
	require.Equal(t, "jwt", answer["token_type"])
	require.EqualValues(t, s.Now().Add(48*time.Hour).Unix(), answer["expires_at"])
	require.Equal(t, "https://api.us-east.tinybird.co/v0/pipes/replay_session_activity.json", answer["api_url"])
	require.Equal(t, s.Now().Format(http.TimeFormat), got.header.Get("Date"))
}

func TestBasicAuthorizationIsNoBearerToken(t *testing.T) {
	r := tokenRequest(t, http.MethodPost, "")
	r.SetBasicAuth("user", DemoKey)
	require.Equal(t, "missing_bearer_token", do(t, sampleServer(), r).error(t))
}

func TestDataEndpointRefusals(t *testing.T) {
	const pipe = "replay_session_activity"
	for name, c := range map[string]struct {
		change func(s *Server, r *http.Request)
		status int
		text   string
	}{
		"no token":      {func(_ *Server, r *http.Request) { r.Header.Del("Authorization") }, 403, "Invalid authentication token"},
		"an API key":    {func(_ *Server, r *http.Request) { r.Header.Set("Authorization", "Bearer "+DemoKey) }, 403, "Invalid authentication token"},
		"a forged one":  {func(_ *Server, r *http.Request) { r.Header.Set("Authorization", "Bearer e30.e30.e30") }, 403, "Invalid authentication token"},
		"another's":     {func(_ *Server, r *http.Request) { promote(r) }, 403, "Invalid authentication token"},
		"an expired":    {func(s *Server, _ *http.Request) { s.Advance(48 * time.Hour) }, 403, "Invalid authentication token: expired"},
		"a revoked":     {func(s *Server, _ *http.Request) { s.RevokeTokens() }, 403, "Invalid authentication token"},
		"not forbidden": {func(*Server, *http.Request) {}, 200, ""},
		"a closed pipe": {func(s *Server, _ *http.Request) { s.Forbidden = []string{pipe} }, 403, "doesn't have access to this resource"},
		"in the URL":    {func(_ *Server, r *http.Request) { r.URL.RawQuery += "&token=x" }, 403, "not in the URL"},
		"unknown pipe":  {func(_ *Server, r *http.Request) { r.URL.Path = "/v0/pipes/api_replicate_analytics.json" }, 404, "does not exist"},
		"csv":           {func(_ *Server, r *http.Request) { r.URL.Path = "/v0/pipes/" + pipe + ".csv" }, 404, "does not exist"},
		"elsewhere":     {func(_ *Server, r *http.Request) { r.URL.Path = "/" + pipe + ".json" }, 404, "does not exist"},
		"POST":          {func(_ *Server, r *http.Request) { r.Method = http.MethodPost }, 405, "Method not allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			s := sampleServer()
			r := dataRequest(t, newToken(t, s), pipe, all+"&limit=1")
			c.change(s, r)
			got := do(t, s, r)
			require.Equal(t, c.status, got.status)
			if c.text != "" {
				require.Contains(t, got.error(t), c.text)
			}
		})
	}
}

// promote changes a token's payload and leaves its signature.
func promote(r *http.Request) {
	parts := strings.Split(r.Header.Get("Authorization"), ".")
	payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
	parts[1] = encode(bytes.Replace(payload, []byte(`"number":1`), []byte(`"number":9`), 1))
	r.Header.Set("Authorization", strings.Join(parts, "."))
}

func TestTokenLivesToItsLastSecond(t *testing.T) {
	s := sampleServer()
	s.Dialect.TokenLife = time.Hour
	r := dataRequest(t, newToken(t, s), "replay_change_feed", "")
	s.Advance(time.Hour - time.Second)
	require.Equal(t, http.StatusOK, do(t, s, r).status)
	s.Advance(time.Second)
	require.Equal(t, http.StatusForbidden, do(t, s, r).status)
}

func TestTokenThatPredatesAPipe(t *testing.T) {
	s := sampleServer()
	s.Fresh = []string{"replay_session_summary"}
	first := newToken(t, s)
	got := do(t, s, dataRequest(t, first, "replay_session_summary", all))
	require.Equal(t, http.StatusForbidden, got.status)
	require.Contains(t, got.error(t), "doesn't have access to this resource")
	require.Equal(t, http.StatusOK, do(t, s, dataRequest(t, first, "replay_session_activity", all)).status)
	require.Equal(t, http.StatusOK, get(t, s, "replay_session_summary", all).status)
}

func TestLogHoldsEveryRequestAndNoSecret(t *testing.T) {
	s := sampleServer()
	token := newToken(t, s)
	s.ResetRequests()
	do(t, s, dataRequest(t, token, "replay_session_activity", all+"&limit=7&token=secret"))
	s.Advance(time.Minute)
	do(t, s, dataRequest(t, token, "replay_session_activity", all+"&limit=7"))
	log := s.Requests()
	require.Len(t, log, 2)
	require.Equal(t, http.StatusForbidden, log[0].Status)
	require.NotContains(t, log[0].Query, "token")
	require.Equal(t, Request{localapi.Request{
		Method: http.MethodGet, Path: "/v0/pipes/replay_session_activity.json", Name: "replay_session_activity",
		Query: values(t, all+"&limit=7"), At: s.Now(), Status: 200, Rows: 7,
	}, "replay_session_activity"}, log[1])
	require.Equal(t, time.Minute, log[1].At.Sub(log[0].At))
}
