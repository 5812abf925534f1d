package reprise_test

import (
	"fmt"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
)

// TestDemoTwice runs the demo, and again a day later from the last STATE: the
// second run writes every row within the look-back that is new or has changed,
// and besides these only what shares a unit with one, or lies within the change
// feed's last hour.
func TestDemoTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := harness.Run{Demo: true}.Do(t)
		require.Equal(t, 0, first.Code, first.LastLine())
		before := harness.Warehouse{}.Load(t, first)
		second := harness.Run{Demo: true, State: first.State()}.Do(t)
		require.Equal(t, 0, second.Code, second.LastLine())
		written := harness.Warehouse{}.Load(t, second)
		after := harness.Truth(t, emulator.Demo(true), harness.Span{})
		oldest := emulator.DemoNow.Add(-29 * day)
		for _, stream := range harness.Streams {
			require.Len(t, second.Records(t, stream), len(written[stream]), "%s: no row twice", stream)
			due := map[string]bool{}
			for key, row := range after[stream] {
				if reflect.DeepEqual(before[stream][key], row) {
					continue
				}
				due[unit(t, stream, row)] = true
				if stream == "replay_change_feed" || !harness.Clock(t, stream, row).Before(oldest) {
					require.Contains(t, written[stream], key, "%s: new or changed", stream)
				}
			}
			require.NotEmpty(t, due, stream)
			for key, row := range written[stream] {
				require.True(t, due[unit(t, stream, row)], "%s %s came again for no reason", stream, key)
			}
		}
		for stream, table := range before.Load(t, second) {
			for key, row := range table {
				if stream == "replay_change_feed" || !harness.Clock(t, stream, row).Before(oldest) {
					require.Equal(t, after[stream][key], row, "%s %s", stream, key)
				}
			}
			require.Len(t, table, len(after[stream]), stream)
		}
	})
}

// unit is the part of a stream that is written as a whole: an hour, a window,
// or what the change feed's cursor brings again.
func unit(t *testing.T, stream string, row map[string]any) string {
	switch at := harness.Clock(t, stream, row); stream {
	case "replay_metrics":
		return fmt.Sprint(row["entity_type"], at)
	case "replay_change_feed":
		return fmt.Sprint(at.After(emulator.DemoStart.Add(23*day + 16*time.Hour)))
	default:
		return at.Truncate(time.Hour).String()
	}
}

// TestDemoQuiet runs the demo a third time while nothing has changed since the
// second: there is nothing to write but the last hour of the change feed.
func TestDemoQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := emulator.Demo(false)
		run := harness.Run{Server: s}
		first := run.Do(t)
		require.Equal(t, 0, first.Code, first.LastLine())
		s.ResetRequests()
		run.State = first.State()
		second := run.Do(t)
		require.Equal(t, 0, second.Code, second.LastLine())
		for _, stream := range harness.Streams {
			if stream != "replay_change_feed" {
				require.Empty(t, second.Records(t, stream), stream)
			}
		}
		t.Log(len(s.Requests()), "requests")
		require.Equal(t, second.Counter(t, "rows_repeated", "replay_change_feed"), len(second.Records(t, "replay_change_feed")))
	})
}
