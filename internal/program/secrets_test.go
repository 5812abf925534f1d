package program

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSecretsInAnySpelling: what an API echoes is masked in each spelling that
// programs give a text, and where only a half of it is left.
func TestSecretsInAnySpelling(t *testing.T) {
	const key = `schlüssel/+"9f&3`
	for _, text := range []string{
		`{"detail": "schl\u00fcssel\/+\"9f&3"}`,                // JSON of ASCII, as Python writes it
		`{"detail": "schl\u00FCssel/+\u00229f\u00263"}`,        // and as Go does
		`{"a": "{\"b\": \"schl\\u00fcssel/+\\\"9f&3\"}"}`,      // JSON within JSON
		`https://api.example/?k=schl%c3%bcssel%2f%2b%229f%263`, // small letters
		`https://api.example/?k=schl%25C3%25BCssel%252F%252B%25229f%25263`,
		`cut in the middle: schlüssel/+"… for this account`,
		`cut at its begin: …sel/+"9f&3 is not known`,
		"wrapped: schl\u00fcs\r\nsel/+\"9f\n&3",
		"unseen: s\u200bchl\u00fc\u00adssel/\u202e+\"9f\u2066&3",
		"a stray \xff byte, %ff, and SCHLüSSEL/+\"9F&3", // the name of a host comes back so
	} {
		s := &Secrets{}
		s.Hide(key)
		masked := s.Words(text).String()
		require.Contains(t, masked, hiddenText, text)
		for _, part := range []string{"sel", "9f&3", `9f`, "263"} {
			require.NotContains(t, strings.ToLower(masked), part, text)
		}
	}
}

// TestSecretsLeaveTheRest: what only looks like a secret stays readable.
func TestSecretsLeaveTheRest(t *testing.T) {
	s := &Secrets{}
	s.Hide("session_activity_key", "rprswh_k123", "abc")
	for _, text := range []string{"session_id is no column of replay_change_feed", "abcdef rprswh_ is", "a stray \xff\x80 byte %ff", "100% of \\u and \\", `%zz %4 \u12`, ""} {
		require.Equal(t, text, s.hide(text))
	}
	require.Equal(t, "*** of ***: ***", s.hide("rprswh_k123 of abc: session_activity_key"))
	require.Equal(t, "sent *** here", (&Secrets{}).hide("sent eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx here"))
}

// TestSecretInNames: a name that holds a token is told from all that people
// would call something.
func TestSecretInNames(t *testing.T) {
	s := &Secrets{}
	s.Hide("JWT-SECRET-TOKEN", "session_activity", "Configuration", "short-K3Y")
	require.True(t, s.In("a JWT-SECRET-TOKEN b"))
	for _, name := range []string{"session_activity", "Configuration", "short-K3Y", "JWT-SECRET"} {
		require.False(t, s.In(name), name)
	}
}
