package program

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"tap-reprise/internal/object"
)

// AboutText describes the program in the format "json", "markdown" or text, with
// the words and keys of Meltano's SDK: the hub's tools read them. capabilities are
// the hub's words for what the program can do.
func (a App) AboutText(format string, capabilities []string) ([]byte, error) {
	s, err := parseSpec(a.Spec)
	if err != nil {
		return nil, err
	}
	switch format {
	case "json":
		return a.aboutJSON(s, capabilities), nil
	case "markdown":
		return a.aboutMarkdown(s, capabilities), nil
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "Name: %s\nDescription: %s\nVersion: %s\nCapabilities:\n", a.Name, a.About, a.Version)
	for _, c := range capabilities {
		fmt.Fprintf(&b, "  - %s\n", c)
	}
	b.WriteString("Settings:\n")
	for _, set := range s.settings {
		fmt.Fprintf(&b, "  - Name: %s\n    Type: %s\n    Environment Variable: %s%s\n",
			set.Name, object.Encode(set.types()), a.EnvPrefix(), strings.ToUpper(set.Name))
		b.WriteString(set.more())
	}
	return b.Bytes(), nil
}

// more is what the text form says of a setting besides the lines of the SDK.
func (s *setting) more() string {
	var b strings.Builder
	line := func(name, text string) { Beside(&b, 5+len(name), "  "+name, text) }
	if s.Required {
		line("Required:", "yes")
	}
	if s.Default != nil {
		line("Default:", string(s.Default))
	}
	values := s.Enum
	if s.Items != nil {
		values = s.Items.Enum
	}
	if values != nil {
		line("Values:", strings.Join(values, ", "))
	}
	line("Description:", s.Description)
	return b.String()
}

// types is the setting's type as the SDK lists it: null beside it unless the
// setting is required.
func (s *setting) types() []string {
	if s.Required {
		return []string{s.Type}
	}
	return []string{s.Type, "null"}
}

// An aboutDocument is what the hub's tools read.
type aboutDocument struct {
	Name         string   `json:"name"`
	Description  string   `json:"description"`
	Version      string   `json:"version"`
	SDK          string   `json:"sdk_version"`
	Pythons      []string `json:"supported_python_versions"`
	Capabilities []string `json:"capabilities"`
	Settings     struct {
		Type       string        `json:"type"`
		Properties object.Object `json:"properties"`
		Required   []string      `json:"required"`
	} `json:"settings"`
}

// An aboutSetting is a setting as the SDK shows it.
type aboutSetting struct {
	Type        []string        `json:"type"`
	Title       string          `json:"title"`
	Description string          `json:"description"`
	Default     json.RawMessage `json:"default,omitempty"`
	Enum        []string        `json:"enum,omitempty"`
	Items       *aboutItems     `json:"items,omitempty"`
	Minimum     *int64          `json:"minimum,omitempty"`
	Maximum     *int64          `json:"maximum,omitempty"`
	Secret      bool            `json:"secret,omitempty"`
	WriteOnly   bool            `json:"writeOnly,omitempty"`
}

type aboutItems struct {
	Type []string `json:"type"`
	Enum []string `json:"enum,omitempty"`
}

func (a App) aboutJSON(s *spec, capabilities []string) []byte {
	doc := aboutDocument{Name: a.Name, Description: a.About, Version: a.Version, Pythons: []string{}, Capabilities: capabilities}
	doc.Settings.Type, doc.Settings.Required = "object", []string{}
	for _, set := range s.settings {
		if set.Required {
			doc.Settings.Required = append(doc.Settings.Required, set.Name)
		}
		about := aboutSetting{Type: set.types(), Title: set.Title, Description: set.Description, Default: set.Default, Enum: set.Enum,
			Minimum: set.Minimum, Maximum: set.Maximum, Secret: set.Secret, WriteOnly: set.Secret}
		if set.Items != nil {
			about.Items = &aboutItems{Type: []string{set.Items.Type}, Enum: set.Items.Enum}
		}
		doc.Settings.Properties.Add(set.Name, about)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, object.Encode(doc), "", "  "); err != nil {
		panic(err) // it was just encoded
	}
	out.WriteByte('\n')
	return out.Bytes()
}

func (a App) aboutMarkdown(s *spec, capabilities []string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# `%s`\n\n%s\n\n## Capabilities\n\n", a.Name, a.About)
	for _, c := range capabilities {
		fmt.Fprintf(&b, "- `%s`\n", c)
	}
	b.WriteString("\n## Settings\n\n| Setting | Required | Default | Description |\n|:--------|:--------:|:-------:|:------------|\n")
	for _, set := range s.settings {
		required, def := "False", "None"
		if set.Required {
			required = "True"
		}
		if set.Default != nil {
			def = strings.ReplaceAll(string(set.Default), "|", `\|`)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", set.Name, required, def, strings.ReplaceAll(set.Description, "|", `\|`))
	}
	fmt.Fprintf(&b, "\nA full list of supported settings and capabilities is available by running: `%s --about`\n", a.Name)
	return b.Bytes()
}

// Beside writes name and, from column indent on, text, in as many lines as it takes.
func Beside(b *strings.Builder, indent int, name, text string) {
	line := fmt.Sprintf("%-*s", indent-1, "  "+name)
	for word := range strings.FieldsSeq(text) {
		if len(line)+1+len(word) > PageWidth {
			b.WriteString(line + "\n")
			line = strings.Repeat(" ", indent-1)
		}
		line += " " + word
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}
