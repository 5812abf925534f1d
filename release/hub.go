package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"tap-reprise/release/programs"
)

// hubHead stands above a definition.
const hubHead = `# The definition of the extractor for Meltano Hub, where it lies at
# _data/meltano/extractors/NAME/VARIANT.yml, and for ` + "`meltano add --from-ref`" + `.
# Made of spec.json by: go test ./release -run Hub -update
#
# pip_url is the path or the URL of a wheel, which the user sets as WHEEL in
# the project's .env: docs/install.md shows how. It is no name, since in a package
# index anybody can own a name. Without WHEEL Meltano refuses to install.
`

// capabilities are what --about lists, the same for every tap.
var capabilities = []string{"about", "catalog", "discover", "state", "structured-logging", "test"}

// hubDefinition is the text of hub/NAME.yml: a program for Meltano Hub, in the
// words and the order of its schema.
func hubDefinition(repo fs.FS, p programs.Program) ([]byte, error) {
	text, err := fs.ReadFile(repo, p.Path("spec.json"))
	if err != nil {
		return nil, err
	}
	var spec struct {
		Form form `json:"connectionSpecification"`
	}
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, fmt.Errorf("%s: %w", p.Path("spec.json"), err)
	}
	var out bytes.Buffer
	out.WriteString(strings.NewReplacer("NAME", p.Name, "WHEEL", p.Wheel()).Replace(hubHead))
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	// A map's keys are written in the order of the alphabet, as the hub has them.
	err = e.Encode(map[string]any{
		"capabilities":              capabilities,
		"description":               p.About,
		"domain_url":                p.Website,
		"executable":                p.Name,
		"keywords":                  []string{"api"},
		"label":                     spec.Form.Title,
		"logo_url":                  "/assets/logos/extractors/" + p.System() + ".png",
		"maintenance_status":        "active",
		"name":                      p.Name,
		"namespace":                 p.Snake(),
		"next_steps":                "",
		"pip_url":                   "${" + p.Wheel() + "}",
		"quality":                   "unknown",
		"settings":                  spec.Form.settings(),
		"settings_group_validation": [][]string{spec.Form.Required},
		"settings_preamble":         "",
		"usage":                     "",
		"variant":                   p.Name,
	})
	return out.Bytes(), err
}

// A form is the schema of a config, as spec.json has it.
type form struct {
	Title      string
	Required   []string
	Properties map[string]property
}

// settings are its properties, in their order.
func (f form) settings() []map[string]any {
	names := make([]string, 0, len(f.Properties))
	for name := range f.Properties {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return f.Properties[a].Order - f.Properties[b].Order })
	list := make([]map[string]any, len(names))
	for i, name := range names {
		list[i] = f.Properties[name].setting(name)
	}
	return list
}

// A property is a config key.
type property struct {
	Type, Title, Description string
	Enum                     []string
	Default                  any
	Secret                   bool `json:"airbyte_secret"`
	Order                    int
}

// setting is p in the words of the hub's schema, common/base_setting.
func (p property) setting(name string) map[string]any {
	s := map[string]any{"name": name, "label": p.Title, "description": p.Description, "kind": p.Type}
	if strings.HasSuffix(name, "_date") {
		s["kind"] = "date_iso8601"
	}
	if p.Enum != nil {
		var options []map[string]string
		for _, value := range p.Enum {
			label := strings.ReplaceAll(value, "_", " ")
			options = append(options, map[string]string{"label": strings.ToUpper(label[:1]) + label[1:], "value": value})
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
