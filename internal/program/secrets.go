package program

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"tap-reprise/internal/object"
)

// Secrets are all values that this process has held and that must not leave it
// in any text: keys, salts, and every access token, the ended ones too. It only
// grows. The zero value holds none; on nil the methods do the same. They may be
// called from several goroutines.
type Secrets struct {
	mu    sync.Mutex
	held  []string
	mask  *strings.Replacer // of all spellings of held, nil: none
	lone  *strings.Replacer // of those that cannot be part of a sentence of ours
	short []string          // too short to be looked for inside words
}

const (
	hiddenText = "***"

	// shortSecret: a shorter one may stand inside an ordinary word by chance.
	shortSecret = 4

	// loneSecret: one that is as long, and no word, stands in no sentence of ours.
	loneSecret = 12

	// cutSecret is how much of a secret must stand at the end of a text for it
	// to count as one that was cut off.
	cutSecret = 6
)

// Hide remembers values, each as it stands and without blanks around it. A
// secret is to be hidden before anything that could quote it happens.
func (s *Secrets) Hide(values ...string) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range values {
		for _, v := range []string{v, strings.TrimSpace(v)} {
			if v != "" && !slices.Contains(s.held, v) {
				s.held = append(s.held, v)
			}
		}
	}
	// At one place the first of several spellings wins: the longest.
	slices.SortFunc(s.held, func(a, b string) int { return len(b) - len(a) })
	var all, lone []string
	s.short = nil
	for _, v := range s.held {
		if len(v) < shortSecret {
			s.short = append(s.short, v)
			continue
		}
		for _, spelling := range spellings(v) {
			all = append(all, spelling, hiddenText)
			if isLone(v) {
				lone = append(lone, spelling, hiddenText)
			}
		}
	}
	s.mask, s.lone = strings.NewReplacer(all...), strings.NewReplacer(lone...)
}

// spellings are the forms in which a value may stand in a text, the longest
// first: as it is, inside JSON, inside JSON inside JSON, in a URL, encoded.
func spellings(v string) []string {
	list := []string{v, escaped(v), escaped(escaped(v)), strings.ReplaceAll(v, "/", `\/`), url.QueryEscape(v), url.PathEscape(v),
		base64.StdEncoding.EncodeToString([]byte(v)), base64.RawURLEncoding.EncodeToString([]byte(v))}
	slices.SortStableFunc(list, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(list)
}

// isLone reports whether nobody would write v in a sentence: it is long, has no
// blank, and behind its first letter not only small letters, _ and -.
func isLone(v string) bool {
	_, first := utf8.DecodeRuneInString(v)
	return len(v) >= loneSecret && !strings.ContainsFunc(v, unicode.IsSpace) &&
		strings.ContainsFunc(v[first:], func(r rune) bool { return !unicode.IsLetter(r) && r != '_' && r != '-' || unicode.IsUpper(r) })
}

// hide returns a text from outside without any secret, and without the beginning of
// one that was cut off at the end of the text.
func (s *Secrets) hide(text string) string {
	if s == nil {
		return text
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mask != nil { // hideFolded knows neither base64 nor values that hold escapes themselves
		text = s.mask.Replace(text)
	}
	for _, v := range s.short {
		text = hideToken(text, v)
	}
	text = webToken.ReplaceAllString(hideFolded(text, s.held), hiddenText)
	for _, v := range s.held {
		for n := len(v) - 1; n >= cutSecret; n-- {
			if strings.HasSuffix(text, v[:n]) {
				return text[:len(text)-n] + hiddenText
			}
		}
	}
	return text
}

// webToken is what a JSON Web Token looks like, even one that the process never
// held, or whose end is missing. Each begins with a brace and a quote, encoded.
var webToken = regexp.MustCompile(`\beyJ[\w-]{8,}(\.[\w-]*){0,4}`)

// hideToken hides v where it stands alone, not as a part of a word.
func hideToken(text, v string) string {
	var b strings.Builder
	for {
		i := strings.Index(text, v)
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+len(v):])
		b.WriteString(text[:i])
		if isWord(before) || isWord(after) {
			b.WriteString(v)
		} else {
			b.WriteString(hiddenText)
		}
		text = text[i+len(v):]
	}
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// HideLone is the last door before a person or a platform. The text is our own, and
// what came from outside is hidden in it already. So only secrets are looked for
// that stand in no sentence of ours: a key that is a word must not cut up hints.
func (s *Secrets) HideLone(text string) string {
	if s == nil {
		return text
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lone == nil {
		return text
	}
	return s.lone.Replace(text)
}

// In reports whether a text holds a secret that no ordinary text holds by chance.
func (s *Secrets) In(text string) bool { return s.HideLone(text) != text }

// escaped is text as it stands within a JSON string.
func escaped(text string) string {
	b := object.Encode(text)
	return string(b[1 : len(b)-1])
}
