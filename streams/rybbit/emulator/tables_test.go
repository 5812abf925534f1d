package emulator_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/schemas"
	"tap-reprise/streams/rybbit/emulator"
)

// TestTablesHaveTheColumnsOfTheAnswers holds the built-in tables against what
// real servers sent and what the emulator sends, in that order.
func TestTablesHaveTheColumnsOfTheAnswers(t *testing.T) {
	left := map[string]string{
		"sessionsLast24Hours": "moves by itself", "apiKey": "a secret", "privateLinkKey": "a secret",
	}
	for _, g := range []emulator.Generation{emulator.Legacy, emulator.Current} {
		s := emulator.Demo(g, false)
		session := get(t, s, path(g, "sessions", 1), "limit=1").rows("data")[0]["session_id"].(string)
		detail := "/api/sites/1/sessions/" + session
		if g == emulator.Legacy {
			detail = "/api/sessions/" + session + "/1"
		}
		for stream, first := range map[string]any{
			"sites":             decode(t, []byte(get(t, s, "/api/organizations/org-1/sites", "").body)).(ordered).values["sites"],
			"sessions":          decode(t, []byte(get(t, s, path(g, "sessions", 1), "limit=1").body)).(ordered).values["data"],
			"session_events":    decode(t, []byte(get(t, s, detail, "").body)).(ordered).values["data"].(ordered).values["events"],
			"session_locations": decode(t, []byte(get(t, s, path(g, "locations", 1), "").body)).(ordered).values["data"],
			"users":             decode(t, []byte(get(t, s, path(g, "users", 1), "").body)).(ordered).values["data"],
		} {
			table, err := schemas.Read(schemas.Tables, "rybbit", stream)
			require.NoError(t, err)
			sent := slices.DeleteFunc(first.([]any)[0].(ordered).names, func(name string) bool { return left[name] != "" })
			var known []string
			for _, c := range table.Columns {
				newest := strings.Contains(c.Description, "Servers from September 2026 on")
				if !c.Added && !newest && (g == emulator.Current || slices.Contains(sent, c.Name) || !strings.Contains(c.Description, "Current servers only")) {
					known = append(known, c.Name)
				}
			}
			require.Equal(t, known, sent, stream)
		}
	}
}
