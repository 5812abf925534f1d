package tap

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"tap-reprise/internal/object"
	"tap-reprise/internal/program"
)

// Choices are a catalog that was passed in, whatever its protocol, streams in
// their order. nil is no catalog: everything is read; one without a stream
// selects none.
type Choices []Choice

// A Choice is what the user of a catalog chose of one stream.
type Choice struct {
	Name string

	// Columns are the JSON Schemas of the columns by their names, in their
	// order; empty: the catalog says nothing of columns.
	Columns []object.Member

	// Skip says that the stream is not wanted, Left that those columns are not.
	Skip bool
	Left map[string]bool

	// Method is FULL_TABLE or INCREMENTAL as the catalog has it, or "". Any
	// other is refused.
	Method string

	// Key names the columns of the key; nil: the stream's own.
	Key []string

	// ReplicationKey is the one that is asked for, or "".
	ReplicationKey string

	// Lean catalogs do not list what is not wanted, so that a column which is
	// missing is no news.
	Lean bool
}

// FullTable and Incremental are the methods that are known.
const (
	FullTable   = "FULL_TABLE"
	Incremental = "INCREMENTAL"
)

// CatalogStreams are the streams of a catalog document of either protocol, in their
// order. The error says what the document is instead, and quotes nothing of it.
func CatalogStreams(data []byte) ([]json.RawMessage, error) {
	data, err := object.Tidy(data)
	if err != nil {
		return nil, err
	}
	var doc struct {
		Streams []json.RawMessage `json:"streams"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("is not a catalog: %w", object.PlainType(err))
	}
	if doc.Streams == nil {
		return nil, errors.New(`is not a catalog: it has no "streams"`)
	}
	return doc.Streams, nil
}

// Find returns the choice of that name, or nil.
func (list Choices) Find(name string) *Choice {
	for i := range list {
		if list[i].Name == name {
			return &list[i]
		}
	}
	return nil
}

// Wanted says what will be read; without a catalog it is everything.
func (list Choices) Wanted() Wanted {
	if list == nil {
		return nil
	}
	return func(stream, column string) bool {
		c := list.Find(stream)
		return c != nil && (column == "" && c.selected("") || column != "" && c.wants(column))
	}
}

// wants reports whether a column is listed, where the catalog lists some, and
// selected.
func (c *Choice) wants(column string) bool {
	listed := len(c.Columns) == 0 || slices.ContainsFunc(c.Columns, func(m object.Member) bool { return m.Name == column })
	return listed && c.selected(column)
}

// selected reports whether a column (or, with "", the stream) is to be synced.
func (c *Choice) selected(column string) bool {
	return !c.Skip && (column == "" || !c.Left[column])
}

// task applies what the catalog says to s.
func (c *Choice) task(s Stream, marks *Bookmarks, log Voice) (Task, error) {
	if err := c.rekey(&s, log); err != nil {
		return Task{}, err
	}
	if c.ReplicationKey != "" && c.ReplicationKey != s.ReplicationKey {
		return Task{}, c.fault("its replication key is not supported, only %q", s.ReplicationKey)
	}
	c.choose(&s, log)
	since := marks.Of(s)
	switch c.Method {
	case "", Incremental:
	case FullTable:
		if since != nil {
			log.Info("the catalog asks for FULL_TABLE: starting over", "stream", s.Name)
		}
		since = nil
	default:
		return Task{}, c.fault("its replication method is not supported, only INCREMENTAL and FULL_TABLE")
	}
	return Task{s, since}, nil
}

// rekey gives s the catalog's key, if it has one of its own.
func (c *Choice) rekey(s *Stream, log Voice) error {
	if c.Key == nil || slices.Equal(c.Key, s.Key) {
		return nil
	}
	var key []string
	for i, name := range c.Key {
		if !slices.ContainsFunc(s.Columns, func(o Column) bool { return o.Name == name }) {
			return c.fault("key column %d is not one of its columns", i+1)
		}
		if !slices.Contains(key, name) {
			key = append(key, name)
		}
	}
	if len(key) == 0 {
		return c.fault("it has no key; loaders need %s", strings.Join(s.Key, ", "))
	}
	if slices.ContainsFunc(s.Key, func(own string) bool { return !slices.Contains(key, own) }) {
		log.Warn("the catalog gives the stream another key; rows that share it replace one another in a loader that merges",
			"stream", s.Name, "key", log.Secrets.WordsOf(key...), "own_key", strings.Join(s.Key, ", "))
	}
	s.Key = key
	return nil
}

func (c *Choice) fault(format string, args ...any) error {
	return &program.Error{Code: program.ExitConfig, Hint: "correct the catalog, or write a new one with --discover",
		Err: fmt.Errorf("stream %q of the catalog: "+format, append([]any{c.Name}, args...)...)}
}

// choose selects the columns of s and gives them the catalog's types. Each but
// a key may be null, whatever the catalog says, as the API documents no column as
// always there; a key never is. A column of the catalog that the API no
// longer sends is left out rather than filled with nulls: those would
// overwrite what the warehouse holds. A column that the catalog does not list
// is left out too, until the catalog is written again.
func (c *Choice) choose(s *Stream, log Voice) {
	listed := map[string]object.Member{}
	var gone, fresh []string
	for _, m := range c.Columns {
		listed[m.Name] = m
		if !slices.ContainsFunc(s.Columns, func(o Column) bool { return o.Name == m.Name }) && c.selected(m.Name) {
			gone = append(gone, m.Name)
		}
	}
	for i := range s.Columns {
		column := &s.Columns[i]
		m, known := listed[column.Name]
		if known {
			column.Schema = column.Schema.as(m.Value)
		} else if len(c.Columns) > 0 && !s.Fixed(*column) {
			fresh = append(fresh, column.Name)
		}
		if column.Schema = column.Schema.orNull(); slices.Contains(s.Key, column.Name) {
			column.Schema.Type = slices.DeleteFunc(slices.Clone(column.Schema.Type), func(t string) bool { return t == "null" })
		}
		column.Selected = s.Fixed(*column) || c.wants(column.Name)
	}
	if len(gone) > 0 {
		log.Warn("columns of the catalog are not offered by the API and are left out",
			"stream", s.Name, "columns", log.Secrets.WordsOf(gone...))
	}
	if len(fresh) > 0 {
		level := slog.LevelWarn
		if c.Lean {
			level = slog.LevelInfo
		}
		log.Log(context.Background(), level, "columns of the API are not in the catalog and are left out; discover again to load them",
			"stream", s.Name, "columns", log.Secrets.WordsOf(fresh...))
	}
}
