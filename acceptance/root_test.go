package acceptance

import (
	"os"
	"os/exec"
	"slices"
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
	kept := map[string]bool{}
	for path := range strings.Lines(string(files)) {
		name, _, _ := strings.Cut(strings.TrimSpace(path), "/")
		kept[name] = true
	}
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	entries = slices.DeleteFunc(entries, func(e os.DirEntry) bool { return !kept[e.Name()] })
	for _, e := range entries {
		require.False(t, strings.HasSuffix(e.Name(), "_test.go"), "%s lies at the root; what tests the program from outside goes to acceptance/", e.Name())
	}
	require.LessOrEqual(t, len(entries), 32, "entries at the root")
}
