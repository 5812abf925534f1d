package airbyte

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tap-reprise/internal/object"
	"tap-reprise/internal/program"
	"tap-reprise/tap"
)

// A configured stream is a stream of Airbyte's configured catalog. Its choice
// holds the name and the columns; how it is read follows from the mode.
type configured struct {
	tap.Choice
	refresh bool   // full_refresh
	job     string // sync_id, a JSON number; "" if there is none
	doubt   string // what the catalog says of the mode, if it is not known
}

// loadConfigured reads the configured catalog at path.
func loadConfigured(path string) ([]configured, error) {
	const hint = "give --catalog a configured catalog: streams of discover's, each with a sync_mode"
	if path == "" {
		return nil, &program.Error{Code: program.ExitConfig, Err: errors.New("no catalog given"), Hint: hint}
	}
	data, err := program.ReadDocument("catalog", path)
	if err != nil {
		return nil, &program.Error{Code: program.ExitConfig, Err: err, Hint: hint}
	}
	list, err := parseConfigured(data)
	if err != nil {
		return nil, &program.Error{Code: program.ExitConfig, Err: fmt.Errorf("catalog %s %w", path, err), Hint: hint}
	}
	return list, nil
}

// parseConfigured reads a configured catalog; of a stream that comes twice the
// last counts. The result is not nil.
func parseConfigured(data []byte) ([]configured, error) {
	streams, err := tap.CatalogStreams(data)
	if err != nil {
		return nil, err
	}
	list := []configured{}
	for i, raw := range streams {
		c, err := parseConfiguredStream(raw)
		if err != nil {
			return nil, fmt.Errorf("is not a configured catalog: stream %d: %w", i+1, err)
		}
		list = slices.DeleteFunc(list, func(o configured) bool { return o.Name == c.Name })
		list = append(list, c)
	}
	return list, nil
}

func parseConfiguredStream(raw []byte) (configured, error) {
	var doc struct {
		Stream      json.RawMessage `json:"stream"`
		Mode        *string         `json:"sync_mode"`
		Destination *string         `json:"destination_sync_mode"`
		Job         json.RawMessage `json:"sync_id"`
		Key         json.RawMessage `json:"primary_key"`
	}
	if kind := object.KindOf(raw); kind != "an object" {
		return configured{}, fmt.Errorf("want an object, got %s", kind)
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		return configured{}, object.PlainType(err)
	}
	if kind := object.KindOf(doc.Stream); kind == "text" {
		return configured{}, errors.New("it is Singer's form")
	} else if kind != "an object" {
		return configured{}, errors.New("it is not configured: its stream is missing")
	}
	var stream struct {
		Name   string `json:"name"`
		Schema struct {
			Properties json.RawMessage `json:"properties"`
		} `json:"json_schema"`
	}
	if err := json.Unmarshal(doc.Stream, &stream); err != nil {
		return configured{}, object.PlainType(err)
	}
	if stream.Name == "" {
		return configured{}, errors.New("it has no name")
	}
	c := configured{Choice: tap.Choice{Name: stream.Name, Lean: true}}
	if object.KindOf(doc.Job) == "a number" {
		c.job = string(doc.Job)
	}
	if p := stream.Schema.Properties; len(p) > 0 && string(p) != "null" {
		var err error
		if c.Columns, err = object.Members(p); err != nil {
			return configured{}, fmt.Errorf("json_schema properties: %w", err)
		}
	}
	if strings.HasSuffix(strings.ToLower(orEmpty(doc.Destination)), "dedup") {
		c.Key = primaryKey(doc.Key)
	}
	return c, c.chooseMode(doc.Mode, doc.Destination)
}

// primaryKey reads the key by which the destination merges rows: paths to values. A
// path that leads into a column is no column's name, and is refused as such: what
// lies there may be null. nil is the stream's own key.
func primaryKey(raw json.RawMessage) (key []string) {
	var paths [][]string
	if json.Unmarshal(raw, &paths) != nil {
		return nil
	}
	for _, path := range paths {
		if len(path) > 0 {
			key = append(key, strings.Join(path, "/"))
		}
	}
	return key
}

// chooseMode settles how the stream is read. A mode that is not known falls
// back to the one that suits the destination: what overwrites a table needs all
// rows, what adds to it loses nothing by the new ones alone. If neither mode
// is known, the catalog is not of this protocol.
func (c *configured) chooseMode(mode, destination *string) error {
	into := strings.ToLower(orEmpty(destination))
	switch strings.ToLower(orEmpty(mode)) {
	case "incremental":
		return nil
	case "full_refresh":
		c.refresh = true
		return nil
	}
	known := []string{"", "append", "overwrite", "append_dedup", "overwrite_dedup", "update", "soft_delete"}
	if mode != nil && !slices.Contains(known, into) {
		return errors.New("neither its sync_mode nor its destination_sync_mode is known")
	}
	c.refresh, c.doubt = strings.HasPrefix(into, "overwrite"), orEmpty(mode)
	if c.doubt == "" {
		c.doubt = "none"
	}
	return nil
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
