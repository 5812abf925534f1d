package streams

import (
	"context"
	"fmt"

	"tap-reprise/internal/ledger"
	"tap-reprise/internal/stretch"
	"tap-reprise/schemas"
)

// A WindowColumn is added to every row of a stream of windows, and says which window
// the figures are for.
type WindowColumn struct {
	Name   string
	Family schemas.Family
	Text   func(w Window) string
}

// Owns are the columns as a table lists them.
func Owns(columns []WindowColumn) (list []Own) {
	for _, c := range columns {
		list = append(list, Own{Name: c.Name, Family: c.Family})
	}
	return list
}

// read reads one window; nil without an error: it is more than a page.
func (m *windowsRun) read(ctx context.Context, t task) (*stretch.Stretch, error) {
	if m.r.Table.Windows.Whole {
		p, err := m.r.Spans.Ask(ctx, m.query(t))
		if err != nil {
			return nil, err
		}
		return m.r.Spans.Keep(ledger.Always, p), nil
	}
	return m.r.Spans.OnePage(ctx, m.query(t), m.r.Source.PageSize)
}

func (m *windowsRun) query(t task) stretch.Query {
	q := m.r.Table.Windows.Query(m.r, t.Window, t.kind, m.old.members.bounds())
	q.Decoder = m.r.planner.decoding(m.constant(t.Window))
	return q
}

// constant holds the members that every row of a window ends in.
func (m *windowsRun) constant(w Window) []byte {
	out := m.r.Part.constant(m.r.planner.wanted)
	for _, c := range m.r.Table.Windows.Columns {
		if !m.r.planner.wanted(c.Name) {
			continue
		}
		if len(out) > 0 {
			out = append(out, ',')
		}
		out = fmt.Appendf(out, "%q:%q", c.Name, c.Text(w))
	}
	return out
}

// First is the start to ask a window with: its own, or one second before where the
// bound is exclusive and the clock has whole seconds.
func (w Window) First(start ledger.Edge) int64 {
	if start == ledger.Exclusive {
		return w.From - ledger.Second
	}
	return w.From
}

// Last is the end to ask a window with: its own, or one second less where the bound
// is inclusive and the clock has whole seconds. So midnight's session is counted on
// one day only.
func (w Window) Last(end ledger.Edge) int64 {
	to := -ledger.FloorTo(-w.To, ledger.Second)
	if end == ledger.Inclusive && to-ledger.Second >= w.From {
		return to - ledger.Second
	}
	return to
}
