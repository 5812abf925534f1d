package tap

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"path/filepath"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
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

// readConfig is the config of a program that is given the file at path.
func readConfig(path string) ([]byte, error) {
	return testApp(nil).ReadConfig([]string{path}, &program.Secrets{}, logTo(&bytes.Buffer{}))
}

// TestEncodings reads config, catalog and state in each encoding, by either
// protocol, as if they were UTF-8.
func TestEncodings(t *testing.T) {
	state := `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"users"},"stream_state":{"at":"Łódź 😀"}}}]`
	for name, in := range encodings {
		t.Run(name, func(t *testing.T) {
			given, err := readConfig(file(t, "config.json", in("{\"api_key\": \"Łódź 😀\", \"start_date\": \"2026\"}\r\n")))
			require.NoError(t, err)
			require.Contains(t, string(given), `"Łódź 😀"`)

			cat, err := loadCatalog(file(t, "catalog.json", in(`{"streams": [{"tap_stream_id": "users"}]}`)))
			require.NoError(t, err)
			require.NotNil(t, cat.find("users"))
			list, err := loadConfigured(file(t, "catalog.json", in(bothConfigured)))
			require.NoError(t, err)
			require.NotEmpty(t, list)

			st, err := loadState(file(t, "state.json", in(`{"bookmarks": {"users": {"at": "Łódź 😀"}}}`)), logTo(&bytes.Buffer{}))
			require.NoError(t, err)
			require.JSONEq(t, `{"at": "Łódź 😀"}`, string(st.bookmark(Stream{Name: "users"})))
			states, err := loadAirbyteState(file(t, "state.json", in(state)), logTo(&bytes.Buffer{}))
			require.NoError(t, err)
			require.JSONEq(t, `{"at": "Łódź 😀"}`, string(states["users"].bookmark))
		})
		t.Run(name+", blank", func(t *testing.T) {
			for _, text := range []string{"", "\r\n", " \r\n\t\r\n"} {
				path := file(t, "state.json", in(text))
				st, err := loadState(path, logTo(&bytes.Buffer{}))
				require.NoError(t, err)
				require.Empty(t, st.marks)
				states, err := loadAirbyteState(path, logTo(&bytes.Buffer{}))
				require.NoError(t, err)
				require.Empty(t, states)
				_, err = readConfig(path)
				require.ErrorContains(t, err, "is empty")
				_, err = loadCatalog(path)
				require.ErrorContains(t, err, "is empty")
			}
		})
	}
}

// TestUnreadEncodings names what cannot be read, whatever the file is for.
func TestUnreadEncodings(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"UTF-32 of Windows":     {"\xff\xfe\x00\x00{\x00\x00\x00}\x00\x00\x00", "is UTF-32; write it as UTF-8"},
		"UTF-32":                {"\x00\x00\xfe\xff\x00\x00\x00{", "is UTF-32; write it as UTF-8"},
		"UTF-32 without a mark": {"{\x00\x00\x00}\x00\x00\x00", "is UTF-32; write it as UTF-8"},
		"half a character":      {"\xff\xfe{\x00}", "is UTF-16 and breaks off inside a character"},
		"gzip":                  {"\x1f\x8b\x08\x00", "is gzip; write it as UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			path := file(t, "x.json", c.text)
			_, config := readConfig(path)
			_, catalog := loadCatalog(path)
			_, configured := loadConfigured(path)
			_, state := loadState(path, logTo(&bytes.Buffer{}))
			_, states := loadAirbyteState(path, logTo(&bytes.Buffer{}))
			for _, err := range []error{config, catalog, configured, state, states} {
				require.ErrorContains(t, err, filepath.Base(path))
				require.ErrorContains(t, err, c.want)
			}
			require.False(t, json.Valid([]byte(c.text)))
		})
	}
}
