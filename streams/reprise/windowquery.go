package reprise

import (
	"context"
	"fmt"

	"tap-reprise/internal/ledger"
)

// read reads one window; nil without an error: it is more than a page.
func (m *windowsRun) read(ctx context.Context, t task) (*stretch, error) {
	return m.r.onePage(ctx, m.query(t), m.r.config.PageSize)
}

func (m *windowsRun) query(t task) query {
	bounds := m.old.members.bounds()
	q := m.r.base().with("group_by", t.kind).
		with("start_timestamp", stamp(t.first(bounds.Start))).
		with("end_timestamp", stamp(t.last(bounds.End)))
	q.decoder = m.r.planner.decoding(m.constant(t.window))
	return q
}

// constant holds the members that every row of a window ends in.
func (m *windowsRun) constant(w window) []byte {
	values := map[string]string{"period": w.period, "period_start": rfc3339(w.start), "period_end": rfc3339(w.end)}
	var out []byte
	for _, name := range windowColumns {
		if !m.r.planner.wanted(name) {
			continue
		}
		if len(out) > 0 {
			out = append(out, ',')
		}
		out = fmt.Appendf(out, "%q:%q", name, values[name])
	}
	return out
}

// first is the start_timestamp that a window is asked with: its start, or one
// second before where the bound is exclusive and the clock has whole seconds.
func (w window) first(start ledger.Edge) int64 {
	if start == ledger.Exclusive {
		return w.from - ledger.Second
	}
	return w.from
}

// last is the end_timestamp that a window is asked with: its end, or one second less
// where the bound is inclusive and the clock has whole seconds. So midnight's
// session is counted on one day only.
func (w window) last(end ledger.Edge) int64 {
	to := -ledger.FloorTo(-w.to, ledger.Second)
	if end == ledger.Inclusive && to-ledger.Second >= w.from {
		return to - ledger.Second
	}
	return to
}
