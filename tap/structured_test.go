package tap

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/object"
	"tap-reprise/internal/program"
)

// TestStructuredRun reads stderr of a whole run as Meltano does: every line has
// the eight keys.
func TestStructuredRun(t *testing.T) {
	a := testApp(&memory{rows: 3, fail: map[string]error{"empty": errors.New("boom")}}, "--config", goodConfig(t))
	a.Environ = []string{"LOG_FORMAT=json"}
	o := runApp(t.Context(), a)
	require.Equal(t, program.ExitRetry, o.code)
	for line := range strings.Lines(o.err) {
		keys, err := object.Members([]byte(line))
		require.NoError(t, err)
		for i, want := range []string{"level", "pid", "logger_name", "ts", "thread_name", "app_name", "stream_name", "message"} {
			require.Equal(t, want, keys[i].Name)
		}
	}
	require.Contains(t, o.lastErr(), `"level":"critical"`)
	require.Contains(t, o.lastErr(), `"message":"read empty after the start: boom"`)
}
