package streams

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"sync"
)

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

// hashedButEmpty is hash, where an empty text says that there is nothing: nobody, or a
// place that is not known. It stays empty.
func (pl *planner) hashedButEmpty(dst, text []byte) []byte {
	if len(bytes.TrimSpace(text)) == 0 {
		return append(dst, `""`...)
	}
	return pl.hash(dst, text)
}
