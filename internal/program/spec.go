package program

import (
	"encoding/json"
	"fmt"
	"slices"

	"tap-reprise/internal/object"
)

// A spec is the config's schema, read from the Airbyte specification.
type spec struct {
	schema   json.RawMessage // connectionSpecification
	settings []setting       // in the order of the document
}

// A setting is one key of the config.
type setting struct {
	Name        string            `json:"-"`
	Required    bool              `json:"-"`
	Type        string            `json:"type"`
	Title       string            `json:"title"`
	Description string            `json:"description"`
	Default     json.RawMessage   `json:"default"`
	Enum        []string          `json:"enum"`
	Examples    []json.RawMessage `json:"examples"`
	Minimum     *int64            `json:"minimum"`
	Maximum     *int64            `json:"maximum"`
	Secret      bool              `json:"airbyte_secret"`
	Items       *setting          `json:"items"`
}

// parseSpec reads the document that Airbyte's spec command prints.
func parseSpec(doc []byte) (*spec, error) {
	var outer struct {
		Schema json.RawMessage `json:"connectionSpecification"`
	}
	if err := json.Unmarshal(doc, &outer); err != nil {
		return nil, fmt.Errorf("spec: %w", err)
	}
	var schema struct {
		Properties json.RawMessage `json:"properties"`
		Required   []string        `json:"required"`
	}
	if err := json.Unmarshal(outer.Schema, &schema); err != nil {
		return nil, fmt.Errorf("spec: connectionSpecification: %w", err)
	}
	properties, err := object.Members(schema.Properties)
	if err != nil {
		return nil, fmt.Errorf("spec: properties: %w", err)
	}
	s := &spec{schema: outer.Schema}
	for _, p := range properties {
		set := setting{Name: p.Name, Required: slices.Contains(schema.Required, p.Name)}
		if err := json.Unmarshal(p.Value, &set); err != nil {
			return nil, fmt.Errorf("spec: property %s: %w", p.Name, err)
		}
		s.settings = append(s.settings, set)
	}
	return s, nil
}

// names lists the keys of the config.
func (s *spec) names() (list []string) {
	for _, set := range s.settings {
		list = append(list, set.Name)
	}
	return list
}

// find returns the setting of that name, or nil.
func (s *spec) find(name string) *setting {
	for i := range s.settings {
		if s.settings[i].Name == name {
			return &s.settings[i]
		}
	}
	return nil
}
