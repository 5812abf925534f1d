//go:build full

package rows

// Of a large table every share-th case is tried: all of them.
const share = 1
