//go:build race

package reprise_test

// Of a large table every share-th case runs: the race detector makes each many
// times as slow, and finds in a few what it would find in all.
const share = 5
