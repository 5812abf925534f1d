package streams

import (
	"time"

	"tap-reprise/internal/ledger"
)

// until is the end of a run: end_date or now, whichever is earlier. Of the two
// results, mark is that moment, and end is where to stop reading. They differ by a
// second if it is now: rows of the present second are there already.
func (r *Reader) until() (end, mark int64) {
	now := r.Source.Now().UnixMicro()
	end = now + micros(r.Table.Ahead) + ledger.Second
	if e := r.Source.End; !e.IsZero() {
		end, now = min(end, e.UnixMicro()), min(now, e.UnixMicro())
	}
	return end, now
}

// Until is where to stop reading, in µs.
func (r *Reader) Until() int64 {
	end, _ := r.until()
	return end
}

// lookback is how far back rows may still change.
func (r *Reader) lookback() time.Duration {
	return r.Source.Lookback
}

// micros is a duration in the unit of spans.
func micros(d time.Duration) int64 { return int64(d / time.Microsecond) }
