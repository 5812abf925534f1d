package reprise

import (
	"fmt"
	"slices"

	"tap-reprise/rows"
	"tap-reprise/schemas"
	"tap-reprise/tap"
)

// plan says what becomes of each column of an answer with this meta, so that
// the rows are what the stream's catalog entry promises. constant are ready
// members for the end of each row.
func (r *reader) plan(meta []rows.Meta, constant []byte) *rows.Plan {
	types := map[string]schemas.Type{}
	for _, m := range meta {
		types[m.Name], _ = schemas.FromMeta(m.Type)
	}
	p := &rows.Plan{Constant: constant}
	planned := map[string]bool{}
	for _, c := range r.stream.Columns {
		planned[c.Name] = true
		switch {
		case c.Name == internalColumn:
			if c.Selected {
				p.Derived = append(p.Derived, rows.Derived{Name: c.Name, From: r.table.internal,
					Value: internal(r.config.InternalEmailDomains)})
			}
		case slices.Contains(r.table.added, c.Name):
			// in constant
		default:
			p.Columns = append(p.Columns, r.columnPlan(c, types[c.Name]))
		}
	}
	// Read but not written, and not "unknown" either: the clock, keys and
	// viewer columns that a catalog lacks.
	for _, name := range slices.Concat([]string{r.table.clock}, r.table.viewer) {
		if !planned[name] && !slices.Contains(r.table.added, name) {
			column := r.columnPlan(tap.Column{Name: name}, types[name])
			column.Drop = true
			p.Columns = append(p.Columns, column)
		}
	}
	return p
}

// A vanishedError is an answer without a column that the run began with: to
// fill it with nulls would overwrite what the warehouse holds.
type vanishedError struct{ column string }

func (e *vanishedError) Error() string {
	return fmt.Sprintf("the answer has no column %q, which was there when the run began", e.column)
}

// vanished looks for selected columns that discovery has seen and meta lacks.
func (r *reader) vanished(meta []rows.Meta) error {
	for _, name := range r.described {
		if r.wanted(name) && !slices.ContainsFunc(meta, func(m rows.Meta) bool { return m.Name == name }) {
			return &vanishedError{name}
		}
	}
	return nil
}

func (r *reader) columnPlan(c tap.Column, t schemas.Type) rows.Column {
	column := rows.Column{
		Name: c.Name, Kind: kindOf(c.Schema), Location: t.Location, Float: t.Float,
		Drop: !c.Selected, Key: slices.Contains(r.table.key, c.Name), Clock: c.Name == r.table.clock,
	}
	if r.config.ViewerData == "hashed" && slices.Contains(r.table.viewer, c.Name) {
		column.Rewrite = r.hash
	}
	if column.Clock && column.Kind != rows.Time {
		column.Kind = rows.Time
	}
	return column
}

// kindOf chooses the treatment by the catalog's type, whatever the API sends:
// loaders made their columns from the catalog.
func kindOf(p tap.Property) rows.Kind {
	base := ""
	for _, t := range p.Type {
		if t == "null" {
			continue
		}
		if base != "" {
			return rows.Keep
		}
		base = t
	}
	switch base {
	case "string":
		if p.Format == "date-time" {
			return rows.Time
		}
		return rows.Text
	case "integer":
		return rows.Integer
	case "number":
		return rows.Number
	case "boolean":
		return rows.Boolean
	case "object", "array":
		return rows.JSON
	}
	return rows.Keep
}
