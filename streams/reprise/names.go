package reprise

import (
	"slices"
	"strings"

	"tap-reprise/internal/rows"
	"tap-reprise/schemas"
)

// ownColumns are the columns that the tap makes itself, in any stream, and what their
// values are.
var ownColumns = map[string]schemas.Family{internalColumn: schemas.Booleans,
	"period": schemas.Tokens, "period_start": schemas.Moments, "period_end": schemas.Moments}

// own lists the columns that the tap makes itself in this stream.
func (t *table) own(c *Config) []string {
	if t.computesInternal(c) {
		return append(slices.Clone(t.added), internalColumn)
	}
	return t.added
}

// owns reports whether a column of the stream is one that the tap makes itself.
func (pl *planner) owns(name string) bool { return slices.Contains(pl.table.own(pl.config), name) }

// kept are the beginnings of names that loaders keep for columns of their own.
var kept = []string{"_sdc_", "_airbyte_"}

// offered lists the columns of meta, and apart from them those that give way. No name
// comes twice, not even for a loader that folds upper and lower case. Our own
// columns win, then those that the built-in schema knows, then the first. If meta
// has a name twice the last type holds, as does a row's last value.
func (t *table) offered(c *Config, meta []rows.Meta) (list []rows.Meta, left []string) {
	taken := map[string]string{}
	for _, name := range t.own(c) {
		taken[strings.ToLower(name)] = ""
	}
	for _, name := range append([]string{t.clock}, t.key...) {
		if _, own := taken[name]; !own {
			taken[name] = name // it is there in any case
		}
	}
	for _, m := range meta {
		lower := strings.ToLower(m.Name)
		if _, named := t.known.Column(m.Name); named && taken[lower] == "" && !slices.Contains(t.own(c), lower) {
			taken[lower] = m.Name
		}
	}
	for _, m := range meta {
		lower := strings.ToLower(m.Name)
		winner, decided := taken[lower]
		reserved := slices.ContainsFunc(kept, func(begin string) bool { return strings.HasPrefix(lower, begin) })
		i := slices.IndexFunc(list, func(o rows.Meta) bool { return o.Name == m.Name })
		switch {
		case i >= 0:
			list[i] = m
		case reserved, decided && winner != m.Name:
			if !slices.Contains(left, m.Name) {
				left = append(left, m.Name)
			}
		default:
			taken[lower] = m.Name
			list = append(list, m)
		}
	}
	return list, left
}

// warnOfLeft warns of each column that gives way, and says why.
func (s *Source) warnOfLeft(t *table, meta []rows.Meta) {
	_, left := t.offered(s.config, meta)
	for _, name := range left {
		why := "loaders take its name for that of another column"
		lower := strings.ToLower(name)
		switch {
		case slices.Contains(t.own(s.config), lower):
			why = "the tap makes a column of this name itself"
		case slices.ContainsFunc(kept, func(begin string) bool { return strings.HasPrefix(lower, begin) }):
			why = "loaders keep names of this kind for columns of their own"
		}
		s.env.Log.Warn("a column of the API is left out: "+why, "stream", t.name, "column", s.conn.words(name))
	}
	seen := map[string]bool{}
	for _, m := range meta {
		if seen[m.Name] && !slices.Contains(left, m.Name) {
			s.env.Log.Warn("the API sends a column twice; its last value is loaded", "stream", t.name, "column", s.conn.words(m.Name))
		}
		seen[m.Name] = true
	}
}
