package subject

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// indented are the blocks of a page that are set off by spaces, outside fences.
var indented = regexp.MustCompile(`(?m)^\n((?: {4,}\S.*\n)+)`)

// CommandsOf are the indented commands of a page, spaces made one.
func CommandsOf(t *testing.T, page string) []string {
	t.Helper()
	text := regexp.MustCompile("(?s)\n```.*?\n```\n").ReplaceAllString(ReadFile(t, page), "\n")
	var commands []string
	for _, block := range indented.FindAllStringSubmatch(text, -1) {
		for line := range strings.Lines(block[1]) {
			line, _, _ = strings.Cut(line, " #")
			commands = append(commands, strings.Join(strings.Fields(line), " "))
		}
	}
	return commands
}

// InFolder runs a command line in dir and returns what it printed.
func InFolder(t *testing.T, dir, command string) string {
	t.Helper()
	cmd := exec.Command("sh", "-c", command)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s\n%s", command, out)
	return string(out)
}
