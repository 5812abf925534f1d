//go:build full

package simulation

// all: tables and seeds are taken whole.
const all = true
