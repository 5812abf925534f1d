package airbyte

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xeipuuv/gojsonschema"

	"tap-reprise/acceptance/subject"
)

// The tests of this file, and of the others here that name it, are the
// checks of Airbyte's connector acceptance tests, under their names, on the
// program and an account on a loopback port.

// specOf is what spec prints, as a document.
func specOf(t *testing.T) map[string]any {
	t.Helper()
	r := source(t, "spec")
	require.Zero(t, r.code)
	list := r.messages(t)
	require.Len(t, list, 1, "one SPEC and nothing else")
	var doc map[string]any
	require.NoError(t, json.Unmarshal(list[0].Spec, &doc))
	return doc
}

// properties are the settings of the form.
func properties(t *testing.T) map[string]map[string]any {
	t.Helper()
	all := map[string]map[string]any{}
	for name, p := range specOf(t)["connectionSpecification"].(map[string]any)["properties"].(map[string]any) {
		all[name] = p.(map[string]any)
	}
	return all
}

// everywhere calls visit with each object of a schema and the key above it.
func everywhere(v any, above string, visit func(above string, object map[string]any)) {
	switch t := v.(type) {
	case map[string]any:
		visit(above, t)
		for key, inner := range t {
			everywhere(inner, key, visit)
		}
	case []any:
		for _, inner := range t {
			everywhere(inner, above, visit)
		}
	}
}

func TestSpecIsOneMessageEqualToTheFile(t *testing.T) {
	var want map[string]any
	file, err := os.ReadFile("spec.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(file, &want))
	require.Equal(t, want, specOf(t))
}

func TestSpecConfigMatchesSpec(t *testing.T) {
	schema, err := json.Marshal(specOf(t)["connectionSpecification"])
	require.NoError(t, err)
	for name, config := range map[string]string{"the sample": string(subject.Sample(t)), "with more keys": `{"api_key":"k","start_date":"2026-01-01","other":1}`} {
		result, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(schema), gojsonschema.NewStringLoader(config))
		require.NoError(t, err)
		require.Empty(t, result.Errors(), name)
	}
}

func TestSpecEnumHasNoDuplicates(t *testing.T) {
	everywhere(specOf(t), "", func(_ string, o map[string]any) {
		if list, ok := o["enum"].([]any); ok {
			seen := map[any]bool{}
			for _, v := range list {
				require.False(t, seen[v], "%v twice", v)
				seen[v] = true
			}
		}
	})
}

func TestSpecSecretIsProperlyMarked(t *testing.T) {
	secret := []string{"client_token", "access_token", "api_token", "token", "secret", "client_secret", "password", "key", "api_key",
		"service_account_info", "service_account", "tenant_id", "certificate", "jwt", "credentials", "app_id", "appid", "refresh_token", "viewer_data_salt"}
	marked := 0
	for name, p := range properties(t) {
		if slices.Contains(secret, name) {
			require.Equal(t, true, p["airbyte_secret"], name)
		}
		if p["airbyte_secret"] == true {
			require.Equal(t, "string", p["type"], "%s: a secret is a scalar", name)
			require.NotContains(t, p, "default", name)
			marked++
		}
	}
	require.Equal(t, 2, marked)
}

func TestSpecTypesAreScalar(t *testing.T) {
	for name, p := range properties(t) {
		require.IsType(t, "", p["type"], name)
		if p["type"] == "array" {
			items, ok := p["items"].(map[string]any)
			require.True(t, ok, name)
			require.Contains(t, []any{"object", "string", "number", "integer"}, items["type"], name)
		}
	}
}

func TestSpecHasNoForbiddenKeyword(t *testing.T) {
	forbidden := []string{"not", "anyOf", "patternProperties", "prefixItems", "allOf", "if", "then", "else",
		"dependentSchemas", "dependentRequired", "$ref"}
	everywhere(specOf(t)["connectionSpecification"], "", func(above string, o map[string]any) {
		if above == "properties" {
			return // its keys are names of settings
		}
		for _, key := range forbidden {
			require.NotContains(t, o, key)
		}
		require.NotContains(t, o, "display_type", "only where oneOf is")
	})
}

func TestSpecHasNoEmptyObject(t *testing.T) {
	for name, p := range properties(t) {
		require.NotEqual(t, "object", p["type"], name)
	}
}

func TestSpecOrderIsUnambiguous(t *testing.T) {
	orders := map[any]string{}
	for name, p := range properties(t) {
		require.Contains(t, p, "order", name)
		require.NotContains(t, p, "group", name)
		require.Empty(t, orders[p["order"]], "the order of %s", name)
		orders[p["order"]] = name
	}
	require.Equal(t, "api_key", orders[0.0])
	require.Equal(t, "start_date", orders[1.0])
}

func TestSpecAdditionalPropertiesAreAllowed(t *testing.T) {
	everywhere(specOf(t), "", func(_ string, o map[string]any) {
		if v, ok := o["additionalProperties"]; ok {
			require.Equal(t, true, v)
		}
	})
}

func TestSpecDateFormatsHavePatterns(t *testing.T) {
	for name, p := range properties(t) {
		_, format := p["format"]
		_, pattern := p["pattern"]
		require.Equal(t, format, pattern, name)
	}
}

// TestSpecReadsLikeAForm: what a person sees has a title, a sentence and, where
// the value is not plain, an example.
func TestSpecReadsLikeAForm(t *testing.T) {
	for name, p := range properties(t) {
		require.NotEmpty(t, p["title"], name)
		description, _ := p["description"].(string)
		require.Regexp(t, `^[A-Z].*\.$`, description, name)
		require.Less(t, len(description), 260, name)
	}
	require.ElementsMatch(t, []any{"api_key", "start_date"}, specOf(t)["connectionSpecification"].(map[string]any)["required"])
}

// TestSpecKeepsWhatItHad: no later version may take a setting away, require one
// more or narrow a type or an enum. This is what version 0.1.0 had.
func TestSpecKeepsWhatItHad(t *testing.T) {
	had := map[string]string{
		"api_key": "string", "start_date": "string", "end_date": "string", "activity_types": "array", "visitor_key": "boolean",
		"visitor_company": "boolean", "poster": "boolean", "viewer_pii": "boolean", "viewer_data": "string", "viewer_data_salt": "string",
		"internal_email_domains": "array", "metrics_windows": "array", "metrics_group_by": "array", "replay_ids": "array", "link_ids": "array",
		"lookback_days": "integer", "refresh_days": "integer", "page_size": "integer", "window_rows": "integer", "concurrency": "integer",
		"retry_minutes": "integer", "token_url": "string", "base_url": "string",
	}
	now := properties(t)
	for _, name := range slices.Sorted(maps.Keys(had)) {
		require.Contains(t, now, name)
		require.Equal(t, had[name], now[name]["type"], name)
	}
	for _, choice := range []any{"as_sent", "hashed", "none"} {
		require.Contains(t, now["viewer_data"]["enum"], choice)
	}
}
