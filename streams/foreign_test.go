package streams

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestCursorSpellings: a moment is understood however another connector, a
// person or a platform has written it.
func TestCursorSpellings(t *testing.T) {
	second, millis := "2026-08-20T07:45:12Z", "2026-08-20T07:45:12.219Z"
	for value, want := range map[string]string{
		`"2026-08-20 07:45:12"`:           second,
		`"2026-08-20T07:45:12"`:           second,
		`"2026-08-20T07:45:12Z"`:          second,
		`"2026-08-20t07:45:12z"`:          second,
		`"2026-08-20 07:45:12Z"`:          second,
		`"2026-08-20 07:45:12 UTC"`:       second,
		`"2026-08-20 07:45:12+00:00"`:     second,
		`"2026-08-20T09:45:12+02:00"`:     second,
		`"2026-08-20T09:45:12+0200"`:      second,
		`"2026-08-20 09:45:12 +0200"`:     second,
		`"2026-08-20 03:45:12 -04:00"`:    second,
		`" 2026-08-20 07:45:12 "`:         second,
		`"20260820T074512Z"`:              second,
		`"20260820074512"`:                second,
		`"2026/08/20 07:45:12"`:           second,
		`"Thu, 20 Aug 2026 07:45:12 GMT"`: second,
		`1787211912`:                      second,
		`"1787211912"`:                    second,
		`1.787211912e9`:                   second,
		`"2026-08-20 07:45:12.219"`:       millis,
		`"2026-08-20 07:45:12,219"`:       millis,
		`"2026-08-20T07:45:12.219Z"`:      millis,
		`"2026-08-20T07:45:12.219+00:00"`: millis,
		`"2026-08-20T07:45:12.219000"`:    millis,
		`1787211912219`:                   millis,
		`"1787211912219"`:                 millis,
		`1787211912219000`:                millis,
		`"2026-08-20T07:45:12.219123Z"`:   "2026-08-20T07:45:12.219123Z",
		`"2026-08-20T07:45:12.2191239Z"`:  "2026-08-20T07:45:12.219123Z", // never rounded up
		`"2026-08-20T07:45"`:              "2026-08-20T07:45:00Z",
		`"2026-08-20"`:                    "2026-08-20T00:00:00Z",
		`"20260820"`:                      "2026-08-20T00:00:00Z",
	} {
		at, err := parseCursor(json.RawMessage(value))
		require.NoError(t, err, value)
		require.Equal(t, want, at.Format(time.RFC3339Nano), value)
	}
	for _, value := range []string{``, `null`, `""`, `"  "`} {
		at, err := parseCursor(json.RawMessage(value))
		require.NoError(t, err, value)
		require.True(t, at.IsZero(), value)
	}
	for _, value := range []string{`"yesterday"`, `"2026-13-01"`, `true`, `{}`, `-5`, `"NaN"`, `"Inf"`, `1e300`} {
		_, err := parseCursor(json.RawMessage(value))
		require.Error(t, err, value)
	}
}

// TestForeignBookmarks: the shapes of the connectors that there are, and of the
// frameworks that they are made with.
func TestForeignBookmarks(t *testing.T) {
	r := &Reader{Source: &Source{Cursors: []string{"since_created_at", "since_ingested_at", "window_start",
		"replication_key_value", "cursor_value", "starting_replication_value",
		"session_created_at", "session_date", "ingested_at", "period_start", "create_at"}}}
	const at = "2026-08-20T07:45:12Z"
	for name, c := range map[string]struct {
		text string
		want string // "": never read
		err  error
	}{
		"source-reprise, sessions":                     {`{"since_created_at":"2026-08-20 07:45:12"}`, at, nil},
		"source-reprise, change feed":                  {`{"since_ingested_at":"2026-08-20 07:45:12"}`, at, nil},
		"source-reprise, metrics":                      {`{"window_start":"2026-08-20 07:45:12"}`, at, nil},
		"Airbyte's CDK, under way":                     {`{"state_type":"date-range","slices":[{"start":"2026-01-01 00:00:00","end":"2026-08-21 00:00:00","most_recent_cursor_value":"2026-08-20 07:45:12"}]}`, at, nil},
		"Airbyte's CDK, with a gap":                    {`{"slices":[{"start":"2026-08-25 00:00:00","end":"2026-08-26 00:00:00"},{"start":"2026-08-01 00:00:00","end":"2026-08-21 00:00:00","most_recent_cursor_value":"2026-08-20 07:45:12"}]}`, at, nil},
		"Airbyte's CDK, nothing seen yet":              {`{"slices":[{"start":"2026-08-20 07:45:12","end":"2026-08-21 00:00:00"}]}`, at, nil},
		"Airbyte's CDK, no slice":                      {`{"state_type":"date-range","slices":[]}`, "", nil},
		"Airbyte's CDK, over partitions":               {`{"use_global_cursor":true,"state":{"since_created_at":"2026-08-20 07:45:12"},"lookback_window":3}`, at, nil},
		"Airbyte's CDK, by partition":                  {`{"states":[{"partition":{"a":1},"cursor":{"since_created_at":"2026-08-21 00:00:00"}},{"partition":{"a":2},"cursor":{"since_created_at":"2026-08-20 07:45:12"}}]}`, at, nil},
		"Airbyte's CDK, the other way round":           {`{"states":[{"cursor":{"since_created_at":"2026-08-20 07:45:12"}},{"cursor":{"since_created_at":"2026-08-21 00:00:00"}}]}`, at, nil},
		"Airbyte's CDK, a partition never read":        {`{"states":[{"cursor":{"since_created_at":null}},{"cursor":{"since_created_at":"2026-08-21 00:00:00"}}]}`, "", nil},
		"Meltano's SDK":                                {`{"replication_key":"create_at","replication_key_value":"2026-08-20 07:45:12"}`, at, nil},
		"Meltano's SDK, a number":                      {`{"replication_key_value":1787211912}`, at, nil},
		"Meltano's SDK, a first run that did not end":  {`{"starting_replication_value":"2026-08-20T07:45:12Z","progress_markers":{"replication_key":"create_at","replication_key_value":"2026-08-25 00:00:00"}}`, at, nil},
		"Meltano's SDK, a later run that did not end":  {`{"replication_key":"create_at","replication_key_value":"2026-08-20 07:45:12","progress_markers":{"replication_key_value":"2026-08-25"}}`, at, nil},
		"the name of the column":                       {`{"session_created_at":"2026-08-20T07:45:12Z"}`, at, nil},
		"the viewers' clock":                           {`{"create_at":"2026-08-20 07:45:12"}`, at, nil},
		"the first key that has a value":               {`{"since_created_at":null,"session_date":"2026-08-20 07:45:12"}`, at, nil},
		"a place for a value, and none":                {`{"since_created_at":null}`, "", nil},
		"an empty value":                               {`{"since_created_at":""}`, "", nil},
		"nothing":                                      {`{}`, "", nil},
		"a moment that cannot be read":                 {`{"since_created_at":"last week"}`, "", errors.New("a value of it is not a moment")},
		"a number that is no moment":                   {`{"page":7}`, "", errNoCursor},
		"a slice without any moment":                   {`{"slices":[{"end":"2026-08-21"}]}`, "", errNoCursor},
		"slices that are none":                         {`{"slices":{}}`, "", errors.New("json: cannot unmarshal object into Go value of type []map[string]json.RawMessage")},
		"partitions of taps that have some, not these": {`{"partitions":[{"context":{"a":1}}]}`, "", errNoCursor},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := r.cursorOf(json.RawMessage(c.text))
			if c.err != nil {
				require.EqualError(t, err, c.err.Error())
				return
			}
			require.NoError(t, err)
			if c.want == "" {
				require.True(t, got.IsZero())
				return
			}
			require.Equal(t, c.want, got.Format(time.RFC3339Nano))
		})
	}
}
