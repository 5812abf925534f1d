package ledger

import "strings"

// tamper does what people and other programs do to configs and bookmarks.
func (t *trial) tamper(d deed) {
	switch d.kind {
	case "earlier":
		t.from -= d.age
		t.w.seen.note("start_date is moved back", true)
	case "later":
		t.from += d.age
		t.w.seen.note("start_date is moved on", true)
	case "damage":
		if n := len(t.mark.Ledger); n > 0 {
			b := []byte(t.mark.Ledger)
			b[t.w.rng.IntN(n)] ^= byte(1 + t.w.rng.IntN(127))
			t.mark.Ledger = string(b[:n-t.w.rng.IntN(2)])
		}
	case "newer":
		t.mark.Ledger = strings.Replace(t.mark.Ledger, "1.", "2.", 1)
	case "foreign":
		if t.attempt == 0 && t.w.loaded.To > 0 && t.mark.Ledger != "" && t.mark.From == FloorTo(t.from, Second) {
			t.mark = Bookmark{Since: t.mark.Since}
			for _, h := range t.w.rows {
				h.excused = h.excused || h.place < t.mark.Since-t.set.Lookback
			}
		}
	case "refilter":
		t.refilter()
	case "lookback":
		t.grown(d.age)
	case "rewind":
		t.rewind(t.mark.Since - d.age)
	}
}

// refilter sets another filter: from now on there are other rows, and the warehouse
// starts over.
func (t *trial) refilter() {
	if t.mark.Ledger == "" {
		return
	}
	t.name += "x"
	t.table, t.attempt, t.w.loaded = map[int]int{}, 0, Span{}
	for _, h := range t.w.rows {
		h.ahead, h.excused = true, false
	}
}

// grown makes the look-back another. What was let go before is not promised.
func (t *trial) grown(lookback int64) {
	t.set.Lookback = lookback
	for _, h := range t.w.rows {
		h.excused = h.excused || h.place < t.mark.Since-lookback
	}
}

// rewind does what a person does whose warehouse lost everything from since on. Strays
// are counted to some unit before them, and may not come again.
func (t *trial) rewind(since int64) {
	if t.mark == (Bookmark{}) {
		return
	}
	t.mark.Since = max(0, since)
	for _, h := range t.w.rows {
		if h.place >= t.mark.Since && h.at == h.place {
			h.ahead = true
			delete(t.table, h.id)
		}
	}
	t.w.loaded.To = min(t.w.loaded.To, t.mark.Since)
}
