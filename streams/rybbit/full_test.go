//go:build full && !race

package rybbit_test

// Of a large table every share-th case runs: all of them.
const share = 1
