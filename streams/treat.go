package streams

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"tap-reprise/internal/rows"
	"tap-reprise/schemas"
	"tap-reprise/tap"
)

// A treatment is what becomes of a column's values so that its schema in the catalog
// allows each of them.
type treatment struct {
	form schemas.Form
	kind rows.Kind
	fit  schemas.Fit
}

// A fault is a column whose values cannot be what its schema says.
type fault struct {
	column     tap.Column
	typ        string // in the API
	own        bool   // the tap makes it
	key, clock bool
}

// treat chooses how the values of c become what its schema says, or returns a fault
// if they cannot. typ is the column's type in the API. Where the answer has no
// type, each value is taken for what it looks like.
func (pl *planner) treat(c tap.Column, typ string) (treatment, *fault) {
	family, described := pl.origin(c.Name, typ)
	forms := formsOf(c.Schema)
	bad := &fault{column: c, typ: typ, own: pl.owns(c.Name), key: pl.inKey(c.Name), clock: pl.isClock(c.Name)}
	switch {
	case !c.Selected || len(forms) == 0:
		return treatment{}, nil
	case typ == "" && !bad.own && !bad.clock:
		return treatment{forms[0], kindFor[forms[0]], schemas.Exact}, nil
	}
	t := best(family, described.Form(), forms)
	switch {
	case bad.clock:
		// It is written as a moment. A string may be one in any case.
		t = best(family, schemas.DateTime, []schemas.Form{schemas.DateTime})
		if typ == "" {
			t.fit = schemas.Exact
		}
		if t.fit == schemas.Never || !slices.Contains(c.Schema.Type, "string") {
			return t, bad
		}
	case t.fit == schemas.Never, bad.key && t.fit != schemas.Exact, !promises(described, c.Schema):
		return t, bad
	}
	pl.noteTreatment(c, typ, t, described.Form())
	return t, nil
}

// origin is what the values of a column are before its schema is looked at.
func (pl *planner) origin(name, typ string) (schemas.Family, schemas.Type) {
	if pl.owns(name) {
		own := pl.table.own(name).Family
		return own, map[schemas.Family]schemas.Type{schemas.Booleans: {JSON: "boolean"}, schemas.Tokens: {JSON: "string"},
			schemas.Moments:  {JSON: "string", Format: "date-time"},
			schemas.Integers: {JSON: "integer"}, schemas.Dates: {JSON: "string"}}[own]
	}
	if pl.hashes(name) {
		return schemas.Tokens, schemas.Type{JSON: "string"}
	}
	described, _ := schemas.FromMeta(typ)
	return schemas.FamilyOf(typ), described
}

// kindFor is the row path's treatment for what a schema wants.
var kindFor = map[schemas.Form]rows.Kind{
	schemas.String: rows.Text, schemas.DateTime: rows.Time, schemas.Integer: rows.Integer, schemas.Number: rows.Number,
	schemas.Boolean: rows.Boolean, schemas.Object: rows.JSON, schemas.Array: rows.JSON,
}

// formsOf lists what values p allows, those first that say most.
func formsOf(p tap.Property) []schemas.Form {
	var forms []schemas.Form
	for _, form := range []schemas.Form{schemas.Boolean, schemas.Integer, schemas.Number, schemas.Array, schemas.Object, schemas.String} {
		if !slices.Contains(p.Type, string(form)) {
			continue
		}
		if form == schemas.String && p.Format == "date-time" {
			form = schemas.DateTime
		}
		forms = append(forms, form)
	}
	return forms
}

// best chooses the form in which the most values can be carried. Of equal ones it
// takes the column's own.
func best(family schemas.Family, own schemas.Form, forms []schemas.Form) treatment {
	chosen := treatment{forms[0], kindFor[forms[0]], family.Fit(forms[0])}
	for _, form := range forms {
		if fit := family.Fit(form); fit > chosen.fit || form == own && fit == chosen.fit {
			chosen = treatment{form, kindFor[form], fit}
		}
	}
	return chosen
}

// promises reports whether what is inside values of type t is what p says of it. It
// leaves as it came.
func promises(t schemas.Type, p tap.Property) bool {
	if t.JSON == "array" && p.Items != nil && (t.Items == nil || !allows(*p.Items, *t.Items)) {
		return false
	}
	for name, q := range p.Properties {
		i := slices.IndexFunc(t.Fields, func(f schemas.Field) bool { return f.Name == name })
		if t.JSON == "object" && (i < 0 || !allows(q, t.Fields[i].Type)) {
			return false
		}
	}
	return true
}

// allows reports whether p allows every value of type t inside another.
func allows(p tap.Property, t schemas.Type) bool {
	base := slices.Contains(p.Type, t.JSON) || t.JSON == "integer" && slices.Contains(p.Type, "number")
	return base && (t.JSON != "string" || p.Format == "") && promises(t, p)
}

// noteTreatment keeps what is needed to judge the column's values. It says once that
// they are not of the catalog's type.
func (pl *planner) noteTreatment(c tap.Column, typ string, t treatment, own schemas.Form) {
	name := c.Name
	pl.mu.Lock()
	pl.types[name] = typ
	pl.strict[name] = pl.strict[name] || t.fit == schemas.Each
	pl.mu.Unlock()
	if pl.quiet || t.form == own || pl.hashes(name) || own == schemas.String && t.form == schemas.DateTime && t.fit == schemas.Exact {
		return
	}
	level := slog.LevelInfo
	if t.fit == schemas.Each {
		level = slog.LevelWarn
	}
	pl.log.Once(level, "type of "+name, "a column's type in the API is not the catalog's; its values are carried as the catalog has them, as far as they are the same",
		"column", pl.words(name), "api", pl.words(typ), "catalog", typeText(c.Schema))
}

// An unfitError names columns that cannot be what SCHEMA says.
type unfitError struct{ text, hint string }

func (e *unfitError) Error() string { return e.text }

// unfit words faults, of which there is at least one.
func (pl *planner) unfit(faults []fault) *unfitError {
	var texts []string
	hint := "discover the catalog again, then load the stream anew, or drop the column in the warehouse first; or deselect the column"
	for _, f := range faults {
		text := fmt.Sprintf("column %q is %s in the API, but %s in the catalog", pl.words(f.column.Name), pl.words(f.typ), typeText(f.column.Schema))
		switch {
		case f.own:
			text = fmt.Sprintf("column %q is made by the tap, and cannot be %s as in the catalog", f.column.Name, typeText(f.column.Schema))
			hint = "discover the catalog again, or deselect the column"
		case f.clock:
			text += ", and it is the clock by which rows are found, so it must be a time"
			hint = "discover the catalog again; if the column is a time no more, this version of the tap cannot read the stream"
		case f.key:
			text += ", and a key is never guessed at"
			hint = "discover the catalog again and load the stream anew, or choose another key in the catalog"
		}
		texts = append(texts, text)
	}
	return &unfitError{strings.Join(texts, "; "), hint}
}

// typeText words a schema's type for a person.
func typeText(p tap.Property) string {
	var texts []string
	for _, form := range formsOf(p) {
		text := string(form)
		if form == schemas.Array && p.Items != nil {
			text += " of " + typeText(*p.Items)
		}
		if form == schemas.Object && len(p.Properties) > 0 {
			var inner []string
			for name, q := range p.Properties {
				inner = append(inner, name+" "+typeText(q))
			}
			slices.Sort(inner)
			text += " of " + strings.Join(inner, ", ")
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, " or ")
}
