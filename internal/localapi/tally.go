package localapi

import "time"

// A tally is what one limit counted of the requests that share a key.
type tally struct {
	now    time.Time
	taken  []time.Time // that still count, oldest first; not for a Bucket
	left   int         // requests in the Bucket
	filled time.Time   // when the Bucket last got one back
}

// move brings t up to now.
func (t *tally) move(l Limit, now time.Time) {
	t.now = now
	switch l.How {
	case Sliding:
		t.forget(now.Add(-l.Per))
	case Fixed:
		t.forget(now.Truncate(l.Per).Add(-1))
	case Quiet:
		if n := len(t.taken); n > 0 && now.Sub(t.taken[n-1]) >= l.Per {
			t.taken = nil
		}
	case Bucket:
		if back := int(now.Sub(t.filled) / l.every()); back > 0 {
			t.left, t.filled = min(l.Count, t.left+back), now
		}
	}
	if l.How != Bucket {
		t.left = max(0, l.Count-len(t.taken))
	}
}

// forget drops what was taken at until or before.
func (t *tally) forget(until time.Time) {
	for len(t.taken) > 0 && !t.taken[0].After(until) {
		t.taken = t.taken[1:]
	}
}

// room is how many requests are taken now, and how long it takes until there
// is room for one more than that; 0 if there never is.
func (t *tally) room(l Limit) (remaining int, wait time.Duration) {
	if t.left == l.Count {
		return t.left, 0
	}
	switch l.How {
	case Fixed:
		return t.left, t.now.Truncate(l.Per).Add(l.Per).Sub(t.now)
	case Quiet:
		return t.left, t.taken[len(t.taken)-1].Add(l.Per).Sub(t.now)
	case Bucket:
		return t.left, t.filled.Add(l.every()).Sub(t.now)
	}
	return t.left, t.taken[0].Add(l.Per).Sub(t.now)
}

// take counts one request.
func (t *tally) take(l Limit) {
	t.left--
	if l.How != Bucket {
		t.taken = append(t.taken, t.now)
	}
}

// every is how long a Bucket takes to get one request back.
func (l Limit) every() time.Duration { return l.Per / time.Duration(l.Count) }
