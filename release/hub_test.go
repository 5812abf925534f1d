package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// property is a config key, as spec.json has it.
type property struct {
	Type, Title, Description string
	Enum                     []string
	Default                  any
	Secret                   bool `json:"airbyte_secret"`
	Order                    int
}

// setting is p in the words of Meltano Hub's schema, common/base_setting.
func (p property) setting(name string) map[string]any {
	s := map[string]any{"name": name, "label": p.Title, "description": p.Description, "kind": p.Type}
	if strings.HasSuffix(name, "_date") {
		s["kind"] = "date_iso8601"
	}
	if p.Enum != nil {
		var options []any
		for _, value := range p.Enum {
			label := strings.ReplaceAll(value, "_", " ")
			options = append(options, map[string]any{"label": strings.ToUpper(label[:1]) + label[1:], "value": value})
		}
		s["kind"], s["options"] = "options", options
	}
	if p.Secret {
		s["sensitive"] = true
	}
	if p.Default != nil {
		s["value"] = p.Default
	}
	return s
}

// TestHubDefinition holds hub/tap-reprise.yml equal to spec.json and to what
// --about tells.
func TestHubDefinition(t *testing.T) {
	var definition struct {
		Capabilities []string
		Groups       [][]string `yaml:"settings_group_validation"`
		Settings     []map[string]any
		PipURL       string `yaml:"pip_url"`
	}
	text, err := os.ReadFile("hub/tap-reprise.yml")
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &definition))

	// A name would be looked up in an index, where anybody can own it.
	require.Equal(t, "${REPRISE_WHEEL}", definition.PipURL)
	page, err := os.ReadFile("../docs/install.md")
	require.NoError(t, err)
	require.Contains(t, string(page), "`pip_url` is `"+definition.PipURL+"`")

	var spec struct {
		Connection struct {
			Required   []string
			Properties map[string]property
		} `json:"connectionSpecification"`
	}
	text, err = os.ReadFile("../spec.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &spec))
	settings := make([]map[string]any, len(spec.Connection.Properties))
	for name, p := range spec.Connection.Properties {
		settings[p.Order] = p.setting(name)
	}
	require.JSONEq(t, asJSON(t, settings), asJSON(t, definition.Settings))
	require.Equal(t, [][]string{spec.Connection.Required}, definition.Groups)

	var about struct{ Capabilities []string }
	printed, err := exec.Command("go", "run", "..", "--about", "--format", "json").Output()
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(printed, &about))
	require.Equal(t, about.Capabilities, definition.Capabilities)
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}
