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
	"tap-reprise/release/programs"
)

// metadata is the data of a system's metadata.yaml.
type metadata struct {
	Name             string
	ConnectorType    string `yaml:"connectorType"`
	DefinitionID     string `yaml:"definitionId"`
	DockerRepository string `yaml:"dockerRepository"`
	DockerImageTag   string `yaml:"dockerImageTag"`
	IssueLabel       string `yaml:"githubIssueLabel"`
	Page             string `yaml:"documentationUrl"`
	License          string
	Icon             string
	AllowedHosts     struct{ Hosts []string }   `yaml:"allowedHosts"`
	SuggestedStreams struct{ Streams []string } `yaml:"suggestedStreams"`
	Tags             []string
	Silence          int `yaml:"maxSecondsBetweenMessages"`
}

func readMetadata(t *testing.T, system string) metadata {
	t.Helper()
	var m struct{ Data metadata }
	require.NoError(t, yaml.Unmarshal([]byte(subject.ReadFile(t, "airbyte/"+system+"/metadata.yaml")), &m))
	return m.Data
}

// A form is the schema of a program's config, as its spec.json has it.
type form struct {
	Title      string
	Required   []string
	Properties map[string]struct{ Title string }
}

func readForm(t *testing.T, p programs.Program) form {
	t.Helper()
	var spec struct {
		Form form `json:"connectionSpecification"`
	}
	require.NoError(t, json.Unmarshal([]byte(subject.ReadFile(t, p.Path("spec.json"))), &spec))
	return spec.Form
}

// A built-in stream is one of a program's catalog.json.
type builtIn struct {
	Name     string   `json:"tap_stream_id"`
	Cursor   string   `json:"replication_key"`
	Key      []string `json:"key_properties"`
	Metadata []struct {
		Breadcrumb []string
		Metadata   map[string]any
	}
}

func readCatalog(t *testing.T, p programs.Program) []builtIn {
	t.Helper()
	var catalog struct{ Streams []builtIn }
	require.NoError(t, json.Unmarshal([]byte(subject.ReadFile(t, p.Path("catalog.json"))), &catalog))
	require.NotEmpty(t, catalog.Streams)
	return catalog.Streams
}

// chosen reports whether the stream is selected unless the user says otherwise.
func (s builtIn) chosen() bool {
	for _, m := range s.Metadata {
		if len(m.Breadcrumb) == 0 {
			return m.Metadata["selected"] == true || m.Metadata["selected-by-default"] == true
		}
	}
	return false
}

// eachProgram runs a test for each program of the table.
func eachProgram(t *testing.T, test func(t *testing.T, p programs.Program)) {
	for _, p := range programs.All() {
		t.Run(p.Name, func(t *testing.T) { test(t, p) })
	}
}

// TestConnectorAttributesMetadata: see spec_test.go.
func TestConnectorAttributesMetadata(t *testing.T) {
	ids := map[string]bool{"77562b16-e56b-4135-bde6-1e87ef6a1449": true} // of another connector for Reprise
	eachProgram(t, func(t *testing.T, p programs.Program) {
		m := readMetadata(t, p.System())
		require.Equal(t, readForm(t, p).Title, m.Name)
		require.Equal(t, "source", m.ConnectorType)
		require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, m.DefinitionID)
		require.False(t, ids[m.DefinitionID], "that is another connector's")
		ids[m.DefinitionID] = true
		require.Equal(t, "tap-reprise/"+p.Connector(), m.DockerRepository)
		require.Equal(t, program.Version, m.DockerImageTag)
		require.Equal(t, p.Connector(), m.IssueLabel)
		require.Equal(t, "https://docs.airbyte.com/integrations/sources/"+p.System(), m.Page)
		require.Contains(t, m.Tags, "language:go")
		require.FileExists(t, "airbyte/"+p.System()+"/"+m.Icon)
		require.Contains(t, subject.ReadFile(t, "LICENSE"), "Apache License")
		require.Equal(t, "Apache-2.0", m.License)
		require.GreaterOrEqual(t, m.Silence, 300, "a state comes every minute")

		var chosen []string
		for _, s := range readCatalog(t, p) {
			if s.chosen() {
				chosen = append(chosen, s.Name)
			}
		}
		require.Equal(t, chosen, m.SuggestedStreams.Streams, "those that are selected by default")

		hosts := regexp.MustCompile(`https://([a-z.-]+)/`)
		for _, found := range hosts.FindAllStringSubmatch(subject.ReadFile(t, p.Path("spec.json")), -1) {
			if found[1] != "json-schema.org" {
				require.Contains(t, m.AllowedHosts.Hosts, found[1])
			}
		}
	})
}

// TestConnectorAttributesImage holds the labels of an image equal to the
// metadata, and its entry point to what the platform runs.
func TestConnectorAttributesImage(t *testing.T) {
	dockerfile := subject.ReadFile(t, "Dockerfile")
	found := func(pattern string) string {
		match := regexp.MustCompile(`(?m)` + pattern).FindStringSubmatch(dockerfile)
		require.Len(t, match, 2, pattern)
		return match[1]
	}
	eachProgram(t, func(t *testing.T, p programs.Program) {
		m := readMetadata(t, p.System())
		require.Equal(t, m.DockerRepository, strings.ReplaceAll(found(`io\.airbyte\.name=(\S+)`), "${SYSTEM}", p.System()))
		require.Equal(t, m.DockerImageTag, found(`^ARG VERSION=(\S+)$`))
	})
	require.Equal(t, "${VERSION}", found(`io\.airbyte\.version=(\S+)`))
	entry := found(`^ENV AIRBYTE_ENTRYPOINT=(\S+)$`)
	require.True(t, strings.HasPrefix(entry, "/") && strings.Contains(entry, "/source-"), entry)
	require.Equal(t, entry, found(`^ENTRYPOINT \["(\S+)"\]$`))
	require.Equal(t, "airbyte", found(`^USER (\S+)$`))
	require.Contains(t, subject.ReadFile(t, "Makefile"), "--build-arg VERSION=$(VERSION:v%=%)", "a tag's v is no part of the version")
}

// TestConnectorAttributesAcceptanceConfig: it runs every suite, at high
// strictness, and its files are there.
func TestConnectorAttributesAcceptanceConfig(t *testing.T) {
	eachProgram(t, func(t *testing.T, p programs.Program) {
		text := subject.ReadFile(t, "airbyte/"+p.System()+"/acceptance-test-config.yml")
		var c struct {
			Image      string                    `yaml:"connector_image"`
			Strictness string                    `yaml:"test_strictness_level"`
			Tests      map[string]map[string]any `yaml:"acceptance_tests"`
		}
		require.NoError(t, yaml.Unmarshal([]byte(text), &c))
		require.Equal(t, readMetadata(t, p.System()).DockerRepository+":dev", c.Image)
		require.Equal(t, "high", c.Strictness)
		for _, suite := range []string{"spec", "connection", "discovery", "basic_read", "full_refresh", "incremental"} {
			require.NotEmpty(t, c.Tests[suite]["tests"], suite)
		}
		require.NotContains(t, text, "empty_streams")
	})
}

// ofAirbyte are words in bold that are none of our form, but of Airbyte's pages.
var ofAirbyte = []string{"Settings", "Sources", "New connector", "Set up source", "Incremental - Append + Deduped"}

// TestDocumentation: Airbyte's rules for the page of a connector.
func TestDocumentation(t *testing.T) {
	eachProgram(t, func(t *testing.T, p programs.Program) {
		page, form := subject.ReadFile(t, "airbyte/"+p.System()+"/"+p.System()+".md"), readForm(t, p)
		requireHeadings(t, page, form.Title)

		// The prerequisites name what must be given.
		_, prerequisites, _ := strings.Cut(page, "## Prerequisites")
		prerequisites, _, _ = strings.Cut(prerequisites, "## Setup guide")
		for _, name := range form.Required {
			require.Contains(t, prerequisites, "**"+form.Properties[name].Title+"**")
		}

		// Titles in bold are titles of the form, but where the page leads through the
		// vendor's own; streams, keys and cursors are true.
		titles := map[string]bool{}
		for _, p := range form.Properties {
			titles[p.Title] = true
		}
		before, steps, _ := strings.Cut(page, "### Step 1")
		_, after, _ := strings.Cut(steps, "### Step 2")
		for _, bold := range regexp.MustCompile(`\*\*([^*]+)\*\*`).FindAllStringSubmatch(before+after, -1) {
			require.True(t, titles[bold[1]] || slices.Contains(ofAirbyte, bold[1]), bold[1])
		}
		for _, s := range readCatalog(t, p) {
			row := "| `" + s.Name + "` | `" + strings.Join(s.Key, "`, `") + "` |"
			if s.Cursor != "" {
				row += " `" + s.Cursor + "` |"
			}
			require.Contains(t, page, row)
		}
		require.Regexp(t, `(?s)## Changelog.*\| `+regexp.QuoteMeta(program.Version)+` \|`, page)
	})
}

// requireHeadings of a page about a system, in Airbyte's order.
func requireHeadings(t *testing.T, page, system string) {
	t.Helper()
	var headings []string
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "#") {
			headings = append(headings, strings.TrimSpace(line))
		}
	}
	at := -1
	for _, heading := range []string{"# " + system, "## Prerequisites", "## Setup guide", "### Step 1: Set up " + system,
		"### Step 2: Set up the " + system + " connector in Airbyte", "#### For Airbyte Cloud:", "#### For Airbyte Open Source:",
		"## Supported sync modes", "## Supported Streams", "## Limitations & Troubleshooting", "## Changelog"} {
		next := slices.Index(headings, heading)
		require.Greater(t, next, at, heading)
		at = next
	}
}
