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

func (a App) aboutJSON(s *spec, capabilities []string) []byte {
	b := []byte("{")
	b = object.AppendMember(b, "name", object.Encode(a.Name))
	b = object.AppendMember(b, "description", object.Encode(a.About))
	b = object.AppendMember(b, "version", object.Encode(a.Version))
	b = object.AppendMember(b, "sdk_version", object.Encode(""))
	b = object.AppendMember(b, "supported_python_versions", object.Encode([]string{}))
	b = object.AppendMember(b, "capabilities", object.Encode(capabilities))
	b = object.AppendMember(b, "settings", nil)
	b = append(b, `{"type":"object","properties":{`...)
	required := []string{}
	for _, set := range s.settings {
		if set.Required {
			required = append(required, set.Name)
		}
		b = object.AppendMember(b, set.Name, set.about())
	}
	b = append(b, `},"required":`...)
	b = append(append(b, object.Encode(required)...), "}}"...)
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
	b = object.AppendMember(b, "type", object.Encode(s.types()))
	b = object.AppendMember(b, "title", object.Encode(s.Title))
	b = object.AppendMember(b, "description", object.Encode(s.Description))
	if s.Default != nil {
		b = object.AppendMember(b, "default", s.Default)
	}
	if s.Enum != nil {
		b = object.AppendMember(b, "enum", object.Encode(s.Enum))
	}
	if s.Items != nil {
		items := object.AppendMember([]byte("{"), "type", object.Encode([]string{s.Items.Type}))
		if s.Items.Enum != nil {
			items = object.AppendMember(items, "enum", object.Encode(s.Items.Enum))
		}
		b = object.AppendMember(b, "items", append(items, '}'))
	}
	if s.Minimum != nil {
		b = object.AppendMember(b, "minimum", object.Encode(s.Minimum))
	}
	if s.Maximum != nil {
		b = object.AppendMember(b, "maximum", object.Encode(s.Maximum))
	}
	if s.Secret {
		b = object.AppendMember(b, "secret", []byte("true"))
		b = object.AppendMember(b, "writeOnly", []byte("true"))
	}
	return append(b, '}')
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
