package tap

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"tap-reprise/internal/object"
	"tap-reprise/internal/program"
)

// A catalog is a Singer catalog that was passed in, streams in their order.
type catalog []entry

// An entry is one stream of a catalog: what its user chose.
type entry struct {
	name       string
	properties []object.Member // JSON Schemas of the columns, in their order
	marks      map[string]metadata
	method     string   // FULL_TABLE, INCREMENTAL or ""
	key        []string // nil: the stream's own
	clock      string   // replication key asked for, or ""

	// lean: columns that are not wanted are not listed, so that one which is
	// missing is no news.
	lean bool
}

// A metadata is what the catalog says about a stream (breadcrumb "") or a
// column (breadcrumb "/properties/<name>").
type metadata struct {
	Inclusion string    `json:"inclusion"`
	Selected  *decision `json:"selected"`
	Default   *decision `json:"selected-by-default"`

	Method string   `json:"replication-method"`
	Forced string   `json:"forced-replication-method"`
	Key    []string `json:"table-key-properties"`
	Clock  string   `json:"replication-key"`
}

// A decision is a boolean that some tools write as text.
type decision bool

// UnmarshalJSON takes true, false, "true" and "false".
func (d *decision) UnmarshalJSON(data []byte) error {
	switch strings.ToLower(strings.Trim(string(data), `"`)) {
	case "true":
		*d = true
	case "false":
		*d = false
	default:
		return fmt.Errorf("want true or false, got %s", object.KindOf(data))
	}
	return nil
}

// loadCatalog reads the catalog file at path. No path is no catalog: nil.
func loadCatalog(path string) (catalog, error) {
	if path == "" {
		return nil, nil
	}
	data, err := program.ReadDocument("catalog", path)
	if err != nil {
		return nil, &program.Error{Code: program.ExitConfig, Err: err,
			Hint: "write one with --discover"}
	}
	c, err := parseCatalog(data)
	if err != nil {
		return nil, &program.Error{Code: program.ExitConfig, Err: fmt.Errorf("catalog %s %w", path, err),
			Hint: "write a new one with --discover"}
	}
	return c, nil
}

// parseCatalog reads a catalog; of a stream that comes twice the last wins.
// The result is not nil.
func parseCatalog(data []byte) (catalog, error) {
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
	c := catalog{}
	for i, raw := range doc.Streams {
		e, err := parseEntry(raw)
		if err != nil {
			return nil, fmt.Errorf("is not a catalog: stream %d: %w", i+1, err)
		}
		if old := c.find(e.name); old != nil {
			*old = e
			continue
		}
		c = append(c, e)
	}
	return c, nil
}

func parseEntry(raw []byte) (entry, error) {
	var doc struct {
		ID       string          `json:"tap_stream_id"`
		Stream   json.RawMessage `json:"stream"`
		Method   string          `json:"replication_method"`
		Clock    string          `json:"replication_key"`
		Key      []string        `json:"key_properties"`
		Selected *decision       `json:"selected"`
		Metadata []struct {
			Breadcrumb *[]string `json:"breadcrumb"`
			Metadata   metadata  `json:"metadata"`
		} `json:"metadata"`
		Schema struct {
			Properties json.RawMessage `json:"properties"`
			Selected   *decision       `json:"selected"`
		} `json:"schema"`
	}
	if kind := object.KindOf(raw); kind != "an object" {
		return entry{}, fmt.Errorf("want an object, got %s", kind)
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		return entry{}, object.PlainType(err)
	}
	if object.KindOf(doc.Stream) == "an object" {
		return entry{}, errors.New("it is Airbyte's form")
	}
	e := entry{name: doc.ID, method: doc.Method, clock: doc.Clock, key: doc.Key, marks: map[string]metadata{}}
	if e.name == "" {
		_ = json.Unmarshal(doc.Stream, &e.name)
	}
	if e.name == "" {
		return entry{}, errors.New("it has no tap_stream_id")
	}
	for _, m := range doc.Metadata {
		if m.Breadcrumb == nil {
			return entry{}, errors.New("metadata without breadcrumb")
		}
		e.marks[crumb(*m.Breadcrumb...)] = m.Metadata
	}
	e.override(e.marks[""])
	if p := bytes.TrimSpace(doc.Schema.Properties); len(p) > 0 && string(p) != "null" {
		var err error
		if e.properties, err = object.Members(p); err != nil {
			return entry{}, fmt.Errorf("schema properties: %w", err)
		}
	}
	e.mark("", cmp.Or(doc.Selected, doc.Schema.Selected))
	for _, p := range e.properties {
		var old struct {
			Selected *decision `json:"selected"`
		}
		if err := json.Unmarshal(p.Value, &old); err == nil {
			e.mark(crumb("properties", p.Name), old.Selected)
		}
	}
	return e, nil
}

// mark takes a choice that stands beside a stream's name or in a schema, where
// Singer had it before there was metadata. Metadata wins.
func (e *entry) mark(crumb string, chosen *decision) {
	if m := e.marks[crumb]; chosen != nil && m.Selected == nil {
		m.Selected = chosen
		e.marks[crumb] = m
	}
}

// override lets the metadata of the stream win over its plain keys, and what
// the user writes over what discovery wrote: a forced method of INCREMENTAL is
// only discovery's default.
func (e *entry) override(m metadata) {
	switch {
	case m.Method != "":
		e.method = m.Method
	case m.Forced != "" && m.Forced != "INCREMENTAL":
		e.method = m.Forced
	}
	if m.Clock != "" {
		e.clock = m.Clock
	}
	if m.Key != nil {
		e.key = m.Key
	}
}

// find returns the entry of that name, or nil.
func (c catalog) find(name string) *entry {
	for i := range c {
		if c[i].name == name {
			return &c[i]
		}
	}
	return nil
}

// crumb is a breadcrumb as one key of entry.marks.
func crumb(path ...string) string {
	if len(path) == 0 {
		return ""
	}
	return "/" + strings.Join(path, "/")
}
