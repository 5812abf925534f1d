package airbyte

import (
	"maps"
	"slices"

	"tap-reprise/internal/object"
	"tap-reprise/tap"
)

// catalogLine is the CATALOG message that offers streams. Each goes on from
// its state in either sync mode, and tells its own cursor and key.
func catalogLine(streams []tap.Stream) []byte {
	b := []byte(`{"type":"CATALOG","catalog":{"streams":[`)
	for i, s := range streams {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendStream(b, s)
	}
	return append(b, "]}}\n"...)
}

func appendStream(b []byte, s tap.Stream) []byte {
	b = append(b, '{')
	b = object.AppendMember(b, "name", object.Encode(s.Name))
	b = object.AppendMember(b, "json_schema", nil)
	b = append(b, `{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","additionalProperties":true,"properties":{`...)
	for _, c := range s.Columns {
		b = object.AppendMember(b, c.Name, appendProperty(nil, c.Schema))
	}
	b = append(b, "}}"...)
	key := make([][]string, len(s.Key))
	for i, name := range s.Key {
		key[i] = []string{name}
	}
	if s.ReplicationKey == "" {
		b = object.AppendMember(b, "supported_sync_modes", object.Encode([]string{"full_refresh"}))
	} else {
		b = object.AppendMember(b, "supported_sync_modes", object.Encode([]string{"full_refresh", "incremental"}))
		b = object.AppendMember(b, "source_defined_cursor", []byte("true"))
		b = object.AppendMember(b, "default_cursor_field", object.Encode([]string{s.ReplicationKey}))
		b = object.AppendMember(b, "is_resumable", []byte("true"))
	}
	return append(object.AppendMember(b, "source_defined_primary_key", object.Encode(key)), '}')
}

// appendProperty appends the schema of a value with Airbyte's own types in it.
func appendProperty(b []byte, p tap.Property) []byte {
	b = append(b, '{')
	b = object.AppendMember(b, "type", object.Encode(p.Type))
	if p.Format != "" {
		b = object.AppendMember(b, "format", object.Encode(p.Format))
	}
	if p.Format == "date-time" {
		b = object.AppendMember(b, "airbyte_type", object.Encode("timestamp_with_timezone"))
	}
	if p.Items != nil {
		b = object.AppendMember(b, "items", appendProperty(nil, *p.Items))
	}
	if p.Properties != nil {
		inner := []byte("{")
		for _, name := range sortedNames(p.Properties) {
			inner = object.AppendMember(inner, name, appendProperty(nil, p.Properties[name]))
		}
		b = object.AppendMember(b, "properties", append(inner, '}'))
	}
	if p.Description != "" {
		b = object.AppendMember(b, "description", object.Encode(p.Description))
	}
	return append(b, '}')
}

// sortedNames lists the names of properties in a fixed order.
func sortedNames(properties map[string]tap.Property) []string {
	return slices.Sorted(maps.Keys(properties))
}
