package tap

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// TestOutcomesFit: the table of large accounts, in windows of any width.
func TestOutcomesFit(t *testing.T) {
	all := []result{
		{name: "replicate_session_activity", rows: 123456789, late: 99999, again: 12345678, requests: 123456, took: 99999 * time.Second},
		{name: "replay_metrics", failed: true}, {name: "replay_change_feed", unopened: true},
		{name: "total", rows: 123456789, late: 99999, again: 12345678, requests: 123456, took: 99999 * time.Second},
	}
	for _, width := range []int{200, 80, 60, 50, 40} {
		text := string(outcomes(all, width))
		for line := range strings.Lines(text) {
			if !strings.HasPrefix(line, "! incomplete") {
				require.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), min(width, 80), text)
			}
		}
		require.Contains(t, text, "replicate_session_activity")
		require.Contains(t, strings.ReplaceAll(text, ",", ""), "123456789")
		require.Contains(t, text, "\n! replay_metrics")
	}
}
