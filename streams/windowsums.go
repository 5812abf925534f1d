package streams

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"tap-reprise/internal/stretch"

	"tap-reprise/internal/ledger"
)

// windowSums is the ledger of a stream of windows: what each window held when it
// was last read. A window is written only if its sum has changed.
type windowSums struct {
	looked int64 // server time of the last look at all of them, hours since 1970
	sums   map[windowKey]uint64
}

// A windowKey is one window of one kind. Period and kind are indexes into periods and
// Windows.AllKinds, start is in hours since 1970.
type windowKey struct {
	period, kind uint8
	start        int64
}

var periods = []string{"day", "week", "month", "all"}

const (
	sumsVersion  = 1
	sumBits      = 1<<48 - 1
	sumSize      = 6
	longestDelta = 1 << 40
)

func (m *windowsRun) keyOf(w Window, kind string) windowKey {
	k := windowKey{uint8(slices.Index(periods, w.Period)), uint8(slices.Index(m.r.Table.Windows.AllKinds, kind)), ledger.FloorTo(w.Start, ledger.Hour) / ledger.Hour}
	if w.Period == "all" {
		k.start = 0
	}
	return k
}

// sumOf is an order-free sum of a page's rows. It is never 0: that stands for a
// window that was not read.
func sumOf(got *stretch.Stretch) uint64 {
	total := uint64(1)
	if got.Total != nil {
		total += got.Total.Sum
	}
	for _, row := range got.Sums {
		total += row.Sum
	}
	return max(1, total&sumBits)
}

// encode writes the sums as one string: a loader that merges two states member by
// member would never remove one. The windows of the longest look-back fit into
// 12 KB.
func (s *windowSums) encode() string {
	keys := slices.SortedFunc(maps.Keys(s.sums), func(a, b windowKey) int {
		return cmp.Or(cmp.Compare(a.period, b.period), cmp.Compare(a.kind, b.kind), cmp.Compare(b.start, a.start))
	})
	b := []byte{sumsVersion}
	b = binary.AppendVarint(b, s.looked)
	last := windowKey{}
	for _, k := range keys {
		b = append(b, k.period<<4|k.kind)
		b = binary.AppendVarint(b, k.start-last.start)
		var sum [8]byte
		binary.LittleEndian.PutUint64(sum[:], s.sums[k])
		b = append(b, sum[:sumSize]...)
		last = k
	}
	return ledger.Seal(b)
}

var errSums = errors.New("the bookmark's window sums cannot be read")

// decodeSums reads what encode wrote. Without sums every window is read and
// written again, so an error is no reason to stop.
func decodeSums(text string) (*windowSums, error) {
	s := &windowSums{sums: map[windowKey]uint64{}}
	if text == "" {
		return s, nil
	}
	b, ok := ledger.Unseal(text)
	if !ok || len(b) < 2 || b[0] != sumsVersion {
		return s, errSums
	}
	r := bytes.NewReader(b[1:])
	looked, err := binary.ReadVarint(r)
	if err != nil {
		return s, errSums
	}
	for last := int64(0); r.Len() > 0; {
		head, _ := r.ReadByte()
		delta, err := binary.ReadVarint(r)
		var sum [8]byte
		if n, _ := r.Read(sum[:sumSize]); err != nil || n != sumSize || max(delta, -delta) > longestDelta {
			return &windowSums{sums: map[windowKey]uint64{}}, errSums
		}
		last += delta
		s.sums[windowKey{head >> 4, head & 15, last}] = binary.LittleEndian.Uint64(sum[:])
	}
	s.looked = looked
	return s, nil
}
