package airbyte

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xeipuuv/gojsonschema"

	"tap-reprise/acceptance/subject"
	"tap-reprise/release/programs"
)

// The tests of this file, and of the others here that name it, are the
// checks of Airbyte's connector acceptance tests, under their names. What can be
// said of every connector is checked of each; the rest on tap-reprise and an
// account on a loopback port.

// A spec is what a program's spec prints, as a document, and the settings of its form.
type spec struct {
	program    programs.Program
	document   map[string]any
	connection map[string]any
	settings   map[string]map[string]any
}

func specOf(t *testing.T, p programs.Program) spec {
	t.Helper()
	r := connector(t, p, "spec")
	require.Zero(t, r.code)
	list := r.messages(t)
	require.Len(t, list, 1, "one SPEC and nothing else")
	s := spec{program: p, settings: map[string]map[string]any{}}
	require.NoError(t, json.Unmarshal(list[0].Spec, &s.document))
	s.connection = s.document["connectionSpecification"].(map[string]any)
	for name, p := range s.connection["properties"].(map[string]any) {
		s.settings[name] = p.(map[string]any)
	}
	return s
}

// eachSpec runs a test for the spec of each program of the table.
func eachSpec(t *testing.T, test func(t *testing.T, s spec)) {
	eachProgram(t, func(t *testing.T, p programs.Program) { test(t, specOf(t, p)) })
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
	eachSpec(t, func(t *testing.T, s spec) {
		var want map[string]any
		require.NoError(t, json.Unmarshal([]byte(subject.ReadFile(t, s.program.Path("spec.json"))), &want))
		require.Equal(t, want, s.document)
	})
}

func TestSpecConfigMatchesSpec(t *testing.T) {
	eachSpec(t, func(t *testing.T, s spec) {
		schema, err := json.Marshal(s.connection)
		require.NoError(t, err)
		sample := subject.ReadFile(t, s.program.Path("config.sample.json"))
		for name, config := range map[string]string{
			"the sample": sample, "with more keys": `{"other":1,` + strings.TrimPrefix(strings.TrimSpace(sample), "{")} {
			result, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(schema), gojsonschema.NewStringLoader(config))
			require.NoError(t, err)
			require.Empty(t, result.Errors(), name)
		}
	})
}

func TestSpecEnumHasNoDuplicates(t *testing.T) {
	eachSpec(t, func(t *testing.T, s spec) {
		everywhere(s.document, "", func(_ string, o map[string]any) {
			if list, ok := o["enum"].([]any); ok {
				seen := map[any]bool{}
				for _, v := range list {
					require.False(t, seen[v], "%v twice", v)
					seen[v] = true
				}
			}
		})
	})
}

func TestSpecSecretIsProperlyMarked(t *testing.T) {
	eachSpec(t, func(t *testing.T, s spec) {
		secret := []string{"client_token", "access_token", "api_token", "token", "secret", "client_secret", "password", "key", "api_key",
			"service_account_info", "service_account", "tenant_id", "certificate", "jwt", "credentials", "app_id", "appid", "refresh_token", "viewer_data_salt"}
		marked := 0
		for name, p := range s.settings {
			if slices.Contains(secret, name) {
				require.Equal(t, true, p["airbyte_secret"], name)
			}
			if p["airbyte_secret"] == true {
				require.Equal(t, "string", p["type"], "%s: a secret is a scalar", name)
				require.NotContains(t, p, "default", name)
				marked++
			}
		}
		require.Positive(t, marked)
	})
}

func TestSpecTypesAreScalar(t *testing.T) {
	eachSpec(t, func(t *testing.T, s spec) {
		for name, p := range s.settings {
			require.IsType(t, "", p["type"], name)
			if p["type"] == "array" {
				items, ok := p["items"].(map[string]any)
				require.True(t, ok, name)
				require.Contains(t, []any{"object", "string", "number", "integer"}, items["type"], name)
			}
		}
	})
}

func TestSpecHasNoForbiddenKeyword(t *testing.T) {
	eachSpec(t, func(t *testing.T, s spec) {
		forbidden := []string{"not", "anyOf", "patternProperties", "prefixItems", "allOf", "if", "then", "else",
			"dependentSchemas", "dependentRequired", "$ref"}
		everywhere(s.connection, "", func(above string, o map[string]any) {
			if above == "properties" {
				return // its keys are names of settings
			}
			for _, key := range forbidden {
				require.NotContains(t, o, key)
			}
			require.NotContains(t, o, "display_type", "only where oneOf is")
		})
	})
}

func TestSpecHasNoEmptyObject(t *testing.T) {
	eachSpec(t, func(t *testing.T, s spec) {
		for name, p := range s.settings {
			require.NotEqual(t, "object", p["type"], name)
		}
	})
}

func TestSpecOrderIsUnambiguous(t *testing.T) {
	eachSpec(t, func(t *testing.T, s spec) {
		orders := map[any]string{}
		for name, p := range s.settings {
			require.Contains(t, p, "order", name)
			require.NotContains(t, p, "group", name)
			require.Empty(t, orders[p["order"]], "the order of %s", name)
			orders[p["order"]] = name
		}
		for i := range len(s.settings) {
			require.NotEmpty(t, orders[float64(i)], "no setting has the order %d", i)
		}
	})
}

func TestSpecAdditionalPropertiesAreAllowed(t *testing.T) {
	eachSpec(t, func(t *testing.T, s spec) {
		everywhere(s.document, "", func(_ string, o map[string]any) {
			if v, ok := o["additionalProperties"]; ok {
				require.Equal(t, true, v)
			}
		})
	})
}

func TestSpecDateFormatsHavePatterns(t *testing.T) {
	eachSpec(t, func(t *testing.T, s spec) {
		for name, p := range s.settings {
			_, format := p["format"]
			_, pattern := p["pattern"]
			require.Equal(t, format, pattern, name)
		}
	})
}

// TestSpecReadsLikeAForm: what a person sees has a title, a sentence and, where
// the value is not plain, an example.
func TestSpecReadsLikeAForm(t *testing.T) {
	eachSpec(t, func(t *testing.T, s spec) {
		for name, p := range s.settings {
			require.NotEmpty(t, p["title"], name)
			description, _ := p["description"].(string)
			require.Regexp(t, `^[A-Z].*\.$`, description, name)
			require.Less(t, len(description), 260, name)
		}
	})
}

// TestSpecKeepsWhatItHad: no later version may take a setting away, require one
// more or narrow a type or an enum. This is what version 0.1.0 of tap-reprise had.
func TestSpecKeepsWhatItHad(t *testing.T) {
	had := map[string]string{
		"api_key": "string", "start_date": "string", "end_date": "string", "activity_types": "array", "visitor_key": "boolean",
		"visitor_company": "boolean", "poster": "boolean", "viewer_pii": "boolean", "viewer_data": "string", "viewer_data_salt": "string",
		"internal_email_domains": "array", "metrics_windows": "array", "metrics_group_by": "array", "replay_ids": "array", "link_ids": "array",
		"lookback_days": "integer", "refresh_days": "integer", "page_size": "integer", "window_rows": "integer", "concurrency": "integer",
		"retry_minutes": "integer", "token_url": "string", "base_url": "string",
	}
	s := specOf(t, programs.All()[0])
	require.Equal(t, "tap-reprise", s.program.Name)
	require.ElementsMatch(t, []any{"api_key", "start_date"}, s.connection["required"])
	require.Equal(t, 0.0, s.settings["api_key"]["order"])
	require.Equal(t, 1.0, s.settings["start_date"]["order"])
	now := s.settings
	for _, name := range slices.Sorted(maps.Keys(had)) {
		require.Contains(t, now, name)
		require.Equal(t, had[name], now[name]["type"], name)
	}
	for _, choice := range []any{"as_sent", "hashed", "none"} {
		require.Contains(t, now["viewer_data"]["enum"], choice)
	}
}
