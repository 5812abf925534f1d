package reprise_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/tap/taptest"
)

// TestAssumptions reads the table of docs/assumptions.md: each line says what
// is assumed, how it is checked and what follows if it is false, and names a
// function of the source and a test, which must be there.
func TestAssumptions(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(taptest.Root(t), "docs", "assumptions.md"))
	require.NoError(t, err)
	code, tests := functions(t, false), functions(t, true)
	lines := 0
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "| assumed |") || strings.HasPrefix(line, "|--") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		require.Len(t, cells, 5, line)
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
			require.NotEmpty(t, cells[i], "an empty cell: %s", line)
		}
		require.Contains(t, code, cells[3], "no such function: %s", line)
		require.Contains(t, tests, cells[4], "no such test: %s", line)
		lines++
	}
	require.Greater(t, lines, 15)
}

// functions are the names of the functions and methods of this folder and of the
// rooms that it stands on, of their tests or of everything else.
func functions(t *testing.T, tests bool) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, dir := range []string{"internal/api", "internal/stretch", "streams"} {
		shared, err := filepath.Glob(filepath.Join(taptest.Root(t), filepath.FromSlash(dir), "*.go"))
		require.NoError(t, err)
		files = append(files, shared...)
	}
	names := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") != tests {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range parsed.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				names[f.Name.Name] = true
			}
		}
	}
	return names
}
