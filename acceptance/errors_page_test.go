package acceptance

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/acceptance/subject"
)

const errorsPage = "docs/errors.md"

// unseen are texts that no person meets, and why.
var unseen = map[string]string{
	"stopped by the caller": "inside of a stream: its reader wants no more",
	"unknown notice":        "no such notice is made",
}

// silent are files whose errors no person meets, and why.
var silent = map[string]string{
	"schemas/parse.go":   "a type that cannot be parsed is an unknown type",
	"schemas/literal.go": "a type that cannot be parsed is an unknown type",
	"schemas/quote.go":   "a type that cannot be parsed is an unknown type",
}

// A listed text is a row of docs/errors.md.
type listed struct{ means, remedy, exit string }

// listedErrors are the rows of the page's tables by the words that they are found
// by.
func listedErrors(t *testing.T) map[string]listed {
	t.Helper()
	text, err := os.ReadFile(errorsPage)
	require.NoError(t, err)
	rows := map[string]listed{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (.*?) \\| (.*?) \\| (.*?) \\|$").FindAllStringSubmatch(string(text), -1) {
		require.NotContains(t, rows, m[1], "twice on the page")
		for _, cell := range m[2:] {
			require.NotEmpty(t, strings.TrimSpace(cell), m[1])
		}
		require.Regexp(t, `^(–|signal|[1-4]( or [1-4])*)$`, m[4], m[1])
		rows[m[1]] = listed{m[2], m[3], m[4]}
	}
	return rows
}

// TestPageOfErrors: docs/errors.md lists every error and warning that the source
// can say, by its first words, with the exit code that the source gives it; and
// none that it cannot say.
func TestPageOfErrors(t *testing.T) {
	rows, said := listedErrors(t), map[string]bool{}
	var lacking []string
	for _, s := range spokenTexts(t) {
		if file, _, _ := strings.Cut(s.where, ":"); silent[filepath.ToSlash(file)] != "" {
			continue
		}
		said[s.key] = true
		row, ok := rows[s.key]
		switch {
		case unseen[s.key] != "":
		case !ok:
			lacking = append(lacking, "| `"+s.key+"` | | | "+s.code+" | "+s.where)
		case s.warning:
			require.Contains(t, row.exit, "–", "%s: a warning ends nothing: %s", s.where, s.key)
		case s.code != "" && row.exit != "signal":
			require.Contains(t, row.exit, s.code, "%s: %s", s.where, s.key)
		}
	}
	sort.Strings(lacking)
	require.Empty(t, slices.Compact(lacking), "%s lacks:\n%s", errorsPage, strings.Join(lacking, "\n"))
	for key := range rows {
		require.True(t, said[key], "%s: nothing says any more: %s", errorsPage, key)
	}
	for key, why := range unseen {
		require.True(t, said[key] && why != "", "nothing says any more: %s", key)
	}
}

// TestTextsTakeNoSecret: nothing that holds a secret is put into an error or a
// warning where it is made. What the API repeats of one is masked later, which
// TestSecrets and TestSecretsStayHidden show.
func TestTextsTakeNoSecret(t *testing.T) {
	secret := append(secretFields(t), "jwt", "password", "secret", "Authorization")
	for _, s := range spokenTexts(t) {
		for _, name := range s.names {
			require.NotContains(t, secret, name, "%s: %s", s.where, s.key)
		}
	}
}

// secretFields are the names in the source of the keys that spec.json calls
// secret.
func secretFields(t *testing.T) (fields []string) {
	t.Helper()
	keys := regexp.MustCompile(`"(\w+)": \{[^{}]*"airbyte_secret": true`).FindAllStringSubmatch(string(subject.Spec(t)), -1)
	require.Len(t, keys, 2)
	source, err := os.ReadFile("streams/reprise/config.go")
	require.NoError(t, err)
	for _, key := range keys {
		field := regexp.MustCompile(`(?m)^\t(\w+) +string +` + "`" + `json:"` + key[1] + `"`).FindSubmatch(source)
		require.NotNil(t, field, key[1])
		fields = append(fields, string(field[1]))
	}
	return fields
}
