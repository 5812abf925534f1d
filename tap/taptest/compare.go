package taptest

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Compare lists how got differs from want: rows that are missing, rows that
// nobody asked for, and values that are not the same. The list is short and
// sorted.
func Compare(want, got Warehouse) []string {
	var list []string
	all := Warehouse{}
	maps.Copy(all, want)
	maps.Copy(all, got)
	for _, stream := range slices.Sorted(maps.Keys(all)) {
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
		} else if !equalRows(row, have) {
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

func equalRows(want, got map[string]any) bool {
	if len(want) != len(got) {
		return false
	}
	for name, value := range want {
		have, ok := got[name]
		if !ok || !equal(value, have) {
			return false
		}
	}
	return true
}

// equal is reflect.DeepEqual, quick where values are plain.
func equal(a, b any) bool {
	switch a.(type) {
	case []any, map[string]any:
		return reflect.DeepEqual(a, b)
	}
	switch b.(type) {
	case []any, map[string]any:
		return false
	}
	return a == b
}

func compareRows(what string, want, got map[string]any) []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(want)) {
		value, ok := got[name]
		if !ok {
			list = append(list, fmt.Sprintf("%s: no column %s", what, name))
		} else if !equal(want[name], value) {
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
