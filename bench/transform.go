//go:build linux

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
)

// transform runs the benchmarks of package rows and judges the ratios. They
// take many short turns, so that a slow second of the machine meets all of them.
func (b *bench) transform() error {
	binary := filepath.Join(b.dir, "rows.test")
	if err := command("go", "test", "-c", "-o", binary, "./rows"); err != nil {
		return err
	}
	test, _ := cores()
	var out []byte
	for range 3 * max(b.runs, 3) {
		cmd := pinned(test, binary, "-test.run", "^$", "-test.bench", ".", "-test.benchtime", "100ms", "-test.cpu", "1")
		cmd.Dir = "rows"
		turn, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("benchmarks of rows: %w: %s", err, tail(string(turn)))
		}
		out = append(out, turn...)
	}
	m := parseBenchmarks(out)
	ns := func(name string) float64 { return m[name]["cpu-ns/row"] }
	for _, layout := range []string{"pretty", "compact"} {
		b.table.add("transform, "+layout, fmt.Sprintf("%.0f ns CPU/row, %.2f CPU s/GB", ns("Transform/"+layout), m["Transform/"+layout]["cpu-ns/byte"]))
		b.table.least("  faster than encoding/json's maps", ns("Map/"+layout)/ns("Transform/"+layout), 15)
		b.table.add("  faster than json-iterator's maps", fmt.Sprintf("%.1f", ns("JSONIterator/"+layout)/ns("Transform/"+layout)))
		b.table.most("  times reading and validating alone", ns("Transform/"+layout)/ns("Skip/"+layout), 1.5)
		b.table.most("  allocations per row", m["Transform/"+layout]["allocs/op"]/10_000, 0.05)
	}
	b.table.least("transform, order of columns changes every row: faster than maps", ns("Map/pretty")/ns("Transform/shuffled"), 10)
	for _, shape := range []string{"narrow", "wide", "long"} {
		b.table.add("transform, "+shape+" rows", fmt.Sprintf("%.3f ns CPU/byte", m["Shapes/"+shape]["cpu-ns/byte"]))
	}
	return nil
}

// parseBenchmarks reads the output of go test -bench: benchmark → unit →
// median.
func parseBenchmarks(out []byte) map[string]map[string]float64 {
	values := map[string]map[string][]float64{}
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		name := strings.TrimPrefix(fields[0], "Benchmark")
		if values[name] == nil {
			values[name] = map[string][]float64{}
		}
		for i := 2; i+1 < len(fields); i += 2 {
			if v, err := strconv.ParseFloat(fields[i], 64); err == nil {
				values[name][fields[i+1]] = append(values[name][fields[i+1]], v)
			}
		}
	}
	medians := map[string]map[string]float64{}
	for name, units := range values {
		medians[name] = map[string]float64{}
		for unit, all := range units {
			medians[name][unit] = middle(all)
		}
	}
	return medians
}
