package airbyte

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/acceptance/subject"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
)

// TestMigratingPage takes over each state that docs/migrating.md quotes, as it
// stands there, in the form of the connector that left it. What the account
// holds of the look-back before it is read.
func TestMigratingPage(t *testing.T) {
	page := subject.ReadFile(t, "docs/migrating.md")
	sections := strings.Split(page, "\n## ")
	require.Len(t, sections, 4)
	quoted := regexp.MustCompile("(?s)```json\n(.*?)```")
	count := map[string]int{}
	for _, section := range sections[1:] {
		title, _, _ := strings.Cut(section, "\n")
		for _, block := range quoted.FindAllStringSubmatch(section, -1) {
			for state := range strings.Lines(block[1]) {
				count[title]++
				stream, at := quotedCursor(t, state)
				t.Run(stream, func(t *testing.T) {
					own := strings.Contains(state, `"ledger"`)
					if own {
						state, at = ownState(t, stream)
					}
					s := recentAccount()
					config := subject.WriteConfig(t, map[string]any{"api_key": s.Key, "start_date": "2026-07-15", "lookback_days": 10})
					got, log := harness.Warehouse{}, ""
					if title == "From the earlier tap-reprise" {
						out, errs, code := subject.Run(t, s, "--config", config, "--state", subject.Written(t, "state.json", state),
							"--catalog", subject.Written(t, "catalog.json", `{"streams":[{"tap_stream_id":"`+stream+`"}]}`))
						require.Zero(t, code, errs)
						got, log = got.Load(t, harness.Output{Stdout: out}), errs
					} else {
						streams := only(discovered(t, subject.Listen(t, recentAccount(), nil)), stream)
						r := inProcess(t, s, "read", "--config", config, "--catalog", configure(t, "incremental", streams...),
							"--state", subject.Written(t, "state.json", state))
						require.Zero(t, r.code, r.stdout)
						got, log = load(t, r), r.stdout
					}
					if own {
						require.NotContains(t, log, "another connector")
						require.Less(t, len(got[stream]), len(harness.Truth(t, s, harness.Span{}, stream)[stream])/2, "not everything again")
						return
					}
					require.Contains(t, log, "its look-back is read again")
					require.Positive(t, tookOver(t, s, stream, at, got))
				})
			}
		}
	}
	require.Equal(t, map[string]int{"From Airbyte's source-reprise": 8, "From the earlier tap-reprise": 4, "Between Singer and Airbyte": 1}, count)
}

// recentAccount is one whose clock is some days behind the page's states.
func recentAccount() *emulator.Server {
	a := emulator.NewAccount(emulator.Options{Seed: 5, Days: 55, SessionsPerDay: 1, EventsPerSession: 4, LivePerDay: 1, Changes: 20})
	return emulator.New(a, time.Date(2026, 8, 24, 12, 0, 0, 0, time.UTC))
}

// quotedCursor is the stream of a state, under today's name, and its moment.
func quotedCursor(t *testing.T, state string) (string, time.Time) {
	t.Helper()
	require.True(t, json.Valid([]byte(state)), state)
	found := regexp.MustCompile(`"(replicate|(?:replay|replicate)_(?:session_activity|session_summary|metrics|change_feed|analytics))(?:_daily)?"`).FindStringSubmatch(state)
	require.NotNil(t, found, "no stream in %s", state)
	stream := found[1]
	if strings.HasPrefix(stream, "replicate") {
		stream = "replicate_session_activity"
	}
	return stream, time.Date(2026, 8, 20, 7, 45, 12, 0, time.UTC)
}

// ownState is what a Singer run of the tap itself left, four days before.
func ownState(t *testing.T, stream string) (string, time.Time) {
	t.Helper()
	s := recentAccount()
	s.Advance(-4 * 24 * time.Hour)
	config := subject.WriteConfig(t, map[string]any{"api_key": s.Key, "start_date": "2026-07-15", "lookback_days": 10})
	out, errs, code := subject.Run(t, s, "--config", config, "--catalog", subject.Written(t, "catalog.json", `{"streams":[{"tap_stream_id":"`+stream+`"}]}`))
	require.Zero(t, code, errs)
	return harness.Output{Stdout: out}.State(), s.Now()
}
