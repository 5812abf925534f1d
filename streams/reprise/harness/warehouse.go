package harness

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Keys are the columns that identify a row, by stream.
var Keys = map[string][]string{
	"replay_session_activity":    {"activity_id"},
	"replay_session_summary":     {"session_id"},
	"replicate_session_activity": {"session_id"},
	"replay_metrics":             {"entity_type", "entity_id", "period", "period_start"},
	"replay_change_feed":         {"entity_type", "entity_id"},
}

// A Table is the rows of a stream by key. Values are as encoding/json decodes
// them with UseNumber: the digits of a number are kept.
type Table map[string]map[string]any

// A Warehouse is what a loader makes of messages: a table a stream, rows merged
// by key, the latest wins.
type Warehouse map[string]Table

// Load merges what a run wrote. An unfinished last line is left out.
func (w Warehouse) Load(t testing.TB, outs ...Output) Warehouse {
	t.Helper()
	for _, o := range outs {
		for line := range strings.Lines(o.Stdout) {
			if !strings.HasSuffix(line, "\n") {
				continue
			}
			m, err := Parse(strings.TrimSuffix(line, "\n"))
			require.NoError(t, err)
			if m.Type == "RECORD" {
				w.put(t, m.Stream, decode(t, string(m.Record)))
			}
		}
	}
	return w
}

func (w Warehouse) put(t testing.TB, stream string, row map[string]any) {
	t.Helper()
	if w[stream] == nil {
		w[stream] = Table{}
	}
	w[stream][KeyOf(t, stream, row)] = row
}

// KeyOf names a row by its key columns, which must be text.
func KeyOf(t testing.TB, stream string, row map[string]any) string {
	t.Helper()
	var parts []string
	for _, name := range Keys[stream] {
		text, ok := row[name].(string)
		require.True(t, ok && text != "", "%s: key %s of %v", stream, name, row)
		parts = append(parts, text)
	}
	return strings.Join(parts, " ")
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

// decode reads an object; digits are kept.
func decode(t testing.TB, text string) map[string]any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var row map[string]any
	require.NoError(t, d.Decode(&row), text)
	return row
}

// Compare lists how got differs from want: rows that are missing, rows that
// nobody asked for, and values that are not the same. The list is short and
// sorted.
func Compare(want, got Warehouse) []string {
	var list []string
	for _, stream := range Streams {
		list = append(list, compareTables(stream, want[stream], got[stream])...)
	}
	return list
}

// Lacks is Compare without the rows that want does not have.
func Lacks(want, got Warehouse) []string {
	return slices.DeleteFunc(Compare(want, got), func(line string) bool { return strings.Contains(line, ": unknown row") })
}

func compareTables(stream string, want, got Table) []string {
	var list []string
	for key, row := range want {
		if have, ok := got[key]; !ok {
			list = append(list, fmt.Sprintf("%s: missing row %s: %v", stream, key, row))
		} else if !reflect.DeepEqual(row, have) {
			list = append(list, compareRows(stream+" "+key, row, have)...)
		}
	}
	for key := range got {
		if _, ok := want[key]; !ok {
			list = append(list, fmt.Sprintf("%s: unknown row %s", stream, key))
		}
	}
	slices.Sort(list)
	return list
}

func compareRows(what string, want, got map[string]any) []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(want)) {
		value, ok := got[name]
		if !ok {
			list = append(list, fmt.Sprintf("%s: no column %s", what, name))
		} else if !reflect.DeepEqual(want[name], value) {
			list = append(list, fmt.Sprintf("%s: %s is %#v, want %#v", what, name, value, want[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok {
			list = append(list, fmt.Sprintf("%s: unknown column %s", what, name))
		}
	}
	return list
}

// Same fails the test unless got is want, and shows the first differences.
func Same(t testing.TB, want, got Warehouse, about ...any) {
	t.Helper()
	none(t, Compare(want, got), about)
}

// Holds fails the test unless got has every row of want as it is there.
func Holds(t testing.TB, want, got Warehouse, about ...any) {
	t.Helper()
	none(t, Lacks(want, got), about)
}

func none(t testing.TB, differences []string, about []any) {
	t.Helper()
	if len(differences) == 0 {
		return
	}
	shown := differences[:min(5, len(differences))]
	require.Fail(t, fmt.Sprintf("%d differences:\n%s", len(differences), strings.Join(shown, "\n")), about...)
}
