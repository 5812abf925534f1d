//go:build full && !race

package reprise_test

// Of a large table every share-th case runs: all of them.
const share = 1
