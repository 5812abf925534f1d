//go:build linux

package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// A table collects figures and judges them.
type table struct {
	lines  []line
	missed int
}

// A line is a figure beside its gate.
type line struct{ figure, measured, gate, verdict string }

// add adds a figure that is only reported.
func (t *table) add(figure, measured string) {
	t.lines = append(t.lines, line{figure: figure, measured: measured})
}

// aim adds a figure that should not be above most, and is not gated.
func (t *table) aim(figure string, value, most float64) {
	t.lines = append(t.lines, line{figure, fmt.Sprintf("%.2f", value), fmt.Sprintf("aim ≤ %.4g", most), within(value <= most, "above")})
}

// most adds a figure that must not be above its gate.
func (t *table) most(figure string, value, gate float64) {
	t.gate(line{figure, fmt.Sprintf("%.3g", value), fmt.Sprintf("≤ %.4g", gate), ""}, value <= gate)
}

// least adds a figure that must not be below its gate.
func (t *table) least(figure string, value, gate float64) {
	t.gate(line{figure, fmt.Sprintf("%.1f", value), fmt.Sprintf("≥ %.4g", gate), ""}, value >= gate)
}

func (t *table) gate(l line, held bool) {
	if l.verdict = within(held, "MISSED"); !held {
		t.missed++
	}
	t.lines = append(t.lines, l)
}

func within(held bool, otherwise string) string {
	if held {
		return "ok"
	}
	return otherwise
}

// print writes the table.
func (t *table) print(w io.Writer) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "figure\tmeasured\tgate\t")
	for _, l := range t.lines {
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", l.figure, l.measured, l.gate, l.verdict)
	}
	return out.Flush()
}

// middle is the median.
func middle[T cmp.Ordered](all []T) T {
	slices.Sort(all)
	return all[len(all)/2]
}

// median takes each figure's median.
func median(all []cost) cost {
	pick := func(of func(cost) int64) int64 {
		var values []int64
		for _, c := range all {
			values = append(values, of(c))
		}
		return middle(values)
	}
	return cost{
		cpu:  time.Duration(pick(func(c cost) int64 { return int64(c.cpu) })),
		wall: time.Duration(pick(func(c cost) int64 { return int64(c.wall) })),
		rss:  pick(func(c cost) int64 { return c.rss }), records: all[0].records,
	}
}

// ratio is the median of what a cost for each b, turn by turn: what slows a turn
// down meets both.
func ratio(a, b []cost, of func(cost) float64) float64 {
	var all []float64
	for i := range a {
		all = append(all, of(a[i])/of(b[i]))
	}
	return middle(all)
}

func (c cost) cpuSeconds() float64  { return c.cpu.Seconds() }
func (c cost) wallSeconds() float64 { return c.wall.Seconds() }
