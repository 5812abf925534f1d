package taptest

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A Table is the rows of a stream by key, as [Values] reads them.
type Table map[string]map[string]any

// A Warehouse is what a loader makes of messages: a table a stream, rows merged
// by key, the latest wins.
type Warehouse map[string]Table

// Load merges what runs wrote, by the keys that their SCHEMAs name, and returns
// w. An unfinished last line is left out.
func (w Warehouse) Load(t testing.TB, outs ...Output) Warehouse {
	t.Helper()
	for _, o := range outs {
		keys := map[string][]string{}
		for line := range strings.Lines(o.Stdout) {
			if !strings.HasSuffix(line, "\n") {
				continue
			}
			m, err := ParseMessage(strings.TrimSuffix(line, "\n"))
			require.NoError(t, err)
			switch m.Type {
			case "SCHEMA":
				keys[m.Stream] = m.Key
			case "RECORD":
				row, err := valuesOf(string(m.Record))
				require.NoError(t, err)
				w.Put(t, m.Stream, keys[m.Stream], row)
			}
		}
	}
	return w
}

// Put merges a row by the columns of its key.
func (w Warehouse) Put(t testing.TB, stream string, key []string, row map[string]any) {
	t.Helper()
	if w[stream] == nil {
		w[stream] = Table{}
	}
	w[stream][KeyOf(t, stream, key, row)] = row
}

// KeyOf names a row by the columns of its key, texts and numbers: their values with a
// space between them. Of several columns, texts may be empty.
func KeyOf(t testing.TB, stream string, key []string, row map[string]any) string {
	t.Helper()
	require.NotEmpty(t, key, "%s has no key", stream)
	name := ""
	for i, column := range key {
		text, ok := row[column].(string)
		if number, is := row[column].(json.Number); is {
			text, ok = number.String(), true
		}
		if !ok || text == "" && len(key) == 1 {
			require.Failf(t, "a key is missing", "%s: %s of %v", stream, column, row)
		}
		if i > 0 {
			name += " "
		}
		name += text
	}
	return name
}

// Only is w with the named streams alone.
func (w Warehouse) Only(streams ...string) Warehouse {
	few := Warehouse{}
	for _, name := range streams {
		if w[name] != nil {
			few[name] = w[name]
		}
	}
	return few
}
