package streams

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tap-reprise/internal/stretch"
	"tap-reprise/tap"
)

// VerifyWindowed asks for every window in the ledger again, since figures cannot be
// counted. Windows that were still open when the bookmark was written move on.
// Those that follow are not asked for.
func VerifyWindowed(r *Reader, ctx context.Context, b tap.Bookmark, _ bool) ([]tap.Finding, error) {
	old, err := r.audited(ctx, b)
	if err != nil {
		return nil, err
	}
	sums, err := decodeSums(old.members.Ledger)
	if err != nil {
		return nil, ConfigError(err, "verify a state that this version of the tap has written")
	}
	if old.filter != r.Table.Filter {
		return nil, ConfigError(fmt.Errorf("the state was written with other windows or filters"), "verify it with the config of its run")
	}
	m := &windowsRun{r: r, old: old, sums: sums, start: r.Source.Start.UnixMicro()}
	m.end, m.now = r.until()
	tasks, later := m.listed()
	var out []tap.Finding
	for got, err := range stretch.Parallel(ctx, len(tasks), max(1, r.Source.InFlight), func(ctx context.Context, i int) (*stretch.Stretch, error) {
		return m.read(ctx, tasks[i])
	}) {
		t := tasks[len(out)]
		if err == nil && got == nil {
			got, err = m.large(ctx, t, 0, nil)
		}
		if err != nil {
			return nil, err
		}
		f := tap.Finding{From: time.UnixMicro(t.Start), To: time.UnixMicro(t.End), Of: t.Period + " " + t.kind,
			Rows: -1, Found: got.Count(), Standing: tap.Same}
		switch {
		case sums.sums[m.keyOf(t.Window, t.kind)] == 0:
			f.Standing = tap.Unread
		case sumOf(got) == sums.sums[m.keyOf(t.Window, t.kind)]:
		case t.closes() > old.at:
			f.Standing = tap.New
		default:
			f.Standing = tap.Changed
		}
		out = append(out, f)
		r.Spans.Done(got)
	}
	for _, t := range later {
		out = append(out, tap.Finding{From: time.UnixMicro(t.Start), To: time.UnixMicro(t.End), Of: t.Period + " " + t.kind,
			Rows: -1, Found: -1, Standing: tap.New, After: true})
	}
	return out, nil
}

// listed are the windows that the ledger knows, and those that came later. A window
// that is not listed, before one of its period that is, had no session: it is left
// out.
func (m *windowsRun) listed() (known, later []task) {
	for _, w := range windows(m.r.Table.Windows.Periods, m.start, m.end) {
		for _, kind := range m.r.Table.Windows.Kinds {
			if _, ok := m.sums.sums[m.keyOf(w, kind)]; ok {
				known = append(known, task{w, kind})
				later = slices.DeleteFunc(later, func(t task) bool { return t.Period == w.Period && t.closes() < w.closes() })
			} else if w.closes() > m.old.at {
				later = append(later, task{w, kind})
			}
		}
	}
	return known, later
}
