package tap

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"tap-reprise/internal/object"
	"tap-reprise/internal/program"
)

// A voice is a log, and the secrets that are not to be told.
type voice struct {
	*slog.Logger
	secrets *program.Secrets
}

// A task is one stream to sync, as its user wants it, and where to go on.
type task struct {
	stream Stream
	since  Bookmark
}

// plan chooses what to sync: every stream if there is no catalog, else what
// the catalog selects, in the order of the source. Streams that cannot be
// synced as asked are in the joined error; the tasks stand.
func plan(streams []Stream, c catalog, st *state, log voice) ([]task, error) {
	var tasks []task
	var errs []error
	for _, s := range streams {
		s.Columns = slices.Clone(s.Columns)
		for i := range s.Columns {
			s.Columns[i].Selected = s.Columns[i].Selected || s.fixed(s.Columns[i])
		}
		t, err := task{s, nil}, error(nil)
		if c == nil {
			t.since = st.bookmark(s)
		} else {
			e := c.find(s.Name)
			if e == nil || !e.selected("") {
				continue
			}
			t, err = e.task(s, st, log)
		}
		if err == nil {
			err = t.stream.unsuited()
		}
		if err != nil {
			errs = append(errs, &refusal{s.Name, err})
			continue
		}
		tasks = append(tasks, t)
	}
	for i, e := range c {
		if e.selected("") && !slices.ContainsFunc(streams, func(s Stream) bool { return s.Name == e.name }) {
			errs = append(errs, &refusal{e.name, &program.Error{Code: program.ExitConfig, Hint: absentHint(streams, e.name),
				Err: fmt.Errorf("stream %d of the catalog is not offered", i+1)}})
		}
	}
	if c != nil && len(tasks) == 0 && len(errs) == 0 {
		log.Warn("the catalog selects no stream")
	}
	return tasks, errors.Join(errs...)
}

// A refusal is why a stream is not synced although the catalog selects it.
type refusal struct {
	stream string
	err    error
}

func (r *refusal) Error() string { return r.err.Error() }
func (r *refusal) Unwrap() error { return r.err }

// unsuited is why the rows of s cannot be written as s has become. A stream that
// cannot be read now has its own reason.
func (s Stream) unsuited() error {
	if s.Suits == nil || s.Broken != nil {
		return nil
	}
	return s.Suits(s)
}

// absentHint tells the names to use instead of a stream's unknown name.
func absentHint(streams []Stream, name string) string {
	var names []string
	for _, s := range streams {
		if slices.Contains(s.Aliases, name) {
			return fmt.Sprintf("it is called %s here; discover the catalog again", s.Name)
		}
		names = append(names, s.Name)
	}
	if meant := program.Nearest(name, names); meant != "" {
		return "it may be meant for " + meant + "; deselect it, or use one of " + strings.Join(names, ", ")
	}
	return "deselect it, or use one of " + strings.Join(names, ", ")
}

// task applies what the catalog says to s.
func (e *entry) task(s Stream, st *state, log voice) (task, error) {
	if err := e.rekey(&s, log); err != nil {
		return task{}, err
	}
	if e.clock != "" && e.clock != s.ReplicationKey {
		return task{}, e.fault("its replication key is not supported, only %q", s.ReplicationKey)
	}
	e.choose(&s, log)
	since := st.bookmark(s)
	switch e.method {
	case "", "INCREMENTAL":
	case "FULL_TABLE":
		if since != nil {
			log.Info("the catalog asks for FULL_TABLE: starting over", "stream", s.Name)
		}
		since = nil
	default:
		return task{}, e.fault("its replication method is not supported, only INCREMENTAL and FULL_TABLE")
	}
	return task{s, since}, nil
}

// rekey gives s the catalog's key, if it has one of its own.
func (e *entry) rekey(s *Stream, log voice) error {
	if e.key == nil || slices.Equal(e.key, s.Key) {
		return nil
	}
	var key []string
	for i, name := range e.key {
		if !slices.ContainsFunc(s.Columns, func(c Column) bool { return c.Name == name }) {
			return e.fault("key column %d is not one of its columns", i+1)
		}
		if !slices.Contains(key, name) {
			key = append(key, name)
		}
	}
	if len(key) == 0 {
		return e.fault("it has no key; loaders need %s", strings.Join(s.Key, ", "))
	}
	if slices.ContainsFunc(s.Key, func(own string) bool { return !slices.Contains(key, own) }) {
		log.Warn("the catalog gives the stream another key; rows that share it replace one another in a loader that merges",
			"stream", s.Name, "key", log.secrets.WordsOf(key...), "own_key", strings.Join(s.Key, ", "))
	}
	s.Key = key
	return nil
}

func (e *entry) fault(format string, args ...any) error {
	return &program.Error{Code: program.ExitConfig, Hint: "correct the catalog, or write a new one with --discover",
		Err: fmt.Errorf("stream %q of the catalog: "+format, append([]any{e.name}, args...)...)}
}

// choose selects the columns of s and gives them the catalog's types. Each but
// a key may be null, whatever the catalog says, as the API documents no column as
// always there; a key never is. A column of the catalog that the API no
// longer sends is left out rather than filled with nulls: those would
// overwrite what the warehouse holds. A column that the catalog does not list
// is left out too, until the catalog is written again.
func (e *entry) choose(s *Stream, log voice) {
	listed := map[string]object.Member{}
	var gone, fresh []string
	for _, m := range e.properties {
		listed[m.Name] = m
		if !slices.ContainsFunc(s.Columns, func(c Column) bool { return c.Name == m.Name }) && e.selected(m.Name) {
			gone = append(gone, m.Name)
		}
	}
	for i := range s.Columns {
		c := &s.Columns[i]
		m, known := listed[c.Name]
		if known {
			c.Schema = c.Schema.as(m.Value)
		} else if len(e.properties) > 0 && !s.fixed(*c) {
			fresh = append(fresh, c.Name)
		}
		if c.Schema = c.Schema.orNull(); slices.Contains(s.Key, c.Name) {
			c.Schema.Type = slices.DeleteFunc(slices.Clone(c.Schema.Type), func(t string) bool { return t == "null" })
		}
		c.Selected = s.fixed(*c) || e.wants(c.Name)
	}
	if len(gone) > 0 {
		log.Warn("columns of the catalog are not offered by the API and are left out",
			"stream", s.Name, "columns", log.secrets.WordsOf(gone...))
	}
	if len(fresh) > 0 {
		level := slog.LevelWarn
		if e.lean {
			level = slog.LevelInfo
		}
		log.Log(context.Background(), level, "columns of the API are not in the catalog and are left out; discover again to load them",
			"stream", s.Name, "columns", log.secrets.WordsOf(fresh...))
	}
}

// wanted tells what the catalog will read; without one it is everything.
func (c catalog) wanted() Wanted {
	if c == nil {
		return nil
	}
	return func(stream, column string) bool {
		e := c.find(stream)
		return e != nil && (column == "" && e.selected("") || column != "" && e.wants(column))
	}
}

// wants tells whether a column is listed, where the catalog lists some, and
// selected.
func (e *entry) wants(column string) bool {
	listed := len(e.properties) == 0 || slices.ContainsFunc(e.properties, func(m object.Member) bool { return m.Name == column })
	return listed && e.selected(column)
}

// selected tells whether a column (or, with "", the stream) is to be synced,
// by the rules of Meltano's SDK: a parent deselected, inclusion unsupported or
// automatic, selected, selected-by-default, what the parent is. Without any
// metadata, or without an entry for the stream, the stream is selected.
func (e *entry) selected(column string) bool {
	parent, key := true, ""
	if column != "" {
		key = crumb("properties", column)
		parent = e.selected("")
	}
	m, listed := e.marks[key]
	switch {
	case !parent:
		return false
	case !listed:
		return parent
	case m.Inclusion == "unsupported":
		return false
	case m.Inclusion == "automatic":
		return true
	case m.Selected != nil:
		return bool(*m.Selected)
	case m.Default != nil:
		return bool(*m.Default)
	}
	return column != ""
}
