package tap

// airbyteCatalog is the CATALOG message that offers streams. Each goes on from
// its state in either sync mode, and tells its own cursor and key.
func airbyteCatalog(streams []Stream) []byte {
	b := []byte(`{"type":"CATALOG","catalog":{"streams":[`)
	for i, s := range streams {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendAirbyteStream(b, s)
	}
	return append(b, "]}}\n"...)
}

func appendAirbyteStream(b []byte, s Stream) []byte {
	b = append(b, '{')
	b = appendMember(b, "name", encode(s.Name))
	b = appendMember(b, "json_schema", nil)
	b = append(b, `{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","additionalProperties":true,"properties":{`...)
	for _, c := range s.Columns {
		b = appendMember(b, c.Name, appendProperty(nil, c.Schema))
	}
	b = append(b, "}}"...)
	key := make([][]string, len(s.Key))
	for i, name := range s.Key {
		key[i] = []string{name}
	}
	if s.ReplicationKey == "" {
		b = appendMember(b, "supported_sync_modes", encode([]string{"full_refresh"}))
	} else {
		b = appendMember(b, "supported_sync_modes", encode([]string{"full_refresh", "incremental"}))
		b = appendMember(b, "source_defined_cursor", []byte("true"))
		b = appendMember(b, "default_cursor_field", encode([]string{s.ReplicationKey}))
		b = appendMember(b, "is_resumable", []byte("true"))
	}
	return append(appendMember(b, "source_defined_primary_key", encode(key)), '}')
}

// appendProperty appends the schema of a value with Airbyte's own types in it.
func appendProperty(b []byte, p Property) []byte {
	b = append(b, '{')
	b = appendMember(b, "type", encode(p.Type))
	if p.Format != "" {
		b = appendMember(b, "format", encode(p.Format))
	}
	if p.Format == "date-time" {
		b = appendMember(b, "airbyte_type", encode("timestamp_with_timezone"))
	}
	if p.Items != nil {
		b = appendMember(b, "items", appendProperty(nil, *p.Items))
	}
	if p.Properties != nil {
		inner := []byte("{")
		for _, name := range sortedNames(p.Properties) {
			inner = appendMember(inner, name, appendProperty(nil, p.Properties[name]))
		}
		b = appendMember(b, "properties", append(inner, '}'))
	}
	if p.Description != "" {
		b = appendMember(b, "description", encode(p.Description))
	}
	return append(b, '}')
}
