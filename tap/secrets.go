package tap

import (
	"slices"
	"strings"
	"sync"
)

// secrets are values that must not leave the process in any text. The zero
// value hides nothing. Its methods may be called from several goroutines.
type secrets struct {
	mu sync.Mutex
	r  *strings.Replacer
}

// hide blacks out the given values from now on. Values of under four bytes
// would black out half of every text; they are no secrets.
func (s *secrets) hide(values []string) {
	values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return len(v) < 4 })
	slices.SortFunc(values, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, v := range values {
		inJSON := escaped(v)
		pairs = append(pairs, escaped(inJSON), "***", inJSON, "***", v, "***")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.r = strings.NewReplacer(pairs...)
}

// escaped is text as it stands within a JSON string.
func escaped(text string) string {
	b := encode(text)
	return string(b[1 : len(b)-1])
}

// mask returns text without the values that are hidden.
func (s *secrets) mask(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.r == nil {
		return text
	}
	return s.r.Replace(text)
}
