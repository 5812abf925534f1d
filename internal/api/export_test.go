package api

// LayerNames are the layers from the outermost to the innermost.
func LayerNames() (names []string) {
	for _, l := range layers {
		names = append(names, l.name)
	}
	return names
}
