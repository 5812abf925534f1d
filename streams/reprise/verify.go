package reprise

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tap-reprise/internal/ledger"
	"tap-reprise/tap"
)

var _ tap.Verifier = (*Source)(nil)

// Units says what findings are about.
func (s *Source) Units() tap.Units {
	return tap.Units{Meaning: "A unit is an hour of rows, several hours without any, or a window of metrics.", Aside: "windows: within a day"}
}

// Verify compares what b says was written with what the API holds.
func (s *Source) Verify(ctx context.Context, stream tap.Stream, b tap.Bookmark, deep bool) ([]tap.Finding, error) {
	t := s.table(stream.Name)
	if t == nil || t.verify == nil {
		return nil, nil // it keeps no account of what it wrote
	}
	r := s.reader(stream)
	old, err := r.positionOf(b)
	if err == nil && old.members.Ledger == "" {
		err = configError(fmt.Errorf("the bookmark has no ledger"), "verify a state that this version of the tap has written")
	}
	if err == nil {
		err = r.setClock(ctx)
	}
	if err != nil {
		return nil, err
	}
	return t.verify(r, ctx, old, deep)
}

// verifyLedgered counts, or with deep reads, what the ledger lists.
func (r *reader) verifyLedgered(ctx context.Context, old position, deep bool) ([]tap.Finding, error) {
	end, _ := r.until()
	audit, err := ledger.StartAudit(old.ledger(), ledger.Options{
		Now: r.conn.now().UnixMicro() + ledger.Second, To: end, Overlap: r.table.overlap,
		Filter: r.fingerprint(), Page: r.sizes.rows(), Window: r.config.WindowRows,
		CanCount: true, CanAsk: true,
	}, deep)
	if err != nil {
		return nil, configError(err, "give an undamaged state, as this version of the tap has written it with this config; the next run heals what it can")
	}
	for {
		step, err := r.step(ctx, audit)
		if err != nil {
			return nil, err
		}
		if step.Want == ledger.Nothing {
			break
		}
		if err := r.audit(ctx, audit, step, old.at); err != nil {
			return nil, err
		}
	}
	var out []tap.Finding
	for _, f := range audit.Comparisons() {
		out = append(out, tap.Finding{From: time.UnixMicro(f.Span.From), To: time.UnixMicro(f.Span.To),
			Rows: f.Rows, Found: f.Found, Standing: tap.Standing(f.Standing), After: f.After})
	}
	return out, nil
}

// audit reads one span for a. From at on it measures anew: how dense the last bit
// before it was says nothing of the days behind it.
func (r *reader) audit(ctx context.Context, a *ledger.Audit, step ledger.Step, at int64) error {
	if step.Span.From >= at {
		r.mu.Lock()
		r.last = ledger.Density{}
		r.mu.Unlock()
	}
	for got, err := range r.readAhead(ctx, step.Span, step.Cut) {
		if err != nil {
			return err
		}
		if more, err := a.Enter(got.entry()); err != nil || !more {
			return err
		}
	}
	return nil
}

// verifyWindows asks for every window in the ledger again, since figures cannot be
// counted. Windows that were still open when the bookmark was written move on.
// Those that follow are not asked for.
func (r *reader) verifyWindows(ctx context.Context, old position, _ bool) ([]tap.Finding, error) {
	sums, err := decodeSums(old.members.Ledger)
	if err != nil {
		return nil, configError(err, "verify a state that this version of the tap has written")
	}
	if old.filter != r.fingerprint() {
		return nil, configError(fmt.Errorf("the state was written with other windows or filters"), "verify it with the config of its run")
	}
	m := &windowsRun{r: r, old: old, sums: sums, start: r.config.start.UnixMicro()}
	m.end, m.now = r.until()
	tasks, later := m.listed()
	var out []tap.Finding
	for got, err := range parallel(ctx, len(tasks), max(1, r.config.Concurrency), func(ctx context.Context, i int) (*stretch, error) {
		return m.read(ctx, tasks[i])
	}) {
		t := tasks[len(out)]
		if err == nil && got == nil {
			got, err = m.large(ctx, t, 0, nil)
		}
		if err != nil {
			return nil, err
		}
		f := tap.Finding{From: time.UnixMicro(t.start), To: time.UnixMicro(t.end), Of: t.period + " " + t.kind,
			Rows: -1, Found: got.count(), Standing: tap.Same}
		switch {
		case sums.sums[keyOf(t.window, t.kind)] == 0:
			f.Standing = tap.Unread
		case sumOf(got) == sums.sums[keyOf(t.window, t.kind)]:
		case t.closes() > old.at:
			f.Standing = tap.New
		default:
			f.Standing = tap.Changed
		}
		out = append(out, f)
		r.pages.Put(got.page)
	}
	for _, t := range later {
		out = append(out, tap.Finding{From: time.UnixMicro(t.start), To: time.UnixMicro(t.end), Of: t.period + " " + t.kind,
			Rows: -1, Found: -1, Standing: tap.New, After: true})
	}
	return out, nil
}

// listed are the windows that the ledger knows, and those that came later. A window
// that is not listed, before one of its period that is, had no session: it is left
// out.
func (m *windowsRun) listed() (known, later []task) {
	for _, w := range windows(m.r.config.MetricsWindows, m.start, m.end) {
		for _, kind := range m.r.config.MetricsGroupBy {
			if _, ok := m.sums.sums[keyOf(w, kind)]; ok {
				known = append(known, task{w, kind})
				later = slices.DeleteFunc(later, func(t task) bool { return t.period == w.period && t.closes() < w.closes() })
			} else if w.closes() > m.old.at {
				later = append(later, task{w, kind})
			}
		}
	}
	return known, later
}
