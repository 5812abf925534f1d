package stretch

import (
	"bytes"
	"cmp"
	"slices"

	"tap-reprise/internal/ledger"
	"tap-reprise/internal/rows"
)

// A Stretch is everything that the API held of a span at one moment, or a part of
// that: see crowd.
type Stretch struct {
	ledger.Span
	Part  bool            // more of the span follows, and that with the total
	Total *ledger.Total   // of the parts before it; nil: there were none
	Rows  [][]byte        // ready to be written
	Sums  []ledger.Digest // of Rows, as the ledger wants them
	Shaky bool            // could not be read twice the same

	sheet *Sheet      // owner of Rows; nil: they own themselves
	kept  []int32     // which of the rows read these are
	edits []rows.Edit // of the rows read, by the index that kept has
}

// Entry is got as the ledger takes it.
func (got *Stretch) Entry() ledger.Stretch {
	return ledger.Stretch{Span: got.Span, Rows: got.Sums, Part: got.Part, Total: got.Total, Shaky: got.Shaky}
}

// Keep takes the rows of an answer for s and leaves out the rows that belong to other stretches.
func (r *Reader) Keep(s ledger.Span, p *Sheet) *Stretch {
	got := &Stretch{Span: s, sheet: p, edits: p.Edits, Rows: p.lines[:0], kept: p.kept[:0], Sums: p.sums[:0]}
	for i := range p.Rows {
		row := &p.Rows[i]
		if !r.Belongs(s, row) {
			continue
		}
		got.Rows = append(got.Rows, row.JSON)
		got.kept = append(got.kept, int32(i))
		got.Sums = append(got.Sums, ledger.Digest{At: row.At, HasAt: row.HasAt, Sum: row.Sum})
	}
	p.lines, p.kept, p.sums = got.Rows, got.kept, got.Sums
	return got
}

// Choose keeps only the rows at these indexes, which ascend. Sums stay, since the
// ledger has seen them.
func (got *Stretch) Choose(indexes []int) {
	for i, at := range indexes {
		got.Rows[i], got.kept[i] = got.Rows[at], got.kept[at]
	}
	got.Rows, got.kept = got.Rows[:len(indexes)], got.kept[:len(indexes)]
}

// only is Choose, where the ledger has not seen the rows.
func (got *Stretch) only(indexes []int) {
	for i, at := range indexes {
		got.Sums[i] = got.Sums[at]
	}
	got.Sums = got.Sums[:len(indexes)]
	got.Choose(indexes)
}

// Count is how many rows the stretch stands for.
func (got *Stretch) Count() int {
	if got.Total != nil {
		return got.Total.Rows
	}
	return len(got.Rows)
}

// Release gives back the memory of the rows before the n-th of those kept. That of
// the last ones goes back with their sheet.
func (got *Stretch) Release(n int) {
	if got.sheet != nil && n < len(got.kept) {
		got.sheet.Release(int(got.kept[n]))
	}
}

// Edits lists the values of Rows that could not be passed on as they came. Row is an
// index into Rows.
func (got *Stretch) Edits() (out []rows.Edit) {
	if len(got.edits) == 0 {
		return nil
	}
	at := make(map[int]int, len(got.kept))
	for i, row := range got.kept {
		at[int(row)] = i
	}
	for _, e := range got.edits {
		if i, ok := at[e.Row]; ok {
			e.Row = i
			out = append(out, e)
		}
	}
	return out
}

// Done gives the memory of a stretch's rows back. Nobody may look at them again.
func (r *Reader) Done(got *Stretch) { r.Pages.Put(got.sheet) }

// Order sorts the rows of a history so that the last row of a key is its last
// change. It goes by the clock and, within its whole second, by Tiebreak.
func (r *Reader) Order(got *Stretch) {
	at := make([]int, len(got.Rows))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(a, b int) int {
		return cmp.Or(cmp.Compare(got.Sums[a].At, got.Sums[b].At),
			bytes.Compare(r.tiebreak(got.Rows[a]), r.tiebreak(got.Rows[b])))
	})
	old := *got
	got.Rows, got.Sums, got.kept = make([][]byte, len(at)), make([]ledger.Digest, len(at)), make([]int32, len(at))
	for i, from := range at {
		got.Rows[i], got.Sums[i], got.kept[i] = old.Rows[from], old.Sums[from], old.kept[from]
	}
}

// tiebreak is the text of the column Tiebreak in a row as written. It has the same
// width in all rows, and is nil where the column is not selected. The mark cannot
// stand inside another text: its quotes would be escaped there.
func (r *Reader) tiebreak(row []byte) []byte {
	mark := []byte(`"` + r.Tiebreak + `":"`)
	i := bytes.Index(row, mark)
	if i < 0 {
		return nil
	}
	text := row[i+len(mark):]
	return text[:max(0, bytes.IndexByte(text, '"'))]
}
