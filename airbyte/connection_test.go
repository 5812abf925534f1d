package airbyte

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/acceptance/subject"
	"tap-reprise/streams/reprise/emulator"
)

// check runs the command; what it prints beside LOG is returned.
func check(t *testing.T, config string) (list []message, code int) {
	t.Helper()
	r := source(t, "check", "--config", config)
	for _, m := range r.messages(t) {
		if m.Type != "LOG" {
			list = append(list, m)
		}
	}
	return list, r.code
}

// TestConnectionStatus: see spec_test.go. What the user can mend is one
// FAILED that says how, and no failure of the command.
func TestConnectionStatus(t *testing.T) {
	for name, c := range map[string]struct {
		keys    map[string]any
		forbid  []string
		status  string
		message string // "" or a part of it
	}{
		"succeeds": {nil, nil, "SUCCEEDED", ""},
		"a key that is wrong": {map[string]any{"api_key": "rprswh_mistyped"}, nil, "FAILED",
			"POST token: status 401: invalid_or_revoked_key; hint: the API key is wrong or revoked; create a Data Warehouse API key in Reprise"},
		"an account without access": {map[string]any{"api_key": "rprswh_noaccess"}, nil, "FAILED",
			"POST token: status 403: api_access_not_enabled; hint: this account has no Data API access"},
		"an endpoint without access": {nil, []string{"replay_metrics"}, "FAILED", "no access to replay_metrics: "},
		"two endpoints without access": {nil, []string{"replay_change_feed", "replay_session_summary"}, "FAILED",
			"no access to replay_session_summary, replay_change_feed: "},
		"no key":                       {map[string]any{"api_key": ""}, nil, "FAILED", `config key "api_key" is missing; hint: give "api_key"`},
		"a date that is none":          {map[string]any{"start_date": "yesterday"}, nil, "FAILED", `start_date: a text of 9 characters is not a date`},
		"an end before the start":      {map[string]any{"end_date": "2026-06-01"}, nil, "FAILED", "is not before end_date"},
		"an activity type that is new": {map[string]any{"activity_types": []string{"click"}}, nil, "SUCCEEDED", ""},
		"a key in the wrong place":     {map[string]any{"activity_types": []string{"rprswh_mistyped"}}, nil, "FAILED", `activity_types: item 1 looks like an API key or the salt`},
		"an address in the clear":      {map[string]any{"token_url": "http://example.com/token"}, nil, "FAILED", "token_url: it is neither an https address nor one of this machine"},
	} {
		t.Run(name, func(t *testing.T) {
			s := subject.SmallAccount()
			s.Forbidden = c.forbid
			list, code := check(t, subject.Listen(t, s, c.keys).Config)
			require.Zero(t, code)
			require.Len(t, list, 1)
			require.NotNil(t, list[0].ConnectionStatus)
			require.Equal(t, c.status, list[0].ConnectionStatus.Status)
			require.Contains(t, list[0].ConnectionStatus.Message, c.message)
			require.NotContains(t, list[0].ConnectionStatus.Message, "rprswh_mistyped")
		})
	}
}

// TestConnectionNamesAll: an endpoint that fails in another way does not hide
// those without access.
func TestConnectionNamesAll(t *testing.T) {
	s := subject.SmallAccount()
	s.Forbidden = []string{"replay_session_activity", "replay_change_feed"}
	s.Fault = func(r *http.Request) *emulator.Fault {
		if strings.Contains(r.URL.Path, "/replay_session_summary.") {
			return &emulator.Fault{Status: http.StatusBadRequest, Body: `{"error":"no such parameter"}`}
		}
		return nil
	}
	list, code := check(t, subject.Listen(t, s, nil).Config)
	require.Zero(t, code)
	require.Len(t, list, 1)
	require.Equal(t, "FAILED", list[0].ConnectionStatus.Status)
	require.Contains(t, list[0].ConnectionStatus.Message, "no access to replay_session_activity, replay_change_feed: ")
	require.Contains(t, list[0].ConnectionStatus.Message, "replay_session_summary.json")
	require.Contains(t, list[0].ConnectionStatus.Message, "no such parameter")
}

// TestConnectionException: what the user cannot mend is exactly one TRACE, with
// a message, and a failure.
func TestConnectionException(t *testing.T) {
	s := subject.SmallAccount()
	a := subject.Listen(t, s, map[string]any{"token_url": "http://127.0.0.1:1/api/warehouse/token"})
	list, code := check(t, a.Config)
	require.NotZero(t, code)
	require.Len(t, list, 1)
	require.Equal(t, "transient_error", list[0].Trace.Error.FailureType)
	require.NotEmpty(t, list[0].Trace.Error.Message)
}

// TestConnectionAsksEveryEndpoint holds that check is about all streams, each
// with one cheap request.
func TestConnectionAsksEveryEndpoint(t *testing.T) {
	a := subject.Listen(t, subject.SmallAccount(), nil)
	_, code := check(t, a.Config)
	require.Zero(t, code)
	asked := map[string]int{}
	for _, r := range a.Requests() {
		if r.Pipe != "" {
			asked[r.Pipe]++
			require.Equal(t, "1", r.Query.Get("limit"))
		}
	}
	require.Equal(t, map[string]int{"replay_session_activity": 1, "replay_session_summary": 1, "replicate_session_activity": 1,
		"replay_metrics": 1, "replay_change_feed": 1}, asked)
}

// TestConnectionPrintsNoSecret: neither the key nor a token, at any level.
func TestConnectionPrintsNoSecret(t *testing.T) {
	s := subject.SmallAccount()
	a := subject.Listen(t, s, nil)
	for _, verb := range []string{"check", "discover"} {
		r := source(t, verb, "--config", a.Config, "--debug")
		require.Zero(t, r.code)
		require.NotContains(t, r.stdout, s.Key)
		require.NotContains(t, r.stdout, "eyJ", "no JWT")
	}
}

// TestConnectionWithoutAnyConfig names what is missing.
func TestConnectionWithoutAnyConfig(t *testing.T) {
	list, code := check(t, subject.Written(t, "config.json", "{}"))
	require.Zero(t, code)
	require.Len(t, list, 1)
	for _, key := range []string{"api_key", "start_date"} {
		require.Contains(t, list[0].ConnectionStatus.Message, key)
	}
	list, code = check(t, subject.Written(t, "config.json", "{"))
	require.Zero(t, code)
	require.Contains(t, list[0].ConnectionStatus.Message, "is not JSON: line 1")
}
