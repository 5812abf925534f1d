package ledger

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
)

// Seal writes b, and a checksum of it, as unpadded base64url. A loader that
// merges two bookmarks takes all of the text or nothing of it, and text that was
// cut or edited is found out.
func Seal(b []byte) string {
	return base64.RawURLEncoding.EncodeToString(binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b)))
}

// Unseal returns what Seal was given. It is not ok if Seal did not write text.
func Unseal(text string) (b []byte, ok bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) < 4 {
		return nil, false
	}
	sum := len(b) - 4
	return b[:sum], crc32.ChecksumIEEE(b[:sum]) == binary.LittleEndian.Uint32(b[sum:])
}
