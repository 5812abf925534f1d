package rows

import "encoding/binary"

// A step says which bytes stand between two values, and whose the second value is:
// a column's, or below 0 that of the stranger ^column. The bytes are kept as words
// with masks: a fixed number of bytes is compared faster than the right number.
type step struct {
	head, tail half
	rest       string // what goes beyond the two
	size       int
	column     int
	slot       int // of layout.extents

	// What transcribe does with the value; written is nil if it is not written.
	way     way
	written *written
	joined  bool // the bytes are what is written before the value
}

// A half is 16 bytes of a step. Words of eight bytes are compared where their masks
// have ones.
type half struct{ word, mask, word2, mask2 uint64 }

const halfBytes = 16

func newStep(before []byte, column int) step {
	s := step{size: len(before), column: column, slot: column}
	s.head, before = newHalf(before)
	s.tail, before = newHalf(before)
	s.rest = string(before)
	return s
}

// newHalf takes what fits from before and returns the rest.
func newHalf(before []byte) (half, []byte) {
	var bytes, mask [halfBytes]byte
	n := copy(bytes[:], before)
	for i := range n {
		mask[i] = 0xff
	}
	return half{
		binary.LittleEndian.Uint64(bytes[:]), binary.LittleEndian.Uint64(mask[:]),
		binary.LittleEndian.Uint64(bytes[8:]), binary.LittleEndian.Uint64(mask[8:]),
	}, before[n:]
}

// differs is 0 if t begins with the bytes of h.
func (h *half) differs(t *[halfBytes]byte) uint64 {
	return (binary.LittleEndian.Uint64(t[:])^h.word)&h.mask | (binary.LittleEndian.Uint64(t[8:])^h.word2)&h.mask2
}

// at reports whether the step's bytes are those at b[i].
func (s *step) at(b []byte, i int) bool {
	t := b[i : i+2*halfBytes]
	return s.head.differs((*[halfBytes]byte)(t))|s.tail.differs((*[halfBytes]byte)(t[halfBytes:])) == 0 && (s.rest == "" || s.restAt(b, i+2*halfBytes))
}

func (s *step) restAt(b []byte, i int) bool {
	return i+len(s.rest) <= len(b) && string(b[i:i+len(s.rest)]) == s.rest
}
