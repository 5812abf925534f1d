package acceptance

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestLayers holds the arrows between the packages: a package may import only
// what stands behind it here, besides the standard library and other modules.
func TestLayers(t *testing.T) {
	allowed := map[string][]string{
		"tap-reprise":                          {"streams", "tap"},
		"tap-reprise/tap":                      {},
		"tap-reprise/tap/taptest":              {"tap"},
		"tap-reprise/internal/rows":            {},
		"tap-reprise/internal/ledger":          {},
		"tap-reprise/schemas":                  {},
		"tap-reprise/streams":                  {"streams/", "tap"},
		"tap-reprise/streams/reprise":          {"tap", "internal/rows", "internal/ledger", "schemas", "streams/reprise/emulator"},
		"tap-reprise/streams/reprise/emulator": {},
		"tap-reprise/cmd/emulator":             {"streams/reprise/emulator"},
		"tap-reprise/streams/reprise/harness":  {"tap", "streams/reprise", "streams/reprise/emulator"},
	}
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	require.NoError(t, err)
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		may, known := allowed[fields[0]]
		if !known {
			continue
		}
		for _, imported := range fields[1:] {
			inner, ours := strings.CutPrefix(imported, "tap-reprise/")
			if !ours {
				continue
			}
			ok := false
			for _, a := range may {
				ok = ok || inner == a || strings.HasSuffix(a, "/") && strings.HasPrefix(inner, a)
			}
			require.True(t, ok, "%s imports %s", fields[0], imported)
		}
	}
}
