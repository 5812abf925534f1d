package stretch

import (
	"context"
	"iter"

	"tap-reprise/internal/ledger"
)

// A flight is a part of the time that one goroutine reads ahead.
type flight struct {
	part   ledger.Span
	permit *permit
	out    chan *Stretch
	err    error // set before out is closed
}

// readAhead reads s with up to `concurrency` requests side by side. It yields the
// stretches of s in order, each cut where cut says or earlier. A stretch belongs
// to the caller until the next one is asked for: then its page is used again. An
// error ends the sequence, and so does the end of ctx.
//
// Requests are answered side by side, but rows are taken into memory one flight
// after the other, where written rows were before. So memory holds about one page
// in all, not one a flight. It holds more where the caller takes longer for a page
// than an answer can wait.
func (r *Reader) Ahead(ctx context.Context, s ledger.Span, cut ledger.Cut) iter.Seq2[*Stretch, error] {
	return func(yield func(*Stretch, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var open []*flight
		defer func() {
			cancel()
			for _, f := range open {
				for range f.out {
				}
			}
		}()
		next := s.From
		launch := func() {
			for next < s.To && len(open) < r.side() {
				to := cut(ledger.Span{From: next, To: s.To}, r.density())
				f := &flight{part: ledger.Span{From: next, To: to}, permit: newPermit(), out: make(chan *Stretch)}
				open, next = append(open, f), to
				go r.fly(ctx, f, cut)
			}
		}
		for launch(); len(open) > 0; launch() {
			f := open[0]
			f.permit.grant()
			got, ok := <-f.out
			if !ok {
				open = open[1:]
				if f.err != nil {
					yield(nil, f.err)
					return
				}
				continue
			}
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			// The next request goes out before these rows are written.
			if got.To == f.part.To && !got.Part {
				<-f.out
				open = open[1:]
			}
			launch()
			if !r.hand(got, open, yield) {
				return
			}
		}
	}
}

// hand yields got and takes its page back. Meanwhile the next answer is read into
// the memory of rows that are written.
func (r *Reader) hand(got *Stretch, open []*flight, yield func(*Stretch, error) bool) bool {
	if got.sheet != nil && len(open) > 0 {
		defer r.Pages.blocks.Expect()()
		open[0].permit.grant()
	}
	defer r.Done(got)
	return yield(got, nil)
}

func (r *Reader) fly(ctx context.Context, f *flight, cut ledger.Cut) {
	defer close(f.out)
	f.err = r.spans(ctx, f.part, cut, f.permit, func(got *Stretch) error {
		f.permit.end()
		select {
		case f.out <- got:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}

// side is how many flights there may be: one until the density is known.
func (r *Reader) side() int {
	if r.density().Over == 0 {
		return 1
	}
	return max(1, r.InFlight)
}
