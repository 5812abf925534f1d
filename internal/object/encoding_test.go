package object

import (
	"encoding/binary"
	"encoding/json"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
)

// encodings are the forms in which editors and shells write a text.
var encodings = map[string]func(text string) string{
	"UTF-8":                     func(text string) string { return text },
	"UTF-8 with a mark":         func(text string) string { return "\ufeff" + text },
	"UTF-16 of Windows":         func(text string) string { return in16(binary.LittleEndian, "\ufeff"+text) },
	"UTF-16, big end first":     func(text string) string { return in16(binary.BigEndian, "\ufeff"+text) },
	"UTF-16 of Windows, bare":   func(text string) string { return in16(binary.LittleEndian, text) },
	"UTF-16, big, without mark": func(text string) string { return in16(binary.BigEndian, text) },
}

func in16(order binary.AppendByteOrder, text string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

// TestEncodings reads documents in each encoding as if they were UTF-8.
func TestEncodings(t *testing.T) {
	const text = `{"token": "Łódź 😀"}`
	for name, in := range encodings {
		t.Run(name, func(t *testing.T) {
			for _, document := range []string{text, text + "\r\n"} {
				require.False(t, Blank([]byte(in(document))))
				got, err := Tidy([]byte(in(document)))
				require.NoError(t, err)
				require.Equal(t, text, string(got))
			}
			for _, blank := range []string{"", "\r\n", " \r\n\t\r\n"} {
				require.True(t, Blank([]byte(in(blank))))
				_, err := Tidy([]byte(in(blank)))
				require.EqualError(t, err, "is empty")
			}
		})
	}
}

// TestUnreadEncodings names what cannot be read.
func TestUnreadEncodings(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"UTF-32 of Windows":     {"\xff\xfe\x00\x00{\x00\x00\x00}\x00\x00\x00", "is UTF-32; write it as UTF-8"},
		"UTF-32":                {"\x00\x00\xfe\xff\x00\x00\x00{", "is UTF-32; write it as UTF-8"},
		"UTF-32 without a mark": {"{\x00\x00\x00}\x00\x00\x00", "is UTF-32; write it as UTF-8"},
		"half a character":      {"\xff\xfe{\x00}", "is UTF-16 and breaks off inside a character"},
		"gzip":                  {"\x1f\x8b\x08\x00", "is gzip; write it as UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Tidy([]byte(c.text))
			require.ErrorContains(t, err, c.want)
			require.False(t, Blank([]byte(c.text)))
			require.False(t, json.Valid([]byte(c.text)))
		})
	}
}
