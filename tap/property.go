package tap

import (
	"encoding/json"
	"slices"
)

// as is the type that a catalog gives to a column of type p: the catalog wins,
// since a warehouse cannot change a column's type. What is more than a plain
// type is dropped; where no plain type is left, p stands. What is inside arrays
// and objects leaves as the API sent it, so the catalog may promise no more of
// it than p does.
func (p Property) as(catalog json.RawMessage) Property {
	q, ok := parseProperty(catalog)
	if !ok {
		return p
	}
	q.Description = p.Description
	return q.within(p)
}

// parseProperty reads a JSON Schema whose type may be one text or a list. Types
// that JSON Schema does not know are left out.
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
	var types []string
	if json.Unmarshal(doc.Type, &types) != nil {
		var one string
		if json.Unmarshal(doc.Type, &one) != nil {
			return Property{}, false
		}
		types = []string{one}
	}
	var p Property
	for _, t := range types {
		if (t == "null" || isBase(t)) && !slices.Contains(p.Type, t) {
			p.Type = append(p.Type, t)
		}
	}
	if !slices.ContainsFunc(p.Type, isBase) {
		return Property{}, false
	}
	if doc.Format == "date-time" && slices.Contains(p.Type, "string") {
		p.Format = doc.Format
	}
	if items, ok := parseProperty(doc.Items); ok && slices.Contains(p.Type, "array") {
		p.Items = &items
	}
	for name, inner := range doc.Properties {
		if q, ok := parseProperty(inner); ok && slices.Contains(p.Type, "object") {
			if p.Properties == nil {
				p.Properties = map[string]Property{}
			}
			p.Properties[name] = q
		}
	}
	return p, true
}

// isBase reports whether t is a type of JSON Schema, other than null.
func isBase(t string) bool {
	return slices.Contains([]string{"string", "integer", "number", "boolean", "object", "array"}, t)
}

// within is p, but of values inside others it promises no more than own does: rows
// keep what the API's own type promises, and nothing else.
func (p Property) within(own Property) Property {
	if p.Items != nil && slices.Contains(own.Type, "array") {
		items := p.Items
		if p.Items = nil; own.Items != nil {
			inner := items.within(*own.Items).formatted(*own.Items)
			p.Items = &inner
		}
	}
	if p.Properties != nil && slices.Contains(own.Type, "object") {
		members := p.Properties
		p.Properties = nil
		for name, q := range members {
			if inner, promised := own.Properties[name]; promised {
				if p.Properties == nil {
					p.Properties = map[string]Property{}
				}
				p.Properties[name] = q.within(inner).formatted(inner)
			}
		}
	}
	return p
}

// formatted is p with a format only if own has it.
func (p Property) formatted(own Property) Property {
	if p.Format != own.Format {
		p.Format = ""
	}
	return p
}

// orNull is p with null beside its type, at any depth.
func (p Property) orNull() Property {
	return p.everywhere(func(p Property) Property {
		if !slices.Contains(p.Type, "null") {
			p.Type = append(slices.Clone(p.Type), "null")
		}
		return p
	})
}

// everywhere is p changed, and so what is in it, at any depth. p itself stays.
func (p Property) everywhere(change func(Property) Property) Property {
	p = change(p)
	if p.Items != nil {
		items := p.Items.everywhere(change)
		p.Items = &items
	}
	if p.Properties != nil {
		inner := make(map[string]Property, len(p.Properties))
		for name, q := range p.Properties {
			inner[name] = q.everywhere(change)
		}
		p.Properties = inner
	}
	return p
}

// Plain is p without descriptions, at any depth.
func (p Property) Plain() Property {
	return p.everywhere(func(p Property) Property {
		p.Description = ""
		return p
	})
}
