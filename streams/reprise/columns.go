package reprise

import (
	"slices"

	"tap-reprise/internal/rows"
	"tap-reprise/schemas"
	"tap-reprise/tap"
)

// streamOf builds a stream from the meta of an answer (Reprise Data API,
// section 2). Columns that the built-in schema describes get its description.
// Keys and the clock are there in any case: loaders cannot do without them.
// unknown is called with columns of an unknown type.
func (t *table) streamOf(c *Config, meta []rows.Meta, unknown func(rows.Meta)) tap.Stream {
	s := tap.Stream{Name: t.name, Key: t.key, ReplicationKey: t.clock, Aliases: t.aliases}
	known := map[string]string{}
	for _, b := range t.known.Columns {
		known[b.Name] = b.Description
	}
	meta, _ = t.offered(c, meta)
	for _, m := range meta {
		if t.hidden(c, m.Name) {
			continue
		}
		typ, ok := schemas.FromMeta(m.Type)
		if !ok {
			unknown(m)
		}
		p := property(typ)
		if slices.Contains(t.viewer, m.Name) && c.ViewerData == "hashed" {
			p = property(schemas.Type{JSON: "string", Nullable: true})
		}
		s.Columns = append(s.Columns, t.column(m.Name, p, known[m.Name]))
	}
	for _, b := range t.known.Columns {
		described := slices.ContainsFunc(meta, func(m rows.Meta) bool { return m.Name == b.Name })
		if b.Added || !described && (slices.Contains(t.key, b.Name) || b.Name == t.clock) {
			typ, _ := schemas.FromMeta(b.Type)
			s.Columns = append(s.Columns, t.column(b.Name, property(typ), b.Description))
		}
	}
	if t.computesInternal(c) {
		s.Columns = append(s.Columns, t.column(internalColumn, property(schemas.Type{JSON: "boolean"}),
			"whether the viewer's address is at one of internal_email_domains"))
	}
	return s
}

// column completes one column. Every column but a key may be null: the API
// documents no column as always there, and loaders add columns as nullable.
func (t *table) column(name string, p tap.Property, description string) tap.Column {
	p.Description = description
	key := slices.Contains(t.key, name)
	if key {
		p.Type = []string{"string"}
		if name != t.clock {
			p.Format = ""
		}
	}
	return tap.Column{Name: name, Schema: p, Automatic: key || name == t.clock, Selected: true}
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
func (t *table) hidden(c *Config, name string) bool {
	return c.ViewerData == "none" && slices.Contains(t.viewer, name)
}

// computesInternal reports whether the stream has viewer_is_internal: domains
// are configured, and the column that it is computed from is there.
func (t *table) computesInternal(c *Config) bool {
	if len(c.InternalEmailDomains) == 0 || t.internal == "" {
		return false
	}
	for param, columns := range t.optional {
		if slices.Contains(columns, t.internal) && !c.asks(param) {
			return false
		}
	}
	return true
}

// builtinMeta is what the API most likely sends for this config: the columns of the
// built-in schema.
func (t *table) builtinMeta(c *Config) []rows.Meta {
	var meta []rows.Meta
	for _, b := range t.known.Columns {
		if b.Added || b.Param != "" && !c.asks(b.Param) {
			continue
		}
		meta = append(meta, rows.Meta{Name: b.Name, Type: b.Type})
	}
	return meta
}
