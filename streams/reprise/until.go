package reprise

import (
	"time"

	"tap-reprise/internal/ledger"
)

// until is the end of a run: end_date or now, whichever is earlier. Of the two
// results, mark is that moment, and end is where to stop reading. They differ by a
// second if it is now: rows of the present second are there already.
func (r *reader) until() (end, mark int64) {
	now := r.conn.now().UnixMicro()
	if e := r.config.end; !e.IsZero() && e.UnixMicro() <= now {
		return e.UnixMicro(), e.UnixMicro()
	}
	return now + ledger.Second, now
}

// lookback is how far back rows may still change.
func (r *reader) lookback() time.Duration {
	return time.Duration(r.config.LookbackDays) * 24 * time.Hour
}

// micros is a duration in the unit of spans.
func micros(d time.Duration) int64 { return int64(d / time.Microsecond) }
