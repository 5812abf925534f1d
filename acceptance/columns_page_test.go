package acceptance

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/acceptance/subject"
	"tap-reprise/schemas"
)

// TestPageOfColumns holds the last section of docs/rybbit.md equal to the catalog and
// to what the built-in tables say of each column.
func TestPageOfColumns(t *testing.T) {
	const page, title = "docs/rybbit.md", "\n## Columns\n"
	text := subject.ReadFile(t, page)
	head, _, found := strings.Cut(text, title)
	require.True(t, found)
	want := head + title + columnsOf(t, "rybbit", "cmd/tap-rybbit/catalog.json")
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(want), 0o644))
		return
	}
	require.Equal(t, want, text, "go test ./acceptance -run PageOfColumns -update")
}

// columnsOf are tables of the columns of a system's catalog.
func columnsOf(t *testing.T, system, catalog string) string {
	t.Helper()
	var doc struct {
		Streams []struct {
			Stream string
			Schema struct {
				Properties map[string]struct{ Type []string }
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(subject.ReadFile(t, catalog)), &doc))
	var out strings.Builder
	for _, s := range doc.Streams {
		table, err := schemas.Read(schemas.Tables, system, s.Stream)
		require.NoError(t, err)
		fmt.Fprintf(&out, "\n### %s\n\n| column | type | |\n|---|---|---|\n", s.Stream)
		for _, c := range table.Columns {
			typ := s.Schema.Properties[c.Name].Type
			require.NotEmpty(t, typ, "%s.%s", s.Stream, c.Name)
			mark := ""
			switch {
			case c.Key && c.Personal:
				mark = " (key, personal)"
			case c.Key:
				mark = " (key)"
			case c.Personal:
				mark = " (personal)"
			}
			said := strings.TrimSuffix(strings.ReplaceAll(c.Description, "|", `\|`), " Personal data.")
			fmt.Fprintf(&out, "| `%s`%s | %s | %s |\n", c.Name, mark, typ[0], said)
		}
	}
	return out.String()
}
