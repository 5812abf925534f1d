package rybbit_test

import (
	"iter"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"testing"
)

// The tests make much garbage and hold little: a third of their time would be spent
// on collecting it.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// some are every n-th case of a table in the order of their names, from the first; all
// of them with -tags full.
func some[V any](table map[string]V, n int) iter.Seq2[string, V] {
	if share == 1 {
		n = 1
	}
	return func(yield func(string, V) bool) {
		for i, name := range slices.Sorted(maps.Keys(table)) {
			if i%n == 0 && !yield(name, table[name]) {
				return
			}
		}
	}
}
