package schemas

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
)

//go:embed reprise/*.json
var builtin embed.FS

// A Table is what is known about a stream's columns before the API was asked.
type Table struct {
	// Columns in the order in which the API sends them, those that it sends
	// on request after the others, those that the tap adds last.
	Columns []BuiltinColumn
}

// A BuiltinColumn describes one column.
type BuiltinColumn struct {
	Name string `json:"name"`

	// ClickHouse is the type's name as the API's meta most likely has it,
	// something that FromMeta knows. The meta itself, once seen, has the say.
	ClickHouse string `json:"type"`

	// Description tells a person what the column holds and what to mind.
	Description string `json:"description"`

	// Key columns together identify a row.
	Key bool `json:"key"`

	// Clock marks the one column that holds the server's clock.
	Clock bool `json:"clock"`

	// ViewerData columns tell who a viewer is.
	ViewerData bool `json:"viewer_data"`

	// Optional columns are sent only if the request has Param, else "".
	Optional bool   `json:"-"`
	Param    string `json:"only_with"`

	// Added columns are the tap's own; the API knows nothing of them.
	Added bool `json:"added"`
}

// Builtin returns the table of a Reprise stream (Reprise Data API, section 4).
// The page lists all columns of each endpoint but replay_session_activity's,
// whose list is completed from what earlier versions of the API sent. The
// caller owns the table. An unknown stream is an error.
func Builtin(stream string) (Table, error) {
	b, err := builtin.ReadFile("reprise/" + stream + ".json")
	if err != nil {
		return Table{}, fmt.Errorf("no built-in table of stream %q: %w", stream, err)
	}
	t, err := decodeTable(b)
	if err != nil {
		return Table{}, fmt.Errorf("built-in table of stream %q: %w", stream, err)
	}
	return t, nil
}

func decodeTable(b []byte) (Table, error) {
	var t Table
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&t.Columns); err != nil {
		return Table{}, err
	}
	for i := range t.Columns {
		t.Columns[i].Optional = t.Columns[i].Param != ""
	}
	return t, nil
}

// Column returns the column of that name, and whether there is one.
func (t Table) Column(name string) (BuiltinColumn, bool) {
	for _, c := range t.Columns {
		if c.Name == name {
			return c, true
		}
	}
	return BuiltinColumn{}, false
}
