package cli_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/object"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

func TestAbout(t *testing.T) {
	o := taptest.Do(cli.Main, nil, "--about=json")
	var about struct {
		Name, Description, Version string
		Capabilities               []string
		Settings                   struct {
			Properties map[string]map[string]any
			Required   []string
		}
	}
	require.NoError(t, json.Unmarshal([]byte(o.Stdout), &about))
	names, err := object.Members([]byte(o.Stdout))
	require.NoError(t, err)
	order := []string{"name", "description", "version", "sdk_version", "supported_python_versions", "capabilities", "settings"}
	for i, m := range names {
		require.Equal(t, order[i], m.Name)
	}
	require.Equal(t, []string{"api_key", "start_date"}, about.Settings.Required)
	key := about.Settings.Properties["api_key"]
	require.Equal(t, []any{"string"}, key["type"])
	require.Equal(t, true, key["secret"])
	require.Equal(t, true, key["writeOnly"])
	require.Equal(t, []any{"integer", "null"}, about.Settings.Properties["page_size"]["type"])
	require.Equal(t, 10000.0, about.Settings.Properties["page_size"]["default"])

	text := taptest.Do(cli.Main, nil, "--about").Stdout
	require.Contains(t, text, "  - Name: api_key\n    Type: [\"string\"]\n    Environment Variable: TAP_REPRISE_API_KEY\n")
	table := taptest.Do(cli.Main, nil, "--about=markdown").Stdout
	require.Contains(t, table, "| Setting | Required | Default | Description |\n")
	require.Contains(t, table, "| page_size | False | 10000 | Rows a request. |\n")
	require.Contains(t, table, "| api_key | True | None | ")
	for name := range about.Settings.Properties {
		require.Contains(t, text, "Name: "+name+"\n")
		require.Contains(t, table, "| "+name+" |")
	}
}
