package tap

import (
	"errors"
	"slices"
)

// A Stream is what becomes one table.
type Stream struct {
	Name string

	// Key names the columns that identify a row; never empty.
	Key []string

	// ReplicationKey is the server's clock in this stream, the column shown
	// as replication key or cursor field.
	ReplicationKey string

	// Aliases are names under which other connectors for the same API kept
	// their bookmark for this stream.
	Aliases []string

	// OptIn: the stream is read only if a catalog selects it, or a state has begun
	// with it. Costs says to a person why: "one request for each session".
	OptIn bool
	Costs string

	// Columns in the order in which the API sends them.
	Columns []Column

	// Suits, if not nil, says why the rows of this stream cannot be written with
	// the key and the types that a catalog may have given it. It is asked
	// before anything of the stream is written.
	Suits func(Stream) error

	// Broken, if not nil, is why the stream cannot be read now although the
	// others can; its columns are then a guess.
	Broken error
}

// Fixed reports whether c cannot be deselected: keys and the replication key,
// and what the source says.
func (s Stream) Fixed(c Column) bool {
	return c.Automatic || c.Name == s.ReplicationKey || slices.Contains(s.Key, c.Name)
}

// Unasked joins why streams cannot be read: a catalog is whole or none.
func Unasked(streams []Stream) error {
	var errs []error
	for _, s := range streams {
		errs = append(errs, s.Broken)
	}
	return errors.Join(errs...)
}

// A Column is one column of a stream.
type Column struct {
	Name   string
	Schema Property

	// Automatic columns cannot be deselected: keys and the replication key.
	Automatic bool

	// Selected columns are in every record.
	Selected bool
}

// A Property is the JSON Schema of a value, as plain as loaders want it:
// one base type, "null" beside it, at most a date-time format.
type Property struct {
	Type        []string            `json:"type"`
	Format      string              `json:"format,omitempty"`
	Items       *Property           `json:"items,omitempty"`
	Properties  map[string]Property `json:"properties,omitempty"`
	Description string              `json:"description,omitempty"`
}
