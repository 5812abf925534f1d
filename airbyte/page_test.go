package airbyte

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/acceptance/subject"
)

// TestPageOfAirbyte runs the verbs as docs/airbyte.md shows them.
func TestPageOfAirbyte(t *testing.T) {
	a := subject.Listen(t, subject.SmallAccount(), nil)
	dir := t.TempDir()
	streams := discovered(t, a)
	for name, text := range map[string]string{
		"config.json":             subject.ReadFile(t, a.Config),
		"configured_catalog.json": subject.ReadFile(t, configure(t, "incremental", streams...)),
		"state.json":              "[]",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	said := map[string]string{"spec": "SPEC", "check": `"status":"SUCCEEDED"`, "discover": "CATALOG", "read": `"status":"COMPLETE"`}
	for _, command := range subject.CommandsOf(t, "docs/airbyte.md") {
		if verb, ok := strings.CutPrefix(command, "tap-reprise "); ok {
			verb, _, _ = strings.Cut(verb, " ")
			require.Contains(t, subject.InFolder(t, dir, command), said[verb])
			delete(said, verb)
		}
	}
	require.Empty(t, said, "verbs that the page has no command of")
}
