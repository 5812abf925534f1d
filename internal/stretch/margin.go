package stretch

import (
	"context"
	"fmt"

	"tap-reprise/internal/ledger"
	"tap-reprise/internal/program"
	"tap-reprise/internal/rows"
)

// A Margin is for an API that applies its window before it puts rows together. What
// lies across an edge of the window comes cut: its times and its counts are those of
// the part inside. So more is asked for than is wanted, and only rows that lie far
// enough inside are taken. No page is ever turned: rows are proved whole by one answer
// that is not full.
type Margin struct {
	// Before is how much earlier than a span, in µs, the window begins at first. It
	// is doubled as long as a row of the span may have begun before the window.
	Before int64

	// Most is the widest margin that is asked for. A row that may be cut even then
	// ends the stream.
	Most int64

	// Window asks for s with a margin before it, in µs, and behind it as the system
	// needs. lower is where the window that is asked for really begins.
	Window func(s ledger.Span, before int64) (q Query, lower int64)

	// Full reports whether an answer to q may have been cut at a limit. It may ask.
	Full func(ctx context.Context, q Query, p *Sheet) (bool, error)

	// Larger is the limit to ask with behind one that was full, where time cannot be
	// divided. One that is not larger ends the stream.
	Larger func(limit int) int

	// Began is when a row began, in µs, as far as its answer shows it.
	Began func(row *rows.Row) (at int64, ok bool)

	// Gap is how long after the window's beginning a row must begin to be certainly
	// whole, in µs.
	Gap int64

	// Obeyed, if not nil, says what is wrong with an answer that is not one to the
	// window that was asked for.
	Obeyed func(q Query, p *Sheet) error
}

// withMargin reads s with q, as Reader.span.
func (r *Reader) withMargin(ctx context.Context, s ledger.Span, asked Query) (*Stretch, int64, error) {
	m := r.Margin
	for before := m.Before; ; before *= 2 {
		p, lower, n, err := r.inWindow(ctx, s, asked, before)
		if p == nil || err != nil {
			return nil, n, err
		}
		got := r.Keep(s, p)
		if !r.mayBeCut(got, lower) {
			return got, 0, nil
		}
		r.Pages.Put(p)
		if before >= m.Most {
			return nil, 0, &program.Error{Code: program.ExitData,
				Err:  fmt.Errorf("%s: a row may have begun before the window, however early that begins", r.Name(asked)),
				Hint: "nothing cut is loaded; set start_date to a later day, and report this with the row's times"}
		}
		r.Log.Debug("a row may be cut at the window's edge; will ask for an earlier one", "span", s.String())
	}
}

// inWindow answers a question for s with a margin before it. Without a page and an
// error, the answer was full, and n is a lower bound for the rows of s.
func (r *Reader) inWindow(ctx context.Context, s ledger.Span, asked Query, before int64) (p *Sheet, lower, n int64, err error) {
	q, lower := r.Margin.Window(s, before)
	q.Limit, q.Divisible, q.permit, q.failing = asked.Limit, asked.Divisible, asked.permit, asked.failing
	for {
		if p, err = r.Ask(ctx, q); err != nil {
			return nil, 0, 0, err
		}
		if r.Margin.Obeyed != nil {
			if err := r.Margin.Obeyed(q, p); err != nil {
				r.Pages.Put(p)
				return nil, 0, 0, err
			}
		}
		full, err := r.Margin.Full(ctx, q, p)
		if err != nil {
			r.Pages.Put(p)
			return nil, 0, 0, err
		}
		if !full {
			return p, lower, 0, nil
		}
		n, got := int64(r.inside(s, p)), len(p.Rows)
		r.Pages.Put(p)
		next := r.Margin.Larger(q.Limit)
		switch {
		case q.Divisible && (next <= q.Limit || 2*n > int64(got)): // most rows are those of the span
			return nil, 0, n, nil
		case next <= q.Limit:
			return nil, 0, 0, r.tooFull(q, got)
		}
		q.Limit = next
	}
}

// inside counts the rows of an answer that belong to s.
func (r *Reader) inside(s ledger.Span, p *Sheet) (n int) {
	for i := range p.Rows {
		if r.Belongs(s, &p.Rows[i]) {
			n++
		}
	}
	return n
}

// mayBeCut reports whether a row that is kept may have begun before the window.
func (r *Reader) mayBeCut(got *Stretch, lower int64) bool {
	for _, i := range got.kept {
		at, ok := r.Margin.Began(&got.sheet.Rows[i])
		if ok && at < lower+r.Margin.Gap {
			return true
		}
	}
	return false
}

// tooFull ends a stream whose rows no answer holds.
func (r *Reader) tooFull(q Query, n int) error {
	return &program.Error{Code: program.ExitConfig, Err: fmt.Errorf("%s: the answer ends at %d rows, whatever limit is asked for", r.Name(q), n),
		Hint: "update the server: what such an answer leaves out cannot be had from it"}
}
