package airbyte

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"tap-reprise/acceptance/subject"
	"tap-reprise/internal/program"
	"tap-reprise/streams/reprise/harness"
)

// metadata is airbyte/metadata.yaml.
type metadata struct {
	Data struct {
		Name             string
		ConnectorType    string `yaml:"connectorType"`
		DefinitionID     string `yaml:"definitionId"`
		DockerRepository string `yaml:"dockerRepository"`
		DockerImageTag   string `yaml:"dockerImageTag"`
		License          string
		Icon             string
		AllowedHosts     struct{ Hosts []string }   `yaml:"allowedHosts"`
		SuggestedStreams struct{ Streams []string } `yaml:"suggestedStreams"`
		Tags             []string
		Silence          int `yaml:"maxSecondsBetweenMessages"`
	}
}

func readMetadata(t *testing.T) metadata {
	t.Helper()
	var m metadata
	require.NoError(t, yaml.Unmarshal([]byte(subject.ReadFile(t, "airbyte/metadata.yaml")), &m))
	return m
}

// TestConnectorAttributesMetadata: see spec_test.go.
func TestConnectorAttributesMetadata(t *testing.T) {
	m := readMetadata(t).Data
	require.Equal(t, "source", m.ConnectorType)
	require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, m.DefinitionID)
	require.NotEqual(t, "77562b16-e56b-4135-bde6-1e87ef6a1449", m.DefinitionID, "that is another connector's")
	require.Contains(t, m.Tags, "language:go")
	require.FileExists(t, "airbyte/"+m.Icon)
	require.Contains(t, subject.ReadFile(t, "LICENSE"), "Apache License")
	require.Equal(t, "Apache-2.0", m.License)
	require.Equal(t, harness.Streams, m.SuggestedStreams.Streams)
	require.GreaterOrEqual(t, m.Silence, 300, "a state comes every minute")

	// Every host that the defaults and the vendor's page name, and no other.
	require.ElementsMatch(t, []string{"app.getreprise.com", "api.us-east.tinybird.co"}, m.AllowedHosts.Hosts)
	hosts := regexp.MustCompile(`https://([a-z.-]+)/`)
	for _, found := range hosts.FindAllStringSubmatch(strings.ReplaceAll(string(subject.Spec(t)), "json-schema.org", ""), -1) {
		require.Contains(t, m.AllowedHosts.Hosts, found[1])
	}
}

// TestConnectorAttributesImage holds the labels of the image equal to the
// metadata, and its entry point to what the platform runs.
func TestConnectorAttributesImage(t *testing.T) {
	m, dockerfile := readMetadata(t).Data, subject.ReadFile(t, "Dockerfile")
	found := func(pattern string) string {
		match := regexp.MustCompile(`(?m)` + pattern).FindStringSubmatch(dockerfile)
		require.Len(t, match, 2, pattern)
		return match[1]
	}
	require.Equal(t, m.DockerRepository, found(`io\.airbyte\.name=(\S+)`))
	require.Equal(t, "${VERSION}", found(`io\.airbyte\.version=(\S+)`))
	require.Equal(t, m.DockerImageTag, found(`^ARG VERSION=(\S+)$`))
	require.Equal(t, m.DockerImageTag, program.Version, "of the program")
	entry := found(`^ENV AIRBYTE_ENTRYPOINT=(\S+)$`)
	require.True(t, strings.HasPrefix(entry, "/") && strings.Contains(entry, "/source-"), entry)
	require.Equal(t, entry, found(`^ENTRYPOINT \["(\S+)"\]$`))
	require.Equal(t, "airbyte", found(`^USER (\S+)$`))
	require.Contains(t, subject.ReadFile(t, "Makefile"), "--build-arg VERSION=$(VERSION:v%=%)", "a tag's v is no part of the version")
}

// TestConnectorAttributesKeys: every stream has a primary key.
func TestConnectorAttributesKeys(t *testing.T) {
	for _, s := range discovered(t, subject.Listen(t, subject.SmallAccount(), nil)) {
		require.NotEmpty(t, s.Key, s.Name)
	}
}

// TestConnectorAttributesAcceptanceConfig: it runs every suite, at high
// strictness, without a bypass, and its files are there.
func TestConnectorAttributesAcceptanceConfig(t *testing.T) {
	text := subject.ReadFile(t, "airbyte/acceptance-test-config.yml")
	var c struct {
		Image      string                    `yaml:"connector_image"`
		Strictness string                    `yaml:"test_strictness_level"`
		Tests      map[string]map[string]any `yaml:"acceptance_tests"`
	}
	require.NoError(t, yaml.Unmarshal([]byte(text), &c))
	require.Equal(t, readMetadata(t).Data.DockerRepository+":dev", c.Image)
	require.Equal(t, "high", c.Strictness)
	for _, suite := range []string{"spec", "connection", "discovery", "basic_read", "full_refresh", "incremental"} {
		require.NotEmpty(t, c.Tests[suite]["tests"], suite)
	}
	require.Equal(t, 1, strings.Count(text, "bypass_reason"), "but for a state from the future, which heals itself")
	require.NotContains(t, text, "empty_streams")
}

// TestDocumentation: Airbyte's rules for the page of a connector.
func TestDocumentation(t *testing.T) {
	page := subject.ReadFile(t, "airbyte/reprise.md")
	var headings []string
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "#") {
			headings = append(headings, strings.TrimSpace(line))
		}
	}
	order := []string{"# Reprise", "## Prerequisites", "## Setup guide", "### Step 1: Set up Reprise", "### Step 2: Set up the Reprise connector in Airbyte",
		"#### For Airbyte Cloud:", "#### For Airbyte Open Source:", "## Supported sync modes", "## Supported Streams", "## Limitations & Troubleshooting", "## Changelog"}
	at := -1
	for _, heading := range order {
		next := slices.Index(headings, heading)
		require.Greater(t, next, at, heading)
		at = next
	}

	// The prerequisites name what must be given.
	_, prerequisites, _ := strings.Cut(page, "## Prerequisites")
	prerequisites, _, _ = strings.Cut(prerequisites, "## Setup guide")
	connection := specOf(t)["connectionSpecification"].(map[string]any)
	for _, name := range connection["required"].([]any) {
		title := connection["properties"].(map[string]any)[name.(string)].(map[string]any)["title"].(string)
		require.Contains(t, prerequisites, "**"+title+"**")
	}

	// Titles in bold are titles of the form; streams, keys and cursors are true.
	titles := map[string]bool{}
	for _, p := range properties(t) {
		titles[p["title"].(string)] = true
	}
	for _, bold := range regexp.MustCompile(`\*\*([^*]+)\*\*`).FindAllStringSubmatch(page, -1) {
		known := []string{"Settings", "API Management", "Sources", "New connector", "Set up source", "Incremental - Append + Deduped"}
		require.True(t, titles[bold[1]] || slices.Contains(known, bold[1]), bold[1])
	}
	for _, s := range discovered(t, subject.Listen(t, subject.SmallAccount(), nil)) {
		var key []string
		for _, part := range s.Key {
			key = append(key, "`"+part[0]+"`")
		}
		require.Contains(t, page, "| `"+s.Name+"` | "+strings.Join(key, ", ")+" | `"+s.Cursor[0]+"` |")
	}
	require.Regexp(t, `(?s)## Changelog.*\| `+regexp.QuoteMeta(readMetadata(t).Data.DockerImageTag)+` \|`, page)
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
