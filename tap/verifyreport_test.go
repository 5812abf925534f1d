package tap

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
)

func hour(h int) time.Time { return time.Date(2026, 7, 31, h, 0, 0, 0, time.UTC) }

// TestVerifyTable is what a person reads: one line a stream, then what differs,
// and no line is wider than a page.
func TestVerifyTable(t *testing.T) {
	units := Units{Meaning: "A unit is an hour of rows, several hours without any, or a window of metrics.", Aside: "windows: within a day"}
	reports := []Report{
		{Stream: "replicate_session_activity", Marked: true, Findings: []Finding{
			{From: hour(8), To: hour(9), Rows: 5, Found: -1, Standing: Same},
			{From: hour(9), To: hour(10), Rows: 1234567, Found: 1234568, Standing: Missing},
			{From: hour(10), To: hour(11), Rows: 7, Found: 9, Standing: Missing},
			{From: hour(11), To: hour(12).Add(time.Second), Rows: 7, Found: 6, Standing: Fewer},
			{From: hour(12).Add(time.Second), To: hour(24), Rows: 0, Found: -1, Standing: Unread},
			{From: hour(24), To: hour(25), Rows: 2, Found: 4, Standing: New},
			{From: hour(25), To: hour(26), Rows: 0, Found: 8, Standing: New, After: true},
			{From: hour(26), To: hour(99), Rows: 0, Found: -1, Standing: New, After: true},
		}},
		{Stream: "replay_metrics", Marked: true, Findings: []Finding{
			{From: hour(0), To: hour(24), Of: "month published_replay_link", Rows: -1, Found: 8, Standing: Changed},
			{From: hour(24), To: hour(48), Of: "day published_replay", Rows: -1, Found: -1, Standing: New, After: true},
		}},
		{Stream: "replay_change_feed", Marked: true},
		{Stream: "replay_session_summary"},
	}
	require.Equal(t, strings.TrimLeft(`
STREAM                          ROWS UNITS NEW ROWS VERDICT, IN UNITS
replicate_session_activity 1,234,588     6      10+ 2 missing, 1 fewer, 1 unread
                                                    3 new
replay_metrics                     -     1        - 1 changed, 1 new
replay_change_feed                 -     -        - nothing to compare
replay_session_summary             -     -        - not in the state

replicate_session_activity, UTC      WRITTEN        NOW
  2026-07-31 09:00 to 11:00        1,234,574  1,234,577  missing
  2026-07-31 11:00:00 to 12:00:01          7          6  fewer
  2026-07-31 12:00:01 to 24:00:00          0          -  unread

replay_metrics, UTC                       WRITTEN  NOW
  2026-07-31 month published_replay_link        -    8  changed

missing: the API holds more rows than were written; the next run loads them
fewer: rows have left the API; the warehouse keeps them
changed: values moved; the next runs write them (windows: within a day)
unread: not loaded for certain; the next run reads it
new: came after the state's moment, or to what was open then; no difference
A unit is an hour of rows, several hours without any, or a window of metrics.
1234588 rows in 7 units, 5 differences, 10 rows or more new since the state
`, "\n"), string(Table(reports, units, false)))
	all := string(Table(reports, units, true))
	require.Regexp(t, `(?m)^  2026-07-31 08:00 to 09:00 +5 +5  same$`, all)
	require.Regexp(t, `(?m)^  2026-08-01 02:00 to 2026-08-04 03:00 +0 +-  new$`, all)
	for line := range strings.Lines(string(Table(reports, units, false)) + all) {
		require.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), program.PageWidth, line)
	}
}
