package reprise

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strings"
	"sync"

	"tap-reprise/internal/rows"
)

// internalColumn is computed here. Should the API send one, ours wins.
const internalColumn = "viewer_is_internal"

// hashed returns the rewriting of viewer_data "hashed": the hex HMAC-SHA-256
// under the salt of the trimmed, lower-cased text, so that one person has one
// hash in every column and stream. It may be called from several goroutines.
func hashed(salt string) func(dst, text []byte) []byte {
	pool := sync.Pool{New: func() any { return hmac.New(sha256.New, []byte(salt)) }}
	return func(dst, text []byte) []byte {
		h := pool.Get().(hash.Hash)
		defer pool.Put(h)
		h.Reset()
		h.Write(bytes.ToLower(bytes.TrimSpace(text)))
		dst = append(dst, '"')
		dst = hex.AppendEncode(dst, h.Sum(nil))
		return append(dst, '"')
	}
}

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
