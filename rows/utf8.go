package rows

import (
	"encoding/binary"
	"unicode/utf8"
)

// validText reports whether b[i:end], behind which there is padding, is UTF-8.
//
// Eight bytes at a time it looks whether a byte that continues a character is
// wherever one that begins one asks for it and nowhere else, without a branch
// for each character. Texts with bytes that allow only some others behind them
// or none (0xC0, 0xC1, 0xE0, 0xED, and from 0xF0) are left to the library.
func validText(b []byte, i, end int) bool {
	start, due, wrong := i, uint64(0), uint64(0)
	for ; i < end; i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		if end-i < 8 {
			w &= 1<<(8*(end-i)) - 1
		}
		if w&highs|due == 0 {
			continue
		}
		// The bits of each byte, at its top.
		bit6, bit5, bit4, bit3, bit2, bit1, bit0 := w<<1, w<<2, w<<3, w<<4, w<<5, w<<6, w<<7
		two := w & bit6 & highs // begins a character of two bytes or more
		three := two & bit5
		wrong |= w&highs&^two ^ (two<<8 | three<<16 | due)
		due = two>>56 | three>>48
		wrong |= three&bit4 | three&^((bit3^bit2)|(bit3^bit0)|bit1) | two&^(bit5|bit4|bit3|bit2|bit1)
	}
	return wrong|due == 0 || utf8.Valid(b[start:end])
}
