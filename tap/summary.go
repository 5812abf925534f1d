package tap

import (
	"maps"
	"slices"
)

// summary logs what a stream's sync came to and returns its rows.
func (p *pass) summary(stream string) int64 {
	sums, _ := p.metrics.sums(stream)
	rows := sums[recordCount]
	delete(sums, recordCount)
	attrs := []any{"stream", stream, "rows", rows}
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		attrs = append(attrs, name, sums[name])
	}
	p.log.Info("stream ended", attrs...)
	return rows
}
