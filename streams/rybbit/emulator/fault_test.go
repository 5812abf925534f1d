package emulator_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/localapi"
	"tap-reprise/streams/rybbit/emulator"
)

func TestFaultsSpeakAsTheServerDoes(t *testing.T) {
	for status, words := range map[int]string{
		401: `{"error":"Unauthorized"}`, 403: `{"error":"Forbidden"}`, 429: `{"error":"Rate limit exceeded"}`, 500: `{"error":"Failed to fetch users"}`,
	} {
		s := one(t, emulator.Current)
		s.Fault = func(*http.Request) *localapi.Fault { return &localapi.Fault{Status: status} }
		r := get(t, s, "/api/sites/1/users", "")
		require.Equal(t, status, r.status)
		require.Equal(t, words, r.body)
		require.Equal(t, "Origin", r.header.Get("Vary"))
	}
	s := one(t, emulator.Legacy)
	s.Fault = func(*http.Request) *localapi.Fault { return &localapi.Fault{Status: 502} }
	require.Equal(t, "text/html", get(t, s, "/api/users/1", "").header.Get("Content-Type"), "a proxy says it")
}

func TestAFaultMayEditTheAccountInTheMiddle(t *testing.T) {
	s := one(t, emulator.Legacy, emulator.Event{})
	s.Fault = func(*http.Request) *localapi.Fault {
		require.NoError(t, s.Account.AddEvent(emulator.Event{Session: "s2", User: "u", At: noon}))
		return nil
	}
	require.Len(t, get(t, s, "/api/sessions/1", "").rows("data"), 2)
}
