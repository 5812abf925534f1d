//go:build !full

package rows

// Of a large table every share-th case is tried. With -tags full all of them are.
const share = 7
