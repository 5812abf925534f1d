package airbyte

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xeipuuv/gojsonschema"

	"tap-reprise/acceptance/subject"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// readAll reads every stream of a in one mode.
func readAll(t *testing.T, a subject.Account, mode string) (outcome, []stream) {
	t.Helper()
	streams := discovered(t, a)
	r := source(t, "read", "--config", a.Config, "--catalog", configure(t, mode, streams...))
	require.Zero(t, r.code, "%v", r.errors(t))
	return r, streams
}

// TestBasicRead: see spec_test.go. Every record is what its stream's
// schema says, has no column beside it, and a key.
func TestBasicRead(t *testing.T) {
	r, streams := readAll(t, subject.Listen(t, subject.SmallAccount(), everyColumn), "full_refresh")
	r.checksum(t, false)
	records := r.records(t)
	seen := map[string]bool{}
	for _, s := range streams {
		schema, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(s.Schema))
		require.NoError(t, err)
		columns := s.columns(t)
		require.NotEmpty(t, records[s.Name], "%s is not empty", s.Name)
		for _, text := range records[s.Name] {
			result, err := schema.Validate(gojsonschema.NewStringLoader(text))
			require.NoError(t, err)
			require.Empty(t, result.Errors(), text)
			var row map[string]json.RawMessage
			require.NoError(t, json.Unmarshal([]byte(text), &row))
			for name, value := range row {
				require.Contains(t, columns, name, "fail_on_extra_columns")
				strictly(t, columns[name], name, value)
				if string(value) != "null" {
					seen[s.Name+"."+name] = true
				}
			}
			require.Len(t, row, len(columns), "every column is in every record")
			for _, part := range s.Key {
				require.Regexp(t, `^".+"$`, string(row[part[0]]), "a key is a text with content")
			}
		}
	}
	require.Greater(t, len(seen), 60, "test_field_is_seen: most columns have a value somewhere")
}

// moments is the acceptance tests' own pattern, with Airbyte's T.
var moments = regexp.MustCompile(`^"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"$`)

// strictly holds what JSON Schema is too lax for: 1.0 is no integer, a moment
// is RFC 3339.
func strictly(t *testing.T, c column, name string, value json.RawMessage) {
	t.Helper()
	if string(value) == "null" {
		return
	}
	if c.Type[0] == "integer" {
		n, ok := new(big.Int).SetString(string(value), 10)
		require.True(t, ok && n.IsInt64(), "%s: %s", name, value)
	}
	if c.Format == "date-time" {
		require.Regexp(t, moments, string(value), name)
	}
}

// TestBasicReadValues: what arrives is what the account holds, to the digit.
func TestBasicReadValues(t *testing.T) {
	s := someAccount()
	r, _ := readAll(t, subject.Listen(t, s, nil), "full_refresh")
	taptest.Same(t, harness.Truth(t, s, harness.Span{}), load(t, r))
}

// TestBasicReadStatuses: each stream starts, runs and completes, in this order,
// and nothing of it is outside.
func TestBasicReadStatuses(t *testing.T) {
	quiet := emulator.New(emulator.NewAccount(emulator.Options{Seed: 1, Days: 1, SessionsPerDay: -1, LivePerDay: -1, Changes: -1}),
		time.Date(2026, 7, 2, 0, 0, 0, 0, time.UTC))
	for name, s := range map[string]*emulator.Server{"with rows": subject.SmallAccount(), "without a row": quiet} {
		t.Run(name, func(t *testing.T) {
			r, streams := readAll(t, subject.Listen(t, s, nil), "incremental")
			statuses, states := map[string][]string{}, map[string]int{}
			for _, m := range r.messages(t) {
				switch {
				case m.Trace != nil && m.Trace.Status != nil:
					name := m.Trace.Status.Descriptor.Name
					statuses[name] = append(statuses[name], m.Trace.Status.Status)
				case m.Record != nil:
					require.Equal(t, []string{"STARTED", "RUNNING"}, statuses[m.Record.Stream])
				case m.State != nil:
					require.Equal(t, []string{"STARTED", "RUNNING"}, statuses[m.State.Stream.Descriptor.Name])
					states[m.State.Stream.Descriptor.Name]++
				}
			}
			require.Len(t, statuses, len(streams))
			for _, stream := range streams {
				require.Equal(t, []string{"STARTED", "RUNNING", "COMPLETE"}, statuses[stream.Name], stream.Name)
				require.Positive(t, states[stream.Name], stream.Name)
			}
			r.checksum(t, false)
		})
	}
}

// TestBasicReadEmittedAt is the real time, and grows.
func TestBasicReadEmittedAt(t *testing.T) {
	began := time.Now().UnixMilli()
	r, _ := readAll(t, subject.Listen(t, subject.SmallAccount(), nil), "incremental")
	last := began
	for _, m := range of(r.messages(t), "RECORD") {
		require.GreaterOrEqual(t, m.Record.EmittedAt, last)
		last = m.Record.EmittedAt
	}
	require.LessOrEqual(t, last, time.Now().UnixMilli())
}

// TestBasicReadEstimates: the last estimate is near what came.
func TestBasicReadEstimates(t *testing.T) {
	r, _ := readAll(t, subject.Listen(t, someAccount(), map[string]any{"page_size": somePage}), "full_refresh")
	last := map[string]int64{}
	for _, m := range of(r.messages(t), "TRACE") {
		if e := m.Trace.Estimate; e != nil {
			require.Equal(t, "STREAM", e.Type)
			require.Positive(t, e.Bytes)
			last[e.Name] = e.Rows
		}
	}
	for stream, rows := range r.records(t) {
		require.Equal(t, int64(len(rows)), last[stream], stream)
	}
}

// TestBasicReadOfABadCatalog: at least one ERROR, and a failure.
func TestBasicReadOfABadCatalog(t *testing.T) {
	a := subject.Listen(t, subject.SmallAccount(), nil)
	const stream = `{"name":"__AIRBYTE__STREAM_THAT_DOES_NOT_EXIST","json_schema":{"type":"object","properties":{"f1":{"type":"string"}}},"supported_sync_modes":["full_refresh"]}`
	for name, c := range map[string]string{
		"as the acceptance tests have it": `{"streams":[{"stream":` + stream + `,"sync_mode":"INVALID","destination_sync_mode":"INVALID"}]}`,
		"modes that are none":             `{"streams":[{"stream":{"name":"replay_metrics"},"sync_mode":"INVALID","destination_sync_mode":"INVALID"}]}`,
		"a stream that is not there":      `{"streams":[{"stream":` + stream + `,"sync_mode":"full_refresh","destination_sync_mode":"overwrite"}]}`,
		"no catalog at all":               `{}`,
	} {
		t.Run(name, func(t *testing.T) {
			r := source(t, "read", "--config", a.Config, "--catalog", subject.Written(t, "catalog.json", c))
			require.NotZero(t, r.code)
			require.NotEmpty(t, r.errors(t))
			require.Equal(t, "config_error", r.errors(t)[0].Trace.Error.FailureType)
			require.Empty(t, of(r.messages(t), "RECORD"))
		})
	}
}

// TestBasicReadGoesOnAfterAFailure: a stream that is refused is INCOMPLETE, with
// its name in the ERROR; the others are whole, and the run fails.
func TestBasicReadGoesOnAfterAFailure(t *testing.T) {
	s := subject.SmallAccount()
	streams := discovered(t, subject.Listen(t, s, nil))
	s.Forbidden = []string{"replay_session_summary"}
	a := subject.Listen(t, s, nil)
	r := source(t, "read", "--config", a.Config, "--catalog", configure(t, "incremental", streams...))
	require.Equal(t, 3, r.code)
	require.Len(t, r.errors(t), 1, "each failure once")
	failure := r.errors(t)[0].Trace.Error
	require.Equal(t, "config_error", failure.FailureType)
	require.Equal(t, "replay_session_summary", failure.Descriptor.Name)
	require.Contains(t, failure.Message, "access to this resource")
	last := map[string]string{}
	for _, m := range of(r.messages(t), "TRACE") {
		if m.Trace.Status != nil {
			last[m.Trace.Status.Descriptor.Name] = m.Trace.Status.Status
		}
	}
	for _, stream := range streams {
		want := "COMPLETE"
		if stream.Name == "replay_session_summary" {
			want = "INCOMPLETE"
		}
		require.Equal(t, want, last[stream.Name], stream.Name)
	}
	r.checksum(t, false)
}

// TestBasicReadAsksForWhatIsWanted: columns that cost the API extra are not
// asked for if nobody selected them.
func TestBasicReadAsksForWhatIsWanted(t *testing.T) {
	for name, c := range map[string]struct {
		without []string
		asks    []string
	}{
		"all of them":           {nil, []string{"poster", "visitor_company", "visitor_key"}},
		"no company":            {[]string{"visitor_company"}, []string{"poster", "visitor_key"}},
		"a part of the posters": {[]string{"tags", "base_href"}, []string{"poster", "visitor_company", "visitor_key"}},
		"none":                  {[]string{"visitor_company", "visitor_key", "tags", "poster_img", "base_href"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := subject.SmallAccount()
			a := subject.Listen(t, s, map[string]any{"poster": true})
			streams := only(discovered(t, a), "replay_session_activity")
			streams[0].Schema = dropped(t, streams[0].Schema, c.without)
			s.ResetRequests()
			r := source(t, "read", "--config", a.Config, "--catalog", configure(t, "incremental", streams...))
			require.Zero(t, r.code)
			require.NotEmpty(t, r.records(t)["replay_session_activity"])
			for _, text := range r.records(t)["replay_session_activity"] {
				for _, column := range c.without {
					require.NotContains(t, text, fmt.Sprintf("%q:", column))
				}
			}
			for _, request := range s.Requests() {
				if limit := request.Query.Get("limit"); request.Pipe != "replay_session_activity" || limit == "1" || limit == "25" {
					continue // discovery's, and those that ask for a count or for whose the rows are only
				}
				var asks []string
				for _, parameter := range []string{"poster", "visitor_company", "visitor_key"} {
					if request.Query.Has(parameter) {
						asks = append(asks, parameter)
					}
				}
				require.Equal(t, c.asks, asks)
			}
		})
	}
}

// dropped is a schema without some of its properties.
func dropped(t *testing.T, schema json.RawMessage, names []string) json.RawMessage {
	t.Helper()
	var doc map[string]any
	require.NoError(t, json.Unmarshal(schema, &doc))
	for _, name := range names {
		delete(doc["properties"].(map[string]any), name)
	}
	text, err := json.Marshal(doc)
	require.NoError(t, err)
	return text
}

// TestBasicReadChanges: a value that the API's own type does not fit is told.
func TestBasicReadChanges(t *testing.T) {
	s := subject.SmallAccount()
	s.Dialect.Extra = []emulator.Column{{Name: "ends", Type: "Nullable(DateTime)", JSON: `"0000-00-00 00:00:00"`}, {Name: "note", Type: "String", JSON: `"a\u0000b"`},
		{Name: "huge", Type: "UInt64", JSON: "18446744073709551615"}}
	a := subject.Listen(t, s, nil)
	r := source(t, "read", "--config", a.Config, "--catalog", configure(t, "incremental", only(discovered(t, a), "replay_change_feed")...))
	require.Zero(t, r.code)
	records := of(r.messages(t), "RECORD")
	require.NotEmpty(t, records)
	for _, m := range records {
		var meta struct {
			Changes []struct{ Field, Change, Reason string }
		}
		require.NoError(t, json.Unmarshal(m.Record.Meta, &meta))
		got := map[string]string{}
		for _, c := range meta.Changes {
			got[c.Field] = c.Change
			require.Equal(t, "SOURCE_SERIALIZATION_ERROR", c.Reason)
		}
		require.Equal(t, map[string]string{"ends": "NULLED", "note": "TRUNCATED", "huge": "NULLED"}, got)
		require.True(t, bytes.Contains(m.Record.Data, []byte(`"huge":null`)))
	}
}
