//go:build !full

package simulation

// all: every setup runs for all its days. They do with -tags full.
const all = false
