package tap

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// A table is laid out in columns for a person: texts to the left, numbers to
// the right.
type table struct {
	rows  [][]string
	right []bool // by column
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// dropFirst takes the first column out.
func (t *table) dropFirst() {
	t.right = t.right[1:]
	for i := range t.rows {
		t.rows[i] = t.rows[i][1:]
	}
}

// print lays the table out within width if it can: it narrows the gaps, then
// takes the commas out of numbers. Nothing is cut.
func (t *table) print(width int) []byte {
	gap := 2
	if t.width(gap) > width {
		gap = 1
	}
	if t.width(gap) > width {
		for _, row := range t.rows {
			for i := range row {
				if t.right[i] {
					row[i] = strings.ReplaceAll(row[i], ",", "")
				}
			}
		}
	}
	var b bytes.Buffer
	widths := t.widths()
	for _, row := range t.rows {
		var line strings.Builder
		for i, cell := range row {
			if i > 0 {
				line.WriteString(strings.Repeat(" ", gap))
			}
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if t.right[i] {
				line.WriteString(pad + cell)
			} else {
				line.WriteString(cell + pad)
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " "))
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// widths are the widths of the columns.
func (t *table) widths() []int {
	out := make([]int, len(t.right))
	for _, row := range t.rows {
		for i, cell := range row {
			out[i] = max(out[i], utf8.RuneCountInString(cell))
		}
	}
	return out
}

// width is that of a whole line.
func (t *table) width(gap int) int {
	n := -gap
	for _, w := range t.widths() {
		n += w + gap
	}
	return n
}
