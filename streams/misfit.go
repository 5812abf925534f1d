package streams

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"tap-reprise/internal/stretch"

	"tap-reprise/internal/rows"
)

// As long as they are few, values that do not fit the declared type become nulls
// with a warning. If they are fewMisfits or more, and at least one value in
// misfitShare, it is the column that does not fit: nulls would overwrite what the
// warehouse holds.
const (
	fewMisfits  = 20
	misfitShare = 20
)

// judge ends the stream before a page is written in which too much of a column would
// be null: its values are not of the form that its schema wants. Nulls for what no
// loader could take do not count. One value is enough in a key, and where the API's
// type is not the catalog's. All pages so far are judged together, too, since those
// of replay_metrics are short.
func (pl *planner) judge(p *stretch.Sheet) error {
	here := map[string]int{}
	for _, c := range p.Edits {
		if c.Misfit {
			here[c.Column]++
		}
	}
	pl.mu.Lock()
	defer pl.mu.Unlock()
	pl.seen += len(p.Rows)
	for _, name := range slices.Sorted(maps.Keys(here)) {
		n := here[name]
		pl.misfits[name] += n
		all := pl.misfits[name]
		switch {
		case pl.inKey(name) && !pl.strict[name]:
			return ConfigError(fmt.Errorf("key column %q has no value in %d of %d rows, and nothing can stand in for one", pl.words(name), n, len(p.Rows)),
				"choose another key in the catalog, or give the column the type string there")
		case pl.strict[name], tooMany(n, len(p.Rows)):
			return pl.tooManyError(name, n, len(p.Rows))
		case tooMany(all, pl.seen), pl.isClock(name) && all == pl.seen && all > 1:
			return pl.tooManyError(name, all, pl.seen)
		}
	}
	return nil
}

func tooMany(n, of int) bool { return n >= fewMisfits && n*misfitShare >= of }

func (pl *planner) tooManyError(name string, n, of int) error {
	typ := "of no known type"
	if pl.types[name] != "" {
		typ = pl.words(pl.types[name]).String()
	}
	if pl.types[name] != "" && !pl.strict[name] && !pl.isClock(name) { // the types are the same
		return ConfigError(fmt.Errorf("column %q holds other values than %s, its type in the API: %d of %d values would be null", pl.words(name), typ, n, of),
			"give the column the type string in the catalog to carry what comes, or deselect it, and ask "+pl.contact+" what it holds")
	}
	want := ""
	for _, c := range pl.stream.Columns {
		if c.Name == name {
			want = typeText(c.Schema)
		}
	}
	return ConfigError(fmt.Errorf("column %q is %s in the API and %s in the catalog: %d of %d values would be null", pl.words(name), typ, want, n, of),
		"discover the catalog again, then load the stream anew, or drop the column in the warehouse first; if the values are right, give the column the type string in the catalog, or deselect it")
}

// ofPlan is the error to end with where an answer came but its rows cannot be written
// as SCHEMA says: another attempt would not help. It is nil for any other err.
func (s *Source) ofPlan(err error) error {
	var columns *unfitError
	var plan *rows.PlanError
	switch {
	case errors.As(err, &columns):
		return ConfigError(columns, columns.hint)
	case errors.As(err, &plan):
		return ConfigError(s.Env.Secrets.Error(plan), "this is a mistake of the tap; please report it. Deselecting the column may help until it is mended")
	}
	return nil
}
