package reprise

import (
	"bytes"
	"strings"

	"tap-reprise/internal/rows"
)

// internalColumn is computed here. Should the API send one, ours wins.
const internalColumn = "viewer_is_internal"

// internal returns the computation of viewer_is_internal: whether the text is an
// address at one of the domains. No text at all is not internal, so that
// "where not viewer_is_internal" keeps anonymous viewers. The result is written in the
// form of kind.
func internal(domains []string, kind rows.Kind) func(dst, text []byte, null bool) []byte {
	yes, no := "true", "false"
	switch kind {
	case rows.Integer, rows.Number:
		yes, no = "1", "0"
	case rows.Text:
		yes, no = `"true"`, `"false"`
	}
	known := map[string]bool{}
	for _, d := range domains {
		known[strings.TrimPrefix(strings.ToLower(strings.TrimSpace(d)), "@")] = true
	}
	return func(dst, text []byte, null bool) []byte {
		at := bytes.LastIndexByte(text, '@')
		if null || at < 0 {
			return append(dst, no...)
		}
		if known[string(bytes.ToLower(bytes.TrimSpace(text[at+1:])))] {
			return append(dst, yes...)
		}
		return append(dst, no...)
	}
}
