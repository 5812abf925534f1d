package program

import "strings"

// Nearest is the one of names that a person most likely meant by word, or "". It may
// be shown where word may not, which can be a secret in the wrong place.
func Nearest(word string, names []string) string {
	best, least := "", 1+len(word)/4
	fold := strings.NewReplacer("-", "", "_", "")
	for _, name := range names {
		if d := distance(fold.Replace(strings.ToLower(word)), fold.Replace(name)); d < least {
			best, least = name, d
		}
	}
	return best
}

// distance is the number of letters to be put in, taken out or changed until a
// is b (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		above := row[0]
		row[0] = i + 1
		for j := range len(b) {
			next := above
			if a[i] != b[j] {
				next++
			}
			above = row[j+1]
			row[j+1] = min(next, row[j]+1, above+1)
		}
	}
	return row[len(b)]
}
