package acceptance

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRootFitsOnAPage: what a visitor sees first is the program, its files and
// the folders for people, and no more entries than fit on a screen.
func TestRootFitsOnAPage(t *testing.T) {
	git(t, ".")
	files, err := exec.Command("git", "ls-files").Output()
	require.NoError(t, err)
	entries := map[string]bool{}
	for path := range strings.Lines(string(files)) {
		name, _, _ := strings.Cut(strings.TrimSpace(path), "/")
		require.False(t, strings.HasSuffix(name, "_test.go"), "%s lies at the root; what tests the program from outside goes to acceptance/", name)
		entries[name] = true
	}
	require.LessOrEqual(t, len(entries), 32, "entries at the root")
}
