package tap

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// capabilities are the words of Meltano's hub for what a tap can do.
var capabilities = []string{"about", "catalog", "discover", "state", "structured-logging", "test"}

// aboutText describes the connector in the format "json", "markdown" or text,
// with the words and keys of Meltano's SDK: the hub's tools read them.
func (a App) aboutText(format string) ([]byte, error) {
	s, err := parseSpec(a.Spec)
	if err != nil {
		return nil, err
	}
	switch format {
	case "json":
		return a.aboutJSON(s), nil
	case "markdown":
		return a.aboutMarkdown(s), nil
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "Name: %s\nDescription: %s\nVersion: %s\nCapabilities:\n", a.Name, a.About, a.Version)
	for _, c := range capabilities {
		fmt.Fprintf(&b, "  - %s\n", c)
	}
	b.WriteString("Settings:\n")
	for _, set := range s.settings {
		fmt.Fprintf(&b, "  - Name: %s\n    Type: %s\n    Environment Variable: %s%s\n",
			set.Name, encode(set.types()), a.envPrefix(), strings.ToUpper(set.Name))
		b.WriteString(set.more())
	}
	return b.Bytes(), nil
}

// more is what the text form says of a setting besides the lines of the SDK.
func (s *setting) more() string {
	var b strings.Builder
	line := func(name, text string) { beside(&b, 5+len(name), "  "+name, text) }
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

func (a App) aboutJSON(s *spec) []byte {
	b := []byte("{")
	b = appendMember(b, "name", encode(a.Name))
	b = appendMember(b, "description", encode(a.About))
	b = appendMember(b, "version", encode(a.Version))
	b = appendMember(b, "sdk_version", encode(""))
	b = appendMember(b, "supported_python_versions", encode([]string{}))
	b = appendMember(b, "capabilities", encode(capabilities))
	b = appendMember(b, "settings", nil)
	b = append(b, `{"type":"object","properties":{`...)
	required := []string{}
	for _, set := range s.settings {
		if set.Required {
			required = append(required, set.Name)
		}
		b = appendMember(b, set.Name, set.about())
	}
	b = append(b, `},"required":`...)
	b = append(append(b, encode(required)...), "}}"...)
	var out bytes.Buffer
	if err := json.Indent(&out, b, "", "  "); err != nil {
		panic(err) // b was just encoded
	}
	out.WriteByte('\n')
	return out.Bytes()
}

// about is the setting as the SDK shows it.
func (s *setting) about() []byte {
	b := []byte("{")
	b = appendMember(b, "type", encode(s.types()))
	b = appendMember(b, "title", encode(s.Title))
	b = appendMember(b, "description", encode(s.Description))
	if s.Default != nil {
		b = appendMember(b, "default", s.Default)
	}
	if s.Enum != nil {
		b = appendMember(b, "enum", encode(s.Enum))
	}
	if s.Items != nil {
		items := appendMember([]byte("{"), "type", encode([]string{s.Items.Type}))
		if s.Items.Enum != nil {
			items = appendMember(items, "enum", encode(s.Items.Enum))
		}
		b = appendMember(b, "items", append(items, '}'))
	}
	if s.Minimum != nil {
		b = appendMember(b, "minimum", encode(s.Minimum))
	}
	if s.Maximum != nil {
		b = appendMember(b, "maximum", encode(s.Maximum))
	}
	if s.Secret {
		b = appendMember(b, "secret", []byte("true"))
		b = appendMember(b, "writeOnly", []byte("true"))
	}
	return append(b, '}')
}

func (a App) aboutMarkdown(s *spec) []byte {
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
