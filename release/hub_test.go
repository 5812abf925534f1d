package main

import (
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"tap-reprise/release/programs"
)

var update = flag.Bool("update", false, "write the definitions in hub/ anew")

// TestHubDefinitions holds those that lie in hub/ equal to what is made of each
// program's spec.json. (That --about says the same is a test in acceptance/.)
func TestHubDefinitions(t *testing.T) {
	page, err := os.ReadFile("../docs/install.md")
	require.NoError(t, err)
	for _, p := range programs.All() {
		text, err := hubDefinition(os.DirFS(".."), p)
		require.NoError(t, err)
		path := "hub/" + p.Name + ".yml"
		if *update {
			require.NoError(t, os.WriteFile(path, text, 0o644))
		}
		there, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, string(text), string(there), "go test ./release -run Hub -update writes it")

		// A name would be looked up in an index, where anybody can own it.
		var definition struct {
			PipURL   string `yaml:"pip_url"`
			Settings []struct{ Name, Label, Description, Kind string }
		}
		require.NoError(t, yaml.Unmarshal(text, &definition))
		require.Equal(t, "${"+p.Wheel()+"}", definition.PipURL)
		for _, s := range definition.Settings {
			require.NotEmpty(t, s.Label, s.Name)
			require.NotEmpty(t, s.Description, s.Name)
			require.NotEmpty(t, s.Kind, s.Name)
		}
	}
	require.Contains(t, string(page), "`pip_url` is `${REPRISE_WHEEL}`")
}

// TestHubSettings: a key of the config in the words of the hub.
func TestHubSettings(t *testing.T) {
	f := form{Properties: map[string]property{
		"start_date": {Type: "string", Title: "Start", Description: "From here.", Order: 1},
		"api_key":    {Type: "string", Title: "Key", Description: "A key.", Secret: true, Order: 0},
		"viewers":    {Type: "string", Title: "Viewers", Description: "As what.", Enum: []string{"as_sent", "none"}, Default: "none", Order: 7},
	}}
	require.Equal(t, []map[string]any{
		{"name": "api_key", "label": "Key", "description": "A key.", "kind": "string", "sensitive": true},
		{"name": "start_date", "label": "Start", "description": "From here.", "kind": "date_iso8601"},
		{"name": "viewers", "label": "Viewers", "description": "As what.", "kind": "options", "value": "none",
			"options": []map[string]string{{"label": "As sent", "value": "as_sent"}, {"label": "None", "value": "none"}}},
	}, f.settings())
}
