package program

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tap-reprise/internal/object"
)

// leastRun is how many bytes of a long secret count as a part of it.
const leastRun = 8

// mostFolds is how often one text may be written within another.
const mostFolds = 2

// hideFolded masks each of the values in whatever way text spells it: with
// escapes of JSON or of URLs, also within one another, in letters of another
// size, across lines, or only a part of it, as where somebody cut it.
func hideFolded(text string, values []string) string {
	plain := unfold(text)
	var spans [][2]int
	for _, v := range values {
		if len(v) >= shortSecret {
			spans = append(spans, partsOf(small(v), plain.text)...)
		}
	}
	if len(spans) == 0 {
		return text
	}
	slices.SortFunc(spans, func(a, b [2]int) int { return a[0] - b[0] })
	var b strings.Builder
	end := 0 // of what is written, in text
	for i := 0; i < len(spans); {
		first, last := spans[i][0], spans[i][1]
		for i++; i < len(spans) && spans[i][0] <= last; i++ {
			last = max(last, spans[i][1])
		}
		b.WriteString(text[end:plain.at[first]] + hiddenText)
		end = plain.at[last]
	}
	return b.String() + text[end:]
}

// partsOf returns where plain holds v, or a long part of it: half of a word, less
// of what nobody would write by chance.
func partsOf(v, plain string) (spans [][2]int) {
	n := len(v)
	switch {
	case isLone(v):
		n = leastRun
	case n >= 2*leastRun:
		n /= 2
	}
	parts := make(map[string]bool, len(v))
	for i := range len(v) - n + 1 {
		parts[v[i:i+n]] = true
	}
	for i := range max(0, len(plain)-n+1) {
		if parts[plain[i:i+n]] {
			spans = append(spans, [2]int{i, i + n})
		}
	}
	return spans
}

// An unfolded text is one without escapes and line ends, in small letters. at[i]
// is where byte i of text was in the original, at[len(text)] the original's length.
type unfolded struct {
	text string
	at   []int
}

// unfold reads the escapes of JSON and of URLs, and leaves out what is not seen.
func unfold(text string) unfolded {
	u := unfolded{small(text), make([]int, len(text)+1)}
	for i := range u.at {
		u.at[i] = i
	}
	for range mostFolds {
		var b strings.Builder
		at := make([]int, 0, len(u.at))
		for i := 0; i < len(u.text); {
			char, size := escape(u.text[i:])
			b.WriteString(char)
			for range len(char) {
				at = append(at, u.at[i])
			}
			i += size
		}
		u = unfolded{small(b.String()), append(at, u.at[len(u.text)])}
	}
	return u
}

// small is text in small letters where they are of ASCII: no others keep their
// length for sure.
func small(text string) string {
	b := []byte(text)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// escape reads what text begins with: one byte, one escape, or a character that
// nobody sees, for which char is "".
func escape(text string) (char string, size int) {
	switch {
	case len(text) >= 3 && text[0] == '%':
		if n, err := strconv.ParseUint(text[1:3], 16, 8); err == nil {
			return string([]byte{byte(n)}), 3
		}
	case len(text) >= 6 && text[:2] == `\u`:
		if n, err := strconv.ParseUint(text[2:6], 16, 16); err == nil && utf8.ValidRune(rune(n)) {
			return string(rune(n)), 6
		}
	case len(text) >= 2 && text[0] == '\\' && strings.IndexByte(`"\/`, text[1]) >= 0:
		return text[1:2], 2
	}
	if r, size := utf8.DecodeRuneInString(text); r != utf8.RuneError && (object.Unseen(r) || r == '\n' || r == '\r') {
		return "", size
	}
	return text[:1], 1
}
