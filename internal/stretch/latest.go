package stretch

import (
	"context"
	"math"
	"time"

	jsoniter "github.com/json-iterator/go"
	"github.com/zeebo/xxh3"

	"tap-reprise/internal/ledger"
)

// latestTries is how often a crowd is walked over to write again what has to come
// last.
const latestTries = 3

// A latest knows for each key which of its changes was written last. It is for
// streams in which the last row of a key holds: the pages of a crowd come in any
// order.
type latest struct {
	written hashes[uint64] // rank of the key's last change, doubled; odd: an earlier one was written behind it
	behind  int            // odd ones
}

// enter notes rows in the order in which they are written.
func (l *latest) enter(r *Reader, got *Stretch) {
	for i, row := range got.Rows {
		v, there := l.written.at(r.hashOf(row))
		switch rank := r.rankOf(got.Sums[i], row); {
		case !there || *v>>1 <= rank:
			l.behind -= int(*v & 1)
			*v = rank << 1
		case *v&1 == 0:
			*v |= 1
			l.behind++
		}
	}
}

// rankOf orders the changes of a key: by the stamp, in whole seconds, and then by
// when they happened, in milliseconds of twelve days around it.
func (r *Reader) rankOf(sum ledger.Digest, row []byte) uint64 {
	stamp, off := ledger.FloorTo(sum.At, ledger.Second), int64(0)
	if at, err := time.Parse(time.RFC3339Nano, string(r.tiebreak(row))); err == nil {
		off = min(max(1<<30+(at.UnixMicro()-stamp)/1000, 0), math.MaxInt32)
	}
	return uint64(min(max(stamp/ledger.Second, 0), math.MaxUint32))<<31 | uint64(off)
}

// writeLatest writes the last change of a key again where an earlier one was written
// behind it. It reports whether it met all of them.
func (c *crowd) writeLatest(ctx context.Context) (all bool, err error) {
	for range latestTries {
		if c.latest.behind == 0 {
			break
		}
		err := c.walk(ctx, func(p *Sheet, _ int, _ bool) error {
			got := c.r.Keep(c.span, p)
			got.Part = true
			c.r.Order(got)
			var chosen []int
			for i, row := range got.Rows {
				v, there := c.latest.written.at(c.r.hashOf(row))
				if rank := c.r.rankOf(got.Sums[i], row); there && *v&1 == 1 && rank >= *v>>1 {
					chosen = append(chosen, i)
				}
			}
			got.only(chosen)
			c.latest.enter(c.r, got)
			if len(got.Rows) == 0 {
				c.r.Done(got)
				return nil
			}
			return c.give(got)
		})
		if err != nil {
			return false, err
		}
	}
	return c.latest.behind == 0, nil
}

// hashOf is a hash of the key of a row as written.
func (r *Reader) hashOf(row []byte) uint64 {
	var key []byte
	for _, name := range r.Key {
		key = append(append(key, jsoniter.Get(row, name).ToString()...), 0)
	}
	return xxh3.Hash(key)
}
