package singer

import (
	"tap-reprise/internal/object"
	"tap-reprise/tap"
)

// appendSchema appends the SCHEMA line of s: selected columns in their order,
// plain types only. Loaders refuse or misread nearly every other keyword of
// JSON Schema, and descriptions are in the catalog.
func appendSchema(b []byte, s tap.Stream) []byte {
	b = append(b, `{"type":"SCHEMA","stream":`...)
	b = append(b, object.Encode(s.Name)...)
	b = append(b, `,"schema":{"type":"object","properties":{`...)
	first := true
	for _, c := range s.Columns {
		if !c.Selected {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(b, object.Encode(c.Name)...)
		b = append(b, ':')
		b = append(b, object.Encode(c.Schema.Plain())...)
	}
	b = append(b, `}},"key_properties":`...)
	b = append(b, object.Encode(append([]string{}, s.Key...))...)
	if s.ReplicationKey != "" {
		b = append(b, `,"bookmark_properties":`...)
		b = append(b, object.Encode([]string{s.ReplicationKey})...)
	}
	return append(b, "}\n"...)
}
