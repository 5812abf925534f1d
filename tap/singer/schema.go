package singer

import (
	"tap-reprise/internal/object"
	"tap-reprise/tap"
)

// A schemaMessage is a SCHEMA line.
type schemaMessage struct {
	Type      string       `json:"type"`
	Stream    string       `json:"stream"`
	Schema    streamSchema `json:"schema"`
	Key       []string     `json:"key_properties"`
	Bookmarks []string     `json:"bookmark_properties,omitempty"`
}

// A streamSchema is the JSON Schema of a row.
type streamSchema struct {
	Type       string        `json:"type"`
	Properties object.Object `json:"properties"`
}

// appendSchema appends the SCHEMA line of s: selected columns in their order,
// plain types only. Loaders refuse or misread nearly every other keyword of
// JSON Schema, and descriptions are in the catalog.
func appendSchema(b []byte, s tap.Stream) []byte {
	m := schemaMessage{Type: "SCHEMA", Stream: s.Name, Schema: streamSchema{Type: "object"}, Key: append([]string{}, s.Key...)}
	for _, c := range s.Columns {
		if c.Selected {
			m.Schema.Properties.Add(c.Name, c.Schema.Plain())
		}
	}
	if s.ReplicationKey != "" {
		m.Bookmarks = []string{s.ReplicationKey}
	}
	return append(append(b, object.Encode(m)...), '\n')
}
