package airbyte

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/acceptance/subject"
	"tap-reprise/streams/reprise/harness"
)

// TestConnectorAttributesOfReprise: see spec_test.go.
func TestConnectorAttributesOfReprise(t *testing.T) {
	m := readMetadata(t, "reprise")
	require.Equal(t, harness.Streams, m.SuggestedStreams.Streams)
	// Every host that the defaults and the vendor's page name, and no other.
	require.ElementsMatch(t, []string{"app.getreprise.com", "api.us-east.tinybird.co"}, m.AllowedHosts.Hosts)
	require.Equal(t, 1, strings.Count(subject.ReadFile(t, "airbyte/reprise/acceptance-test-config.yml"), "bypass_reason"),
		"none but for a state from the future, which heals itself")
}

// TestConnectorAttributesKeys: every stream has a primary key.
func TestConnectorAttributesKeys(t *testing.T) {
	for _, s := range discovered(t, subject.Listen(t, subject.SmallAccount(), nil)) {
		require.NotEmpty(t, s.Key, s.Name)
	}
}

// TestDocumentationOfMigrating: docs/migrating.md lists each shape of a state
// that TestMigrating takes over, and settings that exist.
func TestDocumentationOfMigrating(t *testing.T) {
	page := subject.ReadFile(t, "docs/migrating.md")
	flat := strings.Join(strings.Fields(page), "")
	for name, m := range migrations {
		shape := strings.Join(strings.Fields(m.state), "")
		for _, key := range regexp.MustCompile(`"([a-z_A-Z]+)":`).FindAllStringSubmatch(shape, -1) {
			require.Contains(t, flat, key[1], "%s: key %s", name, key[1])
		}
	}
	var connection struct {
		Schema struct{ Properties map[string]any } `json:"connectionSpecification"`
	}
	require.NoError(t, json.Unmarshal(subject.Spec(t), &connection))
	var rows [][]string
	for _, table := range strings.Split(page, "| its setting | here |")[1:] {
		table, _, _ = strings.Cut(table, "\n\n")
		rows = append(rows, regexp.MustCompile("(?m)^\\| `[a-z_]+` \\| `([a-z_]+)` \\|").FindAllStringSubmatch(table, -1)...)
	}
	require.Len(t, rows, 10)
	for _, row := range rows {
		require.Contains(t, connection.Schema.Properties, row[1])
	}
}
