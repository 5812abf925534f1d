package reprise

import (
	"context"
	"time"

	"tap-reprise/internal/api"
)

// setClock makes sure that a data answer has set the server's clock, which the
// token's answer alone may set too late. Where answers disagree, a few more
// decide.
func (r *reader) setClock(ctx context.Context) error {
	for extra := 1; r.conn.client.Clock().Tied() && extra <= 3; extra++ {
		p, err := r.ask(ctx, r.probe().page(1+extra, 0))
		if err != nil {
			return err
		}
		r.pages.Put(p)
	}
	if r.conn.client.Clock().Looked() {
		return nil
	}
	p, err := r.ask(ctx, r.probe().page(1, 0))
	if err == nil {
		r.pages.Put(p)
	}
	return err
}

// future reports whether the bookmark is one of ours and lies after now, by more
// than the clocks of the API's servers may lie apart.
func (got resume) future(now time.Time) bool {
	return !got.empty && !got.foreign && got.at > now.Add(api.Skew).UnixMicro()
}

// until is the end of a run: end_date or now, whichever is earlier. Now is
// rounded up, since rows of the present second are there already.
func (r *reader) until() (end, mark int64) {
	now := r.conn.now().UnixMicro()
	if e := r.config.end; !e.IsZero() && e.UnixMicro() <= now {
		return e.UnixMicro(), e.UnixMicro()
	}
	return now + second, now
}

// micros is a duration in the unit of spans.
func micros(d time.Duration) int64 { return int64(d / time.Microsecond) }
