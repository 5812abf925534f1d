package airbyte

import (
	"tap-reprise/internal/object"
	"tap-reprise/tap"
)

// A catalog offers streams.
type catalog struct {
	Streams []offer `json:"streams"`
}

// An offer is a stream, which goes on from its state in either sync mode, and has a
// cursor and a key of its own.
type offer struct {
	Name      string     `json:"name"`
	Schema    jsonSchema `json:"json_schema"`
	Modes     []string   `json:"supported_sync_modes"`
	OwnCursor bool       `json:"source_defined_cursor,omitempty"`
	Cursor    []string   `json:"default_cursor_field,omitempty"`
	Resumable bool       `json:"is_resumable,omitempty"`
	Key       [][]string `json:"source_defined_primary_key"`
}

type jsonSchema struct {
	Schema     string        `json:"$schema"`
	Type       string        `json:"type"`
	Additional bool          `json:"additionalProperties"`
	Properties object.Object `json:"properties"`
}

// A property is a tap.Property with Airbyte's own types in it.
type property struct {
	Type        []string            `json:"type"`
	Format      string              `json:"format,omitempty"`
	AirbyteType string              `json:"airbyte_type,omitempty"`
	Items       *property           `json:"items,omitempty"`
	Properties  map[string]property `json:"properties,omitempty"`
	Description string              `json:"description,omitempty"`
}

// catalogOf offers streams.
func catalogOf(streams []tap.Stream) *catalog {
	c := &catalog{Streams: []offer{}}
	for _, s := range streams {
		o := offer{Name: s.Name, Modes: []string{"full_refresh"}, Key: make([][]string, len(s.Key)),
			Schema: jsonSchema{Schema: "http://json-schema.org/draft-07/schema#", Type: "object", Additional: true}}
		for _, c := range s.Columns {
			o.Schema.Properties.Add(c.Name, propertyOf(c.Schema))
		}
		for i, name := range s.Key {
			o.Key[i] = []string{name}
		}
		if s.ReplicationKey != "" {
			o.Modes, o.Cursor = append(o.Modes, "incremental"), []string{s.ReplicationKey}
			o.OwnCursor, o.Resumable = true, true
		}
		c.Streams = append(c.Streams, o)
	}
	return c
}

func propertyOf(p tap.Property) property {
	q := property{Type: p.Type, Format: p.Format, Description: p.Description}
	if p.Format == "date-time" {
		q.AirbyteType = "timestamp_with_timezone"
	}
	if p.Items != nil {
		items := propertyOf(*p.Items)
		q.Items = &items
	}
	if p.Properties != nil {
		q.Properties = make(map[string]property, len(p.Properties))
		for name, inner := range p.Properties {
			q.Properties[name] = propertyOf(inner)
		}
	}
	return q
}
