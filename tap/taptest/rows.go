package taptest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xeipuuv/gojsonschema"

	"tap-reprise/tap"
)

// checkStreams checks what loaders demand of names, keys and types.
func checkStreams(t *testing.T, streams []tap.Stream) {
	t.Helper()
	require.NotEmpty(t, streams)
	seen := map[string]bool{}
	for _, s := range streams {
		require.True(t, tap.PlainName(s.Name), "a loader may rename or refuse %q", s.Name)
		require.False(t, seen[s.Name], "stream %s comes twice", s.Name)
		seen[s.Name] = true
		require.NotEmpty(t, s.Key, "stream %s has no key", s.Name)
		columns, names := map[string]tap.Column{}, map[string]bool{}
		for _, c := range s.Columns {
			// Some loaders fold capitals, so that names may not differ by them alone.
			folded := strings.ToLower(c.Name)
			require.True(t, tap.PlainName(folded), "a loader may rename or refuse %q of %s", c.Name, s.Name)
			require.False(t, strings.HasPrefix(c.Name, "_sdc_"), "%s.%s: loaders own this prefix", s.Name, c.Name)
			require.False(t, names[folded], "column %s of %s comes twice", c.Name, s.Name)
			names[folded] = true
			checkType(t, s.Name+"."+c.Name, c.Schema)
			columns[c.Name] = c
		}
		for _, k := range s.Key {
			require.Contains(t, []string{"[string]", "[integer]", "[number]"}, fmt.Sprint(columns[k].Schema.Type), "key %s.%s is a plain text or number", s.Name, k)
			require.True(t, columns[k].Automatic && columns[k].Selected, "key %s.%s is automatic", s.Name, k)
		}
		if s.ReplicationKey != "" {
			require.True(t, columns[s.ReplicationKey].Automatic, "replication key of %s is automatic", s.Name)
		}
	}
}

// checkType wants one base type, perhaps with null behind it, and at most a
// date-time format.
func checkType(t *testing.T, where string, p tap.Property) {
	t.Helper()
	base := slices.DeleteFunc(slices.Clone(p.Type), func(s string) bool { return s == "null" })
	require.Len(t, base, 1, "%s: one type, and null beside it: %v", where, p.Type)
	require.Contains(t, []string{"string", "integer", "number", "boolean", "array", "object"}, base[0], where)
	require.Contains(t, []string{"", "date-time"}, p.Format, where)
	if p.Items != nil {
		checkType(t, where+"[]", *p.Items)
	}
	for n, q := range p.Properties {
		checkType(t, where+"."+n, q)
	}
}

// checkPage checks a page on its own.
func checkPage(t *testing.T, s tap.Stream, p tap.Page) {
	t.Helper()
	require.GreaterOrEqual(t, p.Done, 0.0)
	require.LessOrEqual(t, p.Done, 1.0)
	if p.Bookmark != nil {
		var object map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(p.Bookmark, &object), "bookmark %s", p.Bookmark)
		require.NotEmpty(t, object, "an empty bookmark is none")
		require.False(t, bytes.ContainsAny(p.Bookmark, "\r\n"), "bookmark %q is one line", p.Bookmark)
	}
	for _, c := range p.Changes {
		require.True(t, 0 <= c.Row && c.Row < len(p.Rows), "change of row %d of %d", c.Row, len(p.Rows))
		require.True(t, slices.ContainsFunc(s.Columns, func(col tap.Column) bool { return col.Name == c.Field && col.Selected }),
			"change of %s, which is not in the rows", c.Field)
	}
}

// rowCheck returns a check of one row of s: one line, each selected column once
// and no other, values as the schema says, keys not empty, times in RFC 3339
// and UTC.
func rowCheck(t *testing.T, s tap.Stream) func(row string) error {
	t.Helper()
	properties := map[string]tap.Property{}
	for _, c := range s.Columns {
		if c.Selected {
			properties[c.Name] = c.Schema
		}
	}
	schema, err := gojsonschema.NewSchema(gojsonschema.NewGoLoader(map[string]any{"type": "object", "properties": properties}))
	require.NoError(t, err)
	return func(row string) error {
		if strings.ContainsAny(row, "\r\n") {
			return errors.New("more than one line")
		}
		result, err := schema.Validate(gojsonschema.NewStringLoader(row))
		if err != nil {
			return err
		}
		if !result.Valid() {
			return fmt.Errorf("%s", result.Errors()[0])
		}
		return checkColumns(row, s, properties)
	}
}

func checkColumns(row string, s tap.Stream, properties map[string]tap.Property) error {
	values, names, err := objectOf(row)
	if err != nil {
		return err
	}
	for i, n := range names {
		if _, selected := properties[n]; !selected {
			return fmt.Errorf("column %q is not selected", n)
		}
		if slices.Contains(names[:i], n) {
			return fmt.Errorf("column %q comes twice", n)
		}
	}
	for n, p := range properties {
		v, given := values[n]
		if !given {
			return fmt.Errorf("column %q is missing", n)
		}
		if text, ok := v.(string); ok && p.Format == "date-time" {
			if _, err := time.Parse("2006-01-02T15:04:05.999999999Z", text); err != nil {
				return fmt.Errorf("column %q: %w", n, err)
			}
		}
	}
	for _, k := range s.Key {
		if text, isText := values[k].(string); values[k] == nil || isText && text == "" && len(s.Key) == 1 {
			return fmt.Errorf("key column %q is empty", k)
		}
	}
	return nil
}

// object reads a row, and its keys in their order.
func objectOf(row string) (map[string]any, []string, error) {
	d := json.NewDecoder(strings.NewReader(row))
	d.UseNumber()
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, nil, fmt.Errorf("not an object: %w", err)
	}
	values := map[string]any{}
	var names []string
	for d.More() {
		k, err := d.Token()
		if err != nil {
			return nil, nil, err
		}
		var v any
		if err := d.Decode(&v); err != nil {
			return nil, nil, err
		}
		values[k.(string)] = v
		names = append(names, k.(string))
	}
	return values, names, nil
}

func decode(t *testing.T, row string) map[string]any {
	t.Helper()
	values, _, err := objectOf(row)
	require.NoError(t, err, row)
	return values
}
