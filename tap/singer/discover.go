package singer

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"tap-reprise/internal/object"
	"tap-reprise/tap"
)

// A discovered stream is one of the catalog that discovery prints.
type discovered struct {
	ID             string       `json:"tap_stream_id"`
	ReplicationKey string       `json:"replication_key,omitempty"`
	Method         string       `json:"replication_method"`
	Key            []string     `json:"key_properties"`
	Schema         streamSchema `json:"schema"`
	Stream         string       `json:"stream"`
	Metadata       []mark       `json:"metadata"`
}

// A mark is the metadata of what the breadcrumb leads to.
type mark struct {
	Breadcrumb []string `json:"breadcrumb"`
	Metadata   any      `json:"metadata"` // streamMark or columnMark
}

type streamMark struct {
	Inclusion string   `json:"inclusion"`
	Default   bool     `json:"selected-by-default"`
	Key       []string `json:"table-key-properties"`
	Method    string   `json:"forced-replication-method"`
	Clocks    []string `json:"valid-replication-keys,omitempty"`
	Clock     string   `json:"replication-key,omitempty"`
}

type columnMark struct {
	Inclusion string `json:"inclusion"`
	Default   *bool  `json:"selected-by-default,omitempty"` // nil: as the stream
}

// renderCatalog writes the streams as a Singer catalog, indented: Meltano reads
// discovery by lines of at most 64 KiB. Columns and streams keep their order.
func renderCatalog(streams []tap.Stream) []byte {
	doc := struct {
		Streams []discovered `json:"streams"`
	}{[]discovered{}}
	for _, s := range streams {
		d := discovered{ID: s.Name, ReplicationKey: s.ReplicationKey, Method: methodOf(s), Key: s.Key,
			Schema: streamSchema{Type: "object"}, Stream: s.Name, Metadata: marksOf(s)}
		for _, c := range s.Columns {
			d.Schema.Properties.Add(c.Name, c.Schema)
		}
		doc.Streams = append(doc.Streams, d)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, object.Encode(doc), "", "  "); err != nil {
		panic(err) // it was just encoded
	}
	out.WriteByte('\n')
	return out.Bytes()
}

// methodOf is the replication method that discovery offers.
func methodOf(s tap.Stream) string {
	if s.ReplicationKey == "" {
		return tap.FullTable
	}
	return tap.Incremental
}

// marksOf lists the standard metadata: the stream first, then every column, since
// Meltano can deselect only what is listed. The parts of a nested column come and
// go with it: they are automatic.
func marksOf(s tap.Stream) []mark {
	of := streamMark{Inclusion: "available", Default: !s.OptIn, Key: s.Key, Method: methodOf(s)}
	if s.ReplicationKey != "" {
		of.Clocks, of.Clock = []string{s.ReplicationKey}, s.ReplicationKey
	}
	marks := []mark{{[]string{}, of}}
	for _, c := range s.Columns {
		path := []string{"properties", c.Name}
		of := columnMark{Inclusion: "available"}
		switch {
		case s.Fixed(c):
			of.Inclusion = "automatic"
		case !c.Selected:
			of.Default = new(bool)
		}
		marks = appendNested(append(marks, mark{path, of}), path, c.Schema)
	}
	return marks
}

func appendNested(marks []mark, path []string, p tap.Property) []mark {
	for _, name := range slices.Sorted(maps.Keys(p.Properties)) {
		inner := append(slices.Clone(path), "properties", name)
		marks = appendNested(append(marks, mark{inner, columnMark{Inclusion: "automatic"}}), inner, p.Properties[name])
	}
	return marks
}
