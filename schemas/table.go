package schemas

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
)

// Tables holds the tables of all systems: a folder for each system, and in it a
// file <stream>.json for each stream.
//
//go:embed */*.json
var Tables embed.FS

// A Table is what is known about a stream's columns before the API was asked.
type Table struct {
	// Columns in the order in which the API sends them, those that it sends
	// on request after the others, those that the tap adds last.
	Columns []Column
}

// A Column is what is known about one column.
type Column struct {
	Name string `json:"name"`

	// Type is the column's type as the API most likely has it, in ClickHouse's
	// words. FromMeta knows it. Where an answer describes its columns, the answer
	// has the say.
	Type string `json:"type"`

	// Description says what the column holds and what to mind, for a person.
	Description string `json:"description"`

	// Key columns together identify a row.
	Key bool `json:"key"`

	// Clock marks the one column that holds the server's clock.
	Clock bool `json:"clock"`

	// Personal columns say who a person is.
	Personal bool `json:"personal"`

	// Optional columns are sent only if the request has the parameter Param,
	// which is else "".
	Optional bool   `json:"-"`
	Param    string `json:"only_with"`

	// Added columns are the tap's own. The API knows nothing of them.
	Added bool `json:"added"`
}

// Read reads the table of a stream from <system>/<stream>.json in files, as
// Tables holds them. The caller owns the table. A file that is missing, or that
// has a member which no Column has, is an error.
func Read(files fs.FS, system, stream string) (Table, error) {
	b, err := fs.ReadFile(files, system+"/"+stream+".json")
	if err != nil {
		return Table{}, fmt.Errorf("no table of %s's stream %q: %w", system, stream, err)
	}
	var t Table
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&t.Columns); err != nil {
		return Table{}, fmt.Errorf("table of %s's stream %q: %w", system, stream, err)
	}
	for i := range t.Columns {
		t.Columns[i].Optional = t.Columns[i].Param != ""
	}
	return t, nil
}

// Column returns the column of that name, and whether there is one.
func (t Table) Column(name string) (Column, bool) {
	for _, c := range t.Columns {
		if c.Name == name {
			return c, true
		}
	}
	return Column{}, false
}
