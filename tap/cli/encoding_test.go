package cli_test

import (
	"encoding/binary"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

// TestFilesOfWindows: config, catalog and state may be of any encoding that is
// read, by either protocol; one that is not read is named with its file.
func TestFilesOfWindows(t *testing.T) {
	const state = `{"bookmarks": {"events": {"n": 2}}}`
	for name, c := range map[string]struct{ catalog, state, command string }{
		"Singer":  {`{"streams": [{"tap_stream_id": "events"}]}`, state, ""},
		"Airbyte": {`{"streams": [{"stream": {"name": "events"}, "sync_mode": "incremental"}]}`, `{"events": {"n": 2}}`, "read"},
	} {
		t.Run(name, func(t *testing.T) {
			var command []string
			if c.command != "" {
				command = []string{c.command}
			}
			files := map[string]string{"config": `{"api_key": "Łódź", "start_date": "2026"}`, "catalog": c.catalog, "state": c.state}
			run := func(written func(option, text string) string) (taptest.Output, tap.Bookmark) {
				var since tap.Bookmark
				args := command
				for _, option := range []string{"config", "catalog", "state"} {
					args = append(args, "--"+option, taptest.File(t, option+".json", written(option, files[option])))
				}
				m := &taptest.Memory{Rows: 3, Watch: func(_ tap.Stream, b tap.Bookmark) { since = b }}
				return taptest.Do(cli.Main, m, args...), since
			}
			o, since := run(func(_, text string) string { return windows("\ufeff" + text) })
			require.Zero(t, o.Code, o.Stdout+o.Stderr)
			require.JSONEq(t, `{"n":2}`, string(since))
			for option := range files {
				o, _ := run(func(name, text string) string {
					if name == option {
						return "\x1f\x8b\x08\x00"
					}
					return text
				})
				require.Equal(t, program.ExitConfig, o.Code)
				require.Contains(t, o.Stdout+o.Stderr, option+".json is gzip; write it as UTF-8")
			}
		})
	}
}

// windows is a text as editors of Windows write it.
func windows(text string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = binary.LittleEndian.AppendUint16(b, unit)
	}
	return string(b)
}
