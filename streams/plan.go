package streams

import (
	"fmt"
	"slices"

	"tap-reprise/internal/program"
	"tap-reprise/internal/rows"
	"tap-reprise/schemas"
	"tap-reprise/tap"
)

// plan says what becomes of each column of an answer with this meta, so that the rows
// are what the stream's SCHEMA promises. constant holds ready members for the end of
// each row. The error names all selected columns whose values cannot be what SCHEMA
// says.
func (pl *planner) plan(meta []rows.Meta, constant []byte) (*rows.Plan, error) {
	types := map[string]string{}
	for _, m := range meta {
		types[m.Name] = m.Type
	}
	p := &rows.Plan{Constant: constant}
	var faults []fault
	for _, c := range pl.stream.Columns {
		t, bad := pl.treat(c, types[c.Name])
		switch {
		case bad != nil:
			faults = append(faults, *bad)
		case !pl.owns(c.Name):
			p.Rules = append(p.Rules, pl.columnPlan(c, t, types[c.Name]))
		case c.Selected && pl.table.own(c.Name).From != "":
			own := pl.table.own(c.Name)
			p.Derived = append(p.Derived, rows.Derived{Name: c.Name, From: own.From, Value: own.Value(t.kind)})
		} // the others of our own are in constant
	}
	if len(faults) > 0 {
		return nil, pl.unfit(faults)
	}
	// Read but not written, and not "unknown" either: the clock, the viewer
	// columns that a catalog lacks, columns that give way to others.
	_, left := pl.table.offered(meta)
	for _, name := range slices.Concat([]string{pl.table.Clock}, pl.table.Personal, left) {
		read := slices.ContainsFunc(p.Rules, func(c rows.Rule) bool { return c.Name == name })
		if !read && (!pl.owns(name) || slices.Contains(left, name)) {
			p.Rules = append(p.Rules, pl.columnPlan(tap.Column{Name: name}, treatment{}, types[name]))
		}
	}
	return p, nil
}

// columnPlan is the rule for a column whose values are treated by t. typ is its type
// in the API, "" if the answer has none.
func (pl *planner) columnPlan(c tap.Column, t treatment, typ string) rows.Rule {
	described, _ := schemas.FromMeta(typ)
	column := rows.Rule{Name: c.Name, Kind: t.kind, Location: described.Location, Float: described.Float,
		Drop: !c.Selected, Clock: pl.isClock(c.Name)}
	if column.Clock {
		column.Kind = rows.Time
	}
	if pl.inKey(c.Name) {
		// Only text can stand in for a key that is not there.
		column.Key, column.Needed = column.Kind == rows.Text, column.Kind != rows.Text
		column.Blank = pl.table.Fixed
	}
	column.Padded = pl.table.Fixed
	switch {
	case pl.hashes(c.Name) && pl.table.Fixed:
		column.Rewrite = pl.hashedButEmpty
	case pl.hashes(c.Name):
		column.Rewrite = pl.hash
	}
	return column
}

// isClock reports whether a column of the API's is the stream's clock.
func (pl *planner) isClock(name string) bool { return name == pl.table.Clock && !pl.owns(name) }

// inKey reports whether a column is part of the stream's key: the one in force, or
// the pipe's own, by which rows are told apart while they are read.
func (pl *planner) inKey(name string) bool {
	return slices.Contains(pl.stream.Key, name) || slices.Contains(pl.table.Key, name)
}

// hashes reports whether the values of a column are replaced by hashes.
func (pl *planner) hashes(name string) bool {
	return pl.settings.Personal == "hashed" && slices.Contains(pl.table.Personal, name)
}

// A vanishedError is an answer without a column that the run began with. To fill that
// column with nulls would overwrite what the warehouse holds.
type vanishedError struct{ column program.Words }

func (e *vanishedError) Error() string {
	return fmt.Sprintf("the answer has no column %q, which was there when the run began", e.column)
}

// vanished looks for selected columns that discovery has seen and meta lacks.
func (pl *planner) vanished(meta []rows.Meta) error {
	for _, m := range pl.described {
		if pl.wanted(m.Name) && !pl.owns(m.Name) && !slices.ContainsFunc(meta, func(n rows.Meta) bool { return n.Name == m.Name }) {
			return &vanishedError{pl.words(m.Name)}
		}
	}
	return nil
}
