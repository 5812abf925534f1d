//go:build linux

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// transform runs the benchmarks of package rows, compiled as the tap is, and
// judges the ratios. They take many short turns, so that a slow second of the machine meets all of them.
func (b *bench) transform() error {
	binary := filepath.Join(b.dir, "rows.test")
	if err := command("go", "test", "-c", "-pgo", "default.pgo", "-o", binary, "./internal/rows"); err != nil {
		return err
	}
	m := benchmarks{}
	for range 3 * max(b.runs, 3) {
		cmd := pinned(b.place.test, binary, "-test.run", "^$", "-test.bench", ".", "-test.benchtime", "100ms", "-test.cpu", "1")
		cmd.Dir = filepath.Join("internal", "rows")
		out, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("benchmarks of rows: %w: %s", err, tail(string(out)))
		}
		m.add(out)
	}
	for _, layout := range []string{"pretty", "compact"} {
		b.table.add("transform, "+layout, fmt.Sprintf("%.0f ns CPU/row, %.2f CPU s/GB", m.median("Transform/"+layout, perRow), m.median("Transform/"+layout, perByte)))
		b.table.least("  faster than encoding/json's maps", m.times("Map/"+layout, "Transform/"+layout), 15)
		b.table.add("  faster than json-iterator's maps", fmt.Sprintf("%.1f", m.times("JSONIterator/"+layout, "Transform/"+layout)))
		b.table.most("  times reading and validating alone", m.times("Transform/"+layout, "Skip/"+layout), 1.5)
		b.table.most("  allocations per row", m.median("Transform/"+layout, "allocs/op")/10_000, 0.05)
	}
	b.table.least("transform, order of columns changes every row: faster than maps", m.times("Map/pretty", "Transform/shuffled"), 10)
	for _, shape := range []string{"narrow", "wide", "long"} {
		b.table.add("transform, "+shape+" rows", fmt.Sprintf("%.3f ns CPU/byte", m.median("Shapes/"+shape, perByte)))
	}
	return nil
}

const perRow, perByte = "cpu-ns/row", "cpu-ns/byte"

// benchmarks are what go test -bench printed: "name unit" → values by turn.
type benchmarks map[string][]float64

// add adds the output of a turn.
func (m benchmarks) add(out []byte) {
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		name := strings.TrimPrefix(fields[0], "Benchmark")
		for i := 2; i+1 < len(fields); i += 2 {
			if v, err := strconv.ParseFloat(fields[i], 64); err == nil {
				m[name+" "+fields[i+1]] = append(m[name+" "+fields[i+1]], v)
			}
		}
	}
}

// median is that of all turns.
func (m benchmarks) median(name, unit string) float64 {
	return middle(slices.Clone(m[name+" "+unit]))
}

// times is the median of how many times the CPU of b a took for a row, turn by
// turn.
func (m benchmarks) times(a, b string) float64 {
	var all []float64
	for i, v := range m[a+" "+perRow] {
		all = append(all, v/m[b+" "+perRow][i])
	}
	return middle(all)
}
