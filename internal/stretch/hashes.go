package stretch

import "math/bits"

// Hashes keeps 64-bit hashes, each with a value, in 1.14 to 1.43 times the memory that
// these take. A map takes up to three times that, and all of it again while it grows.
// The zero value is empty and ready for use.
type hashes[V any] struct {
	shelves [256]shelf[V] // which one is told by the first byte of a hash
	n       int
	slots   int // places for n
}

// A shelf grows alone, so that only little is there twice.
type shelf[V any] struct {
	keys   []uint64 // 0 is none
	values []V
	n      int
}

// at returns the value of key, which may be set, and whether it was there. It
// is good until the next call.
func (h *hashes[V]) at(key uint64) (value *V, there bool) {
	key = max(1, key)
	s := &h.shelves[key>>56]
	if s.n >= len(s.keys)/8*7 {
		h.slots -= len(s.keys)
		s.grow()
		h.slots += len(s.keys)
	}
	i, there := s.find(key)
	if !there {
		s.keys[i] = key
		s.n++
		h.n++
	}
	return &s.values[i], there
}

// find is the place of key, or the one for it.
func (s *shelf[V]) find(key uint64) (i int, there bool) {
	start, _ := bits.Mul64(key<<8, uint64(len(s.keys)))
	for i = int(start); s.keys[i] != 0; {
		if s.keys[i] == key {
			return i, true
		}
		if i++; i == len(s.keys) {
			i = 0
		}
	}
	return i, false
}

func (s *shelf[V]) grow() {
	old := *s
	n := max(32, len(old.keys)/4*5)
	s.keys, s.values = make([]uint64, n), make([]V, n)
	for i, key := range old.keys {
		if key != 0 {
			at, _ := s.find(key)
			s.keys[at], s.values[at] = key, old.values[i]
		}
	}
}
