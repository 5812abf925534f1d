package streams

import (
	"cmp"
	"slices"

	"tap-reprise/internal/rows"
	"tap-reprise/schemas"
	"tap-reprise/tap"
)

// streamOf builds a stream from the columns that an endpoint describes. Columns that the built-in schema describes get its description.
// Keys and the clock are there in any case: loaders cannot do without them.
// unknown is called with columns of an unknown type.
func (t *Table) streamOf(set *Settings, meta []rows.Meta, unknown func(rows.Meta)) tap.Stream {
	s := tap.Stream{Name: t.Name, Key: t.Key, ReplicationKey: cmp.Or(t.Clock, t.Cursor), Aliases: t.Aliases, OptIn: t.OptIn, Costs: t.Costs}
	known := map[string]string{}
	for _, b := range t.Known.Columns {
		known[b.Name] = b.Description
	}
	meta, _ = t.offered(meta)
	for _, m := range meta {
		if t.hidden(set, m.Name) {
			continue
		}
		typ, ok := schemas.FromMeta(m.Type)
		if !ok && unknown != nil {
			unknown(m)
		}
		p := property(typ)
		if slices.Contains(t.Personal, m.Name) && set.Personal == "hashed" {
			p = property(schemas.Type{JSON: "string", Nullable: true})
		}
		s.Columns = append(s.Columns, t.column(m.Name, p, known[m.Name]))
	}
	for _, b := range t.Known.Columns {
		described := slices.ContainsFunc(meta, func(m rows.Meta) bool { return m.Name == b.Name })
		if b.Added || !described && (slices.Contains(t.Key, b.Name) || b.Name == t.Clock) {
			typ, _ := schemas.FromMeta(b.Type)
			s.Columns = append(s.Columns, t.column(b.Name, property(typ), b.Description))
		}
	}
	for _, own := range t.Own {
		if own.Description != "" {
			s.Columns = append(s.Columns, t.column(own.Name, property(schemas.Type{JSON: "boolean"}), own.Description))
		}
	}
	return s
}

// column completes one column. Every column but a key may be null: the API
// documents no column as always there, and loaders add columns as nullable.
func (t *Table) column(name string, p tap.Property, description string) tap.Column {
	p.Description = description
	key := slices.Contains(t.Key, name)
	switch {
	case key && t.Fixed: // it is what the table says
		p.Type = p.Type[:1]
	case key:
		p.Type = []string{"string"}
		if name != t.Clock {
			p.Format = ""
		}
	}
	return tap.Column{Name: name, Schema: p, Automatic: key || name == t.Clock || name == t.Cursor || slices.Contains(t.Automatic, name), Selected: true}
}

func property(t schemas.Type) tap.Property {
	p := tap.Property{Type: []string{t.JSON, "null"}, Format: t.Format}
	if t.Items != nil {
		items := property(*t.Items)
		p.Items = &items
	}
	for _, f := range t.Fields {
		if p.Properties == nil {
			p.Properties = map[string]tap.Property{}
		}
		p.Properties[f.Name] = property(f.Type)
	}
	return p
}

// hidden reports whether a column is left out of everything.
func (t *Table) hidden(set *Settings, name string) bool {
	return set.Personal == "none" && slices.Contains(t.Personal, name)
}

// builtinMeta is what the API most likely sends for the config: the columns of the
// built-in schema.
func (t *Table) builtinMeta() []rows.Meta {
	var meta []rows.Meta
	for _, b := range t.Known.Columns {
		if b.Added || b.Param != "" && !t.asks(b.Param) {
			continue
		}
		meta = append(meta, rows.Meta{Name: b.Name, Type: b.Type})
	}
	return meta
}
