package singer

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"tap-reprise/internal/object"
	"tap-reprise/internal/program"
	"tap-reprise/tap"
)

// An entry is one stream of a catalog as it is read.
type entry struct {
	tap.Choice
	marks map[string]metadata
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

// LoadCatalog reads the catalog file at path. No path is no catalog: nil.
func LoadCatalog(path string) (tap.Choices, error) {
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
func parseCatalog(data []byte) (tap.Choices, error) {
	streams, err := tap.CatalogStreams(data)
	if err != nil {
		return nil, err
	}
	list := tap.Choices{}
	for i, raw := range streams {
		c, err := parseEntry(raw)
		if err != nil {
			return nil, fmt.Errorf("is not a catalog: stream %d: %w", i+1, err)
		}
		if old := list.Find(c.Name); old != nil {
			*old = c
			continue
		}
		list = append(list, c)
	}
	return list, nil
}

func parseEntry(raw []byte) (tap.Choice, error) {
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
		return tap.Choice{}, fmt.Errorf("want an object, got %s", kind)
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		return tap.Choice{}, object.PlainType(err)
	}
	if object.KindOf(doc.Stream) == "an object" {
		return tap.Choice{}, errors.New("it is Airbyte's form")
	}
	e := entry{tap.Choice{Name: doc.ID, Method: doc.Method, ReplicationKey: doc.Clock, Key: doc.Key}, map[string]metadata{}}
	if e.Name == "" {
		_ = json.Unmarshal(doc.Stream, &e.Name)
	}
	if e.Name == "" {
		return tap.Choice{}, errors.New("it has no tap_stream_id")
	}
	for _, m := range doc.Metadata {
		if m.Breadcrumb == nil {
			return tap.Choice{}, errors.New("metadata without breadcrumb")
		}
		e.marks[crumb(*m.Breadcrumb...)] = m.Metadata
	}
	e.override(e.marks[""])
	if p := bytes.TrimSpace(doc.Schema.Properties); len(p) > 0 && string(p) != "null" {
		var err error
		if e.Columns, err = object.Members(p); err != nil {
			return tap.Choice{}, fmt.Errorf("schema properties: %w", err)
		}
	}
	e.mark("", cmp.Or(doc.Selected, doc.Schema.Selected))
	for _, p := range e.Columns {
		var old struct {
			Selected *decision `json:"selected"`
		}
		if err := json.Unmarshal(p.Value, &old); err == nil {
			e.mark(crumb("properties", p.Name), old.Selected)
		}
	}
	e.decide()
	return e.Choice, nil
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
		e.Method = m.Method
	case m.Forced != "" && m.Forced != tap.Incremental:
		e.Method = m.Forced
	}
	if m.Clock != "" {
		e.ReplicationKey = m.Clock
	}
	if m.Key != nil {
		e.Key = m.Key
	}
}

// decide makes of the marks what is wanted, by the rules of Meltano's SDK. Without
// any metadata, or without an entry for the stream, the stream is wanted.
func (e *entry) decide() {
	e.Left = map[string]bool{}
	for at, m := range e.marks {
		if at == "" {
			e.Skip = !m.wanted(false)
		} else if column, ok := strings.CutPrefix(at, crumb("properties", "")); ok && !m.wanted(true) {
			e.Left[column] = true
		}
	}
}

// wanted reports whether m selects what it is about: inclusion unsupported or
// automatic, selected, selected-by-default, what the parent is.
func (m metadata) wanted(parent bool) bool {
	switch {
	case m.Inclusion == "unsupported":
		return false
	case m.Inclusion == "automatic":
		return true
	case m.Selected != nil:
		return bool(*m.Selected)
	case m.Default != nil:
		return bool(*m.Default)
	}
	return parent
}

// crumb is a breadcrumb as one key of entry.marks.
func crumb(path ...string) string {
	if len(path) == 0 {
		return ""
	}
	return "/" + strings.Join(path, "/")
}
