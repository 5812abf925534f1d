package rows

import "encoding/binary"

// A step says which bytes stand between two values and whose the second one
// is: a column, or below 0 the stranger ^column. The bytes are kept as words
// with masks, as comparing a fixed number of them is quicker than comparing
// the right number.
type step struct {
	words, masks [stepWords]uint64
	size         int
	column       int
	slot         int    // of layout.spans
	rest         string // what goes beyond the words
}

const (
	stepWords = 4
	stepBytes = 8 * stepWords
)

func newStep(before []byte, column int) step {
	s := step{size: len(before), column: column, slot: column}
	var bytes, mask [stepBytes]byte
	for i := range copy(bytes[:], before) {
		mask[i] = 0xff
	}
	for i := range stepWords {
		s.words[i] = binary.LittleEndian.Uint64(bytes[8*i:])
		s.masks[i] = binary.LittleEndian.Uint64(mask[8*i:])
	}
	if len(before) > stepBytes {
		s.rest = string(before[stepBytes:])
	}
	return s
}

// before reports whether the step's bytes are those at b[i].
func (s *step) before(b []byte, i int) bool {
	t := b[i : i+stepBytes]
	differ := (binary.LittleEndian.Uint64(t)^s.words[0])&s.masks[0] |
		(binary.LittleEndian.Uint64(t[8:])^s.words[1])&s.masks[1] |
		(binary.LittleEndian.Uint64(t[16:])^s.words[2])&s.masks[2] |
		(binary.LittleEndian.Uint64(t[24:])^s.words[3])&s.masks[3]
	return differ == 0 && (len(s.rest) == 0 || s.restAt(b, i+stepBytes))
}

func (s *step) restAt(b []byte, i int) bool {
	return i+len(s.rest) <= len(b) && string(b[i:i+len(s.rest)]) == s.rest
}
