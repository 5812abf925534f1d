package streams

import (
	"slices"
	"strings"

	"tap-reprise/internal/rows"
)

// owns reports whether a column of the stream is one that the tap makes itself.
func (pl *planner) owns(name string) bool { return pl.table.own(name) != nil }

// kept are the beginnings of names that loaders keep for columns of their own.
var kept = []string{"_sdc_", "_airbyte_"}

// offered lists the columns of meta, and apart from them those that give way. No name
// comes twice, not even for a loader that folds upper and lower case. Our own
// columns win, then those that the built-in schema knows, then the first. If meta
// has a name twice the last type holds, as does a row's last value.
func (t *Table) offered(meta []rows.Meta) (list []rows.Meta, left []string) {
	taken := map[string]string{}
	for _, own := range t.Own {
		taken[strings.ToLower(own.Name)] = ""
	}
	for _, name := range append([]string{t.Clock}, t.Key...) {
		if _, own := taken[name]; !own {
			taken[name] = name // it is there in any case
		}
	}
	for _, m := range meta {
		lower := strings.ToLower(m.Name)
		if _, named := t.Known.Column(m.Name); named && taken[lower] == "" && t.own(lower) == nil {
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
func (s *Source) warnOfLeft(t *Table, meta []rows.Meta) {
	_, left := t.offered(meta)
	for _, name := range left {
		why := "loaders take its name for that of another column"
		lower := strings.ToLower(name)
		switch {
		case t.own(lower) != nil:
			why = "the tap makes a column of this name itself"
		case slices.ContainsFunc(kept, func(begin string) bool { return strings.HasPrefix(lower, begin) }):
			why = "loaders keep names of this kind for columns of their own"
		}
		s.Env.Log.Warn("a column of the API is left out: "+why, "stream", t.Name, "column", s.words(name))
	}
	seen := map[string]bool{}
	for _, m := range meta {
		if seen[m.Name] && !slices.Contains(left, m.Name) {
			s.Env.Log.Warn("the API sends a column twice; its last value is loaded", "stream", t.Name, "column", s.words(m.Name))
		}
		seen[m.Name] = true
	}
}
