package rows

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// Texts of up to three bytes, of all kinds of bytes, and many of four are put at each
// place of a word.
func TestStringsAreUTF8(t *testing.T) {
	kinds := []byte{'a', 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xe3, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff}
	text := make([]byte, 32+padding)
	check := func(valid bool, start, end int) {
		t.Helper()
		if got, c := scanString(text, start); valid != (c != 0) || valid && got != end+1 {
			t.Fatalf("scanString(%q) = %d, %b", text[start:end+1], got, c)
		}
	}
	for n := 0; n < len(kinds)*len(kinds)*len(kinds)*len(kinds); n += share {
		piece := []byte{kinds[n%24], kinds[n/24%24], kinds[n/24/24%24], kinds[n/24/24/24]}
		valid := utf8.Valid(piece)
		for place := range 8 {
			for i := range 32 {
				text[i] = 'x'
			}
			copy(text[place:], piece)
			text[place+4] = '"'
			check(valid, 0, place+4)
			check(valid, place, place+4)
			text[place+4], text[20] = 'x', '"'
			check(valid, 0, 20)
		}
	}
	valid := func(s string) bool {
		end, c := scanString(append([]byte(s+`"`), make([]byte, padding)...), 0)
		require.True(t, c == 0 || end == len(s)+1, "%q", s)
		return c != 0
	}
	for gap := range 20 {
		for place := range 8 {
			s := strings.Repeat("x", place) + "\xc3" + strings.Repeat("y", gap) + "\xa9"
			require.Equal(t, gap == 0, valid(s), "%q", s)
		}
	}
	words := []string{"café ", "日本語", "plain text ", "한국어", "ไทย", "😀", "\u0800", "\uffff", "\xed\xa0\x80", "\xc3", `\/`, `\u00e9`, "é"}
	r := rand.New(rand.NewPCG(1, 2))
	seen := map[bool]int{}
	for range 20_000 {
		var s string
		for range r.IntN(9) {
			s += words[r.IntN(len(words)-2*r.IntN(2))]
		}
		seen[utf8.ValidString(s)]++
		require.Equal(t, utf8.ValidString(s), valid(s), "%q", s)
	}
	require.Greater(t, min(seen[true], seen[false]), 2000)

	_, c := scanString(append([]byte(`"é`), make([]byte, padding)...), 0)
	require.Equal(t, isString|isEmpty, c)
}
