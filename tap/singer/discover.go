package singer

import (
	"bytes"
	"encoding/json"
	"slices"

	"tap-reprise/internal/object"
	"tap-reprise/tap"
)

// renderCatalog writes the streams as a Singer catalog, indented: Meltano reads
// discovery by lines of at most 64 KiB. Columns and streams keep their order.
func renderCatalog(streams []tap.Stream) []byte {
	b := []byte(`{"streams":[`)
	for i, s := range streams {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendEntry(b, s)
	}
	b = append(b, "]}"...)
	var out bytes.Buffer
	if err := json.Indent(&out, b, "", "  "); err != nil {
		panic(err) // b was just encoded
	}
	out.WriteByte('\n')
	return out.Bytes()
}

func appendEntry(b []byte, s tap.Stream) []byte {
	b = append(b, '{')
	b = object.AppendMember(b, "tap_stream_id", object.Encode(s.Name))
	if s.ReplicationKey != "" {
		b = object.AppendMember(b, "replication_key", object.Encode(s.ReplicationKey))
	}
	b = object.AppendMember(b, "replication_method", object.Encode(methodOf(s)))
	b = object.AppendMember(b, "key_properties", object.Encode(s.Key))
	b = object.AppendMember(b, "schema", nil)
	b = append(b, `{"type":"object","properties":{`...)
	for _, c := range s.Columns {
		b = object.AppendMember(b, c.Name, object.Encode(c.Schema))
	}
	b = append(b, "}}"...)
	b = object.AppendMember(b, "stream", object.Encode(s.Name))
	b = object.AppendMember(b, "metadata", nil)
	return append(appendMetadata(b, s), '}')
}

// methodOf is the replication method that discovery offers.
func methodOf(s tap.Stream) string {
	if s.ReplicationKey == "" {
		return tap.FullTable
	}
	return tap.Incremental
}

// appendMetadata lists the standard metadata: the stream first, then every
// column, since Meltano can deselect only what is listed. The parts of a nested
// column come and go with it: they are automatic.
func appendMetadata(b []byte, s tap.Stream) []byte {
	b = append(b, `[{"breadcrumb":[],"metadata":{"inclusion":"available"`...)
	b = object.AppendMember(b, "selected-by-default", []byte("true"))
	b = object.AppendMember(b, "table-key-properties", object.Encode(s.Key))
	b = object.AppendMember(b, "forced-replication-method", object.Encode(methodOf(s)))
	if s.ReplicationKey != "" {
		b = object.AppendMember(b, "valid-replication-keys", object.Encode([]string{s.ReplicationKey}))
		b = object.AppendMember(b, "replication-key", object.Encode(s.ReplicationKey))
	}
	b = append(b, "}}"...)
	for _, c := range s.Columns {
		path := []string{"properties", c.Name}
		if s.Fixed(c) {
			b = appendMark(b, path, `"inclusion":"automatic"`)
		} else if c.Selected {
			b = appendMark(b, path, `"inclusion":"available"`)
		} else {
			b = appendMark(b, path, `"inclusion":"available","selected-by-default":false`)
		}
		b = appendNested(b, path, c.Schema)
	}
	return append(b, ']')
}

func appendNested(b []byte, path []string, p tap.Property) []byte {
	names := make([]string, 0, len(p.Properties))
	for name := range p.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		inner := append(slices.Clone(path), "properties", name)
		b = appendMark(b, inner, `"inclusion":"automatic"`)
		b = appendNested(b, inner, p.Properties[name])
	}
	return b
}

func appendMark(b []byte, path []string, mark string) []byte {
	b = append(b, `,{"breadcrumb":`...)
	b = append(b, object.Encode(path)...)
	b = append(b, `,"metadata":{`...)
	b = append(b, mark...)
	return append(b, "}}"...)
}
