package object

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"unicode/utf16"
)

// A charset is how a file of text begins, and how it is read. PowerShell and
// Windows editors write others than plain UTF-8.
type charset struct {
	mark  string // byte order mark, or the first bytes of a document without one
	skip  int    // bytes of it that are no text
	order binary.ByteOrder
	name  string // of one that is not read
}

// charsets are tried in turn: the marks of UTF-32 begin like those of UTF-16.
var charsets = []charset{
	{mark: "\xff\xfe\x00\x00", name: "UTF-32"},
	{mark: "\x00\x00\xfe\xff", name: "UTF-32"},
	{mark: "\xef\xbb\xbf", skip: 3},
	{mark: "\xff\xfe", skip: 2, order: binary.LittleEndian},
	{mark: "\xfe\xff", skip: 2, order: binary.BigEndian},
	{mark: "\x1f\x8b", name: "gzip"},
}

// decoded is the text of a file as UTF-8 without a byte order mark. A file
// without one is UTF-16 if every other one of its first bytes is zero, which no JSON
// in UTF-8 has. The error names an encoding that cannot be read.
func decoded(data []byte) ([]byte, error) {
	for _, c := range charsets {
		switch {
		case !bytes.HasPrefix(data, []byte(c.mark)):
		case c.name != "":
			return nil, errors.New("is " + c.name + "; write it as UTF-8")
		case c.order != nil:
			return fromUTF16(data[c.skip:], c.order)
		default:
			return data[c.skip:], nil
		}
	}
	if len(data) >= 4 {
		zeros := [4]bool{data[0] == 0, data[1] == 0, data[2] == 0, data[3] == 0}
		switch zeros {
		case [4]bool{false, true, false, true}:
			return fromUTF16(data, binary.LittleEndian)
		case [4]bool{true, false, true, false}:
			return fromUTF16(data, binary.BigEndian)
		case [4]bool{false, true, true, true}, [4]bool{true, true, true, false}:
			return nil, errors.New("is UTF-32; write it as UTF-8")
		}
	}
	return data, nil
}

func fromUTF16(data []byte, order binary.ByteOrder) ([]byte, error) {
	if len(data)%2 != 0 {
		return nil, errors.New("is UTF-16 and breaks off inside a character; write it as UTF-8")
	}
	units := make([]uint16, 0, len(data)/2)
	for pair := range slices.Chunk(data, 2) {
		units = append(units, order.Uint16(pair))
	}
	return []byte(string(utf16.Decode(units))), nil
}
