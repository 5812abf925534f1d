//go:build !full

package simulation

// all: tables and seeds are taken whole. They are with -tags full.
const all = false
