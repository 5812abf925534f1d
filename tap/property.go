package tap

import (
	"encoding/json"
)

// as is the type that a catalog gives to a column of type p: the catalog wins,
// since a warehouse cannot change a column's type. What is more than a plain
// type is dropped; where no plain type is left, p stands.
func (p Property) as(catalog json.RawMessage) Property {
	q, ok := parseProperty(catalog)
	if !ok {
		return p
	}
	q.Description = p.Description
	return q
}

// parseProperty reads a JSON Schema whose type may be one text or a list.
func parseProperty(raw json.RawMessage) (Property, bool) {
	var doc struct {
		Type       json.RawMessage            `json:"type"`
		Format     string                     `json:"format"`
		Items      json.RawMessage            `json:"items"`
		Properties map[string]json.RawMessage `json:"properties"`
	}
	if json.Unmarshal(raw, &doc) != nil || len(doc.Type) == 0 {
		return Property{}, false
	}
	var p Property
	if json.Unmarshal(doc.Type, &p.Type) != nil {
		var one string
		if json.Unmarshal(doc.Type, &one) != nil {
			return Property{}, false
		}
		p.Type = []string{one}
	}
	if len(p.Type) == 0 {
		return Property{}, false
	}
	if doc.Format == "date-time" {
		p.Format = doc.Format
	}
	if items, ok := parseProperty(doc.Items); ok {
		p.Items = &items
	}
	for name, inner := range doc.Properties {
		if q, ok := parseProperty(inner); ok {
			if p.Properties == nil {
				p.Properties = map[string]Property{}
			}
			p.Properties[name] = q
		}
	}
	return p, true
}
