package program

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// settings of the connector and their defaults, as its manual lists them.
var defaults = map[string]string{
	"api_key": "", "start_date": "", "end_date": "", "activity_types": "[]",
	"visitor_key": "true", "visitor_company": "true", "poster": "false", "viewer_pii": "false",
	"viewer_data": `"as_sent"`, "viewer_data_salt": "", "internal_email_domains": "[]",
	"metrics_windows": `["day"]`, "metrics_group_by": `["published_replay","published_replay_link"]`,
	"replay_ids": "[]", "link_ids": "[]", "lookback_days": "30", "refresh_days": "7",
	"page_size": "10000", "window_rows": "200000", "concurrency": "2", "retry_minutes": "15",
	"token_url": `"https://app.getreprise.com/api/warehouse/token"`, "base_url": "",
}

// rootSpec is the specification of the program at the root.
func rootSpec(t testing.TB) []byte {
	data, err := os.ReadFile("../../spec.json")
	require.NoError(t, err)
	return data
}

func TestSpecSettings(t *testing.T) {
	s, err := parseSpec(rootSpec(t))
	require.NoError(t, err)
	got := map[string]string{}
	for _, set := range s.settings {
		got[set.Name] = string(set.Default)
		require.NotEmpty(t, set.Title, set.Name)
		require.True(t, strings.HasSuffix(set.Description, "."), "%s is described in sentences", set.Name)
		require.Equal(t, slices.Contains([]string{"api_key", "viewer_data_salt"}, set.Name), set.Secret, set.Name)
		require.Equal(t, slices.Contains([]string{"api_key", "start_date"}, set.Name), set.Required, set.Name)
	}
	require.Equal(t, defaults, got)
}

// TestSpecForAirbyte holds the rules of Airbyte's connector acceptance tests for
// a specification.
func TestSpecForAirbyte(t *testing.T) {
	var doc map[string]any
	require.NoError(t, json.Unmarshal(rootSpec(t), &doc))
	schema := doc["connectionSpecification"].(map[string]any)
	require.Equal(t, true, schema["additionalProperties"])
	require.Equal(t, "object", schema["type"])

	orders := map[any]string{}
	for name, p := range schema["properties"].(map[string]any) {
		property := p.(map[string]any)
		require.NotContains(t, orders, property["order"], "%s and %s have one order", name, orders[property["order"]])
		orders[property["order"]] = name
		require.IsType(t, "", property["type"], name)
		if property["type"] == "array" {
			require.Equal(t, "string", property["items"].(map[string]any)["type"], name)
		}
	}
	for i := range len(orders) {
		require.Contains(t, orders, float64(i), "orders leave no gap")
	}
	forbidden := []string{"$ref", "not", "anyOf", "allOf", "oneOf", "patternProperties", "prefixItems", "if", "then", "else",
		"dependentSchemas", "dependentRequired", "pattern", "format"}
	walk(schema, func(key string, v any) {
		require.NotContains(t, forbidden, key)
		if choices, ok := v.([]any); ok && key == "enum" {
			seen := map[any]bool{}
			for _, c := range choices {
				require.False(t, seen[c], "%v twice", c)
				seen[c] = true
			}
		}
	})
}

// walk calls visit for every key of v at any depth.
func walk(v any, visit func(key string, v any)) {
	switch t := v.(type) {
	case map[string]any:
		for k, inner := range t {
			visit(k, inner)
			walk(inner, visit)
		}
	case []any:
		for _, inner := range t {
			walk(inner, visit)
		}
	}
}
