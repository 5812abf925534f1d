package harness

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/tap/taptest"
)

// Columns are the parameters, by stream, that ask for more columns.
type Columns map[string]url.Values

// byDefault is what the config's defaults ask for.
var byDefault = Columns{"replay_session_activity": {"visitor_key": {"1"}, "visitor_company": {"1"}}}

// A Span is what is to be loaded: the server time [From, To) and the columns.
// Zero From is the demo account's first day, zero To is no end, nil Columns are
// those of the config's defaults.
type Span struct {
	From, To time.Time
	Columns  Columns
}

// Truth is what a complete load of the account would hold now, of the named
// streams (none: all). replay_metrics is in days.
func Truth(t testing.TB, s *emulator.Server, span Span, streams ...string) Warehouse {
	t.Helper()
	if span.From.IsZero() {
		span.From = emulator.DemoStart
	}
	if len(streams) == 0 {
		streams = Streams
	}
	if span.Columns == nil {
		span.Columns = byDefault
	}
	w := Warehouse{}
	for _, stream := range streams {
		if stream == "replay_metrics" {
			metricsTruth(t, s, span, w)
			continue
		}
		for _, row := range pipeRows(t, s, stream, span.Columns[stream]) {
			if stream == "replay_change_feed" || span.holds(Clock(t, stream, row)) {
				w.Put(t, stream, Keys[stream], row)
			}
		}
	}
	return w
}

func (span Span) holds(at time.Time) bool {
	return !at.Before(span.From) && (span.To.IsZero() || at.Before(span.To))
}

// metricsTruth asks for each day with bounds that say what they mean: [day,
// next day).
func metricsTruth(t testing.TB, s *emulator.Server, span Span, w Warehouse) {
	t.Helper()
	was := s.Dialect
	defer func() { s.Dialect = was }()
	s.Dialect.StartExclusive, s.Dialect.EndInclusive = false, false
	end := s.Now()
	if !span.To.IsZero() && span.To.Before(end) {
		end = span.To
	}
	for day := span.From.Truncate(24 * time.Hour); !day.After(end); day = day.Add(24 * time.Hour) {
		from, next := day, day.Add(24*time.Hour)
		if from.Before(span.From) {
			from = span.From
		}
		to := next
		if !span.To.IsZero() && to.After(span.To) {
			to = span.To
		}
		if !from.Before(to) {
			continue
		}
		for _, kind := range []string{"published_replay", "published_replay_link"} {
			for _, row := range pipeRows(t, s, "replay_metrics", url.Values{
				"group_by":        {kind},
				"start_timestamp": {from.Format(time.DateTime)}, "end_timestamp": {to.Format(time.DateTime)},
			}) {
				row["period"] = "day"
				row["period_start"], row["period_end"] = rfc3339(day), rfc3339(next)
				w.Put(t, "replay_metrics", Keys["replay_metrics"], row)
			}
		}
	}
}

func rfc3339(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000000Z") }

// pipeRows are the emulator's own rows as a record must show them.
func pipeRows(t testing.TB, s *emulator.Server, pipe string, q url.Values) []map[string]any {
	t.Helper()
	types := map[string]string{}
	for _, c := range s.Columns(pipe, q) {
		types[c.Name] = c.Type
	}
	require.NotEmpty(t, types, "%s %v", pipe, q)
	var list []map[string]any
	for _, row := range s.Truth(pipe, q) {
		values := map[string]any{}
		for _, c := range row {
			values[c.Name] = expected(t, types[c.Name], c.JSON)
		}
		list = append(list, values)
	}
	return list
}

// expected is what a record must show for a literal of the API: times in RFC
// 3339 and UTC with six digits, 64-bit integers bare, all else as it is.
func expected(t testing.TB, typ, literal string) any {
	t.Helper()
	value, err := taptest.Value(literal)
	if err != nil {
		require.NoError(t, err, literal)
	}
	text, isText := value.(string)
	switch {
	case !isText:
		return value
	case strings.HasPrefix(strings.TrimPrefix(typ, "Nullable("), "DateTime"):
		zone := time.UTC
		if _, name, ok := strings.Cut(typ, "'"); ok {
			name, _, _ = strings.Cut(name, "'")
			zone, err = time.LoadLocation(name)
			require.NoError(t, err)
		}
		at, err := time.ParseInLocation("2006-01-02 15:04:05.999999999", text, zone)
		if err != nil {
			require.NoError(t, err, literal)
		}
		return rfc3339(at)
	case strings.Contains(typ, "Int64"):
		return json.Number(text)
	}
	return value
}
