//go:build !full || race

package rybbit_test

// Of a large table every share-th case runs, so that each kind is met once. All
// of them run with -tags full; the race detector finds in a few what it would
// find in all.
const share = 5
