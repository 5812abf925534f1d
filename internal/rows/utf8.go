package rows

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// scanUTF8 goes on at b[i] with the string that begins at b[start]. Bytes beyond
// ASCII may begin at b[i]. c is the string's class so far.
//
// A first byte of a character asks for one or two bytes that continue it.
// scanUTF8 looks, eight bytes at a time and without a branch for each character,
// whether such bytes stand where they are asked for and nowhere else. A stop does
// not continue a character: what it cuts short is wrong, and behind it something
// else begins. Some first bytes allow only some bytes behind them, or none: 0xC0,
// 0xC1, 0xE0, 0xED, and all from 0xF0. Texts with one of these go to the library.
func scanUTF8(b []byte, start, i int, c class) (int, class) {
	due, wrong := uint64(0), uint64(0)
	for {
		w := binary.LittleEndian.Uint64(b[i : i+8])
		if w&highs|due != 0 {
			// The bits of each byte, at its top.
			bit6, bit5, bit4, bit3, bit2, bit1, bit0 := w<<1, w<<2, w<<3, w<<4, w<<5, w<<6, w<<7
			two := w & bit6 & highs // begins a character of two bytes or more
			three := two & bit5
			wrong |= w&highs&^two ^ (two<<8 | three<<16 | due)
			due = two>>56 | three>>48
			wrong |= three&bit4 | three&^((bit3^bit2)|(bit3^bit0)|bit1) | two&^(bit5|bit4|bit3|bit2|bit1)
		}
		stop := stops(w)
		if stop == 0 {
			i += 8
			continue
		}
		i += bits.TrailingZeros64(stop) >> 3
		switch b[i] {
		case '"':
			if wrong != 0 && !utf8.Valid(b[start:i]) {
				return start, 0
			}
			if i == start {
				c |= isEmpty
			}
			return i + 1, c
		case '\\':
			var e class
			if i, e = scanEscape(b, i+1); e == 0 {
				return i, 0
			}
			due, c = 0, c|e // due was of bytes behind the backslash
		default:
			return i, 0
		}
	}
}
