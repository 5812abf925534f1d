package stretch

import (
	"context"
	"time"

	"tap-reprise/internal/api"
	"tap-reprise/internal/ledger"
)

// spans reads s from its start to its end and hands each stretch to give, in order. A
// stretch that is not whole is thrown away, and a narrower one is asked for. cut says
// where a stretch may end. The first may be all of s. Answers wait for the permit p,
// which give ends.
func (r *Reader) spans(ctx context.Context, s ledger.Span, cut ledger.Cut, p *permit, give func(*Stretch) error) error {
	failing := time.Time{} // when the first of a chain of ever shorter ones was asked for
	for part := s; part.From < s.To; {
		began := time.Now()
		q := r.Within(part).Rows(r.PageSize, 0)
		q.Divisible, q.permit, q.failing = part.To-part.From > r.Finest, p, failing
		got, rows, err := r.span(ctx, part, q, give)
		switch {
		case q.Divisible && api.Smaller(err):
			if !failing.IsZero() && time.Since(failing) > r.Client.Budget() {
				return r.Client.GiveUp(err)
			}
			if failing.IsZero() {
				failing = began
			}
			part.To = r.narrower(part, 0)
			r.Log.Info("will ask for a shorter stretch of time", "until", instant(part.To), "cause", err.Error())
			continue
		case err != nil:
			return err
		case got == nil:
			part.To = r.narrower(part, rows)
			continue
		}
		failing = time.Time{}
		last := r.measured(got)
		if err := give(got); err != nil {
			return err
		}
		part = ledger.Span{From: part.To, To: s.To}
		if part.From < s.To {
			part.To = cut(ledger.Span{From: part.From, To: s.To}, last)
		}
	}
	return nil
}

// span reads s with q. If it returns neither a stretch nor an error, the answer was
// not whole, and the number is a lower bound for the rows of s, or 0. What no page
// holds and time cannot divide goes to give in parts.
func (r *Reader) span(ctx context.Context, s ledger.Span, q Query, give func(*Stretch) error) (*Stretch, int64, error) {
	if r.Margin != nil {
		return r.withMargin(ctx, s, q)
	}
	p, ok, err := r.AskWhole(ctx, q)
	switch {
	case err != nil:
		return nil, 0, err
	case ok:
		return r.Keep(s, p), 0, nil
	case q.Divisible:
		n := int64(len(p.Rows)) + max(1, r.Hints.behind(p))
		r.Pages.Put(p)
		return nil, n, nil
	}
	r.Pages.Put(p)
	q.failing = time.Time{} // each of the pages has its own
	got, err := r.Crowded(ctx, q, s, give)
	return got, 0, err
}

// narrower is where s may end after it proved too large: in its middle, or earlier
// where half of n, the rows that it is said to hold, would not fit either. A wrong
// n must not make it much too narrow.
func (r *Reader) narrower(s ledger.Span, n int64) int64 {
	share := 0.5
	if n > 0 {
		share = max(1.0/16, min(share, 0.7*float64(r.Longest())/float64(n)))
	}
	return ledger.FloorTo(s.From, ledger.Second) + max(r.Finest, ledger.FloorTo(int64(float64(s.To-s.From)*share), ledger.Second))
}

// instant writes a moment for a person.
func instant(micros int64) string {
	return time.UnixMicro(micros).UTC().Format("2006-01-02T15:04:05.000000Z")
}
