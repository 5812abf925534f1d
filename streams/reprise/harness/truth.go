package harness

import (
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

// pipeRows are the values of Rows.
func pipeRows(t testing.TB, s *emulator.Server, pipe string, q url.Values) []map[string]any {
	t.Helper()
	require.NotEmpty(t, s.Columns(pipe, q), "%s %v", pipe, q)
	var list []map[string]any
	for _, row := range Rows(t, s, pipe, q) {
		values := make(map[string]any, len(row))
		for _, c := range row {
			value, err := taptest.Value(c.JSON)
			if err != nil {
				require.NoError(t, err, c.JSON)
			}
			values[c.Name] = value
		}
		list = append(list, values)
	}
	return list
}

// Rows are what a pipe holds now for q, in the documented order, each value as
// the literal that a record must show: times in RFC 3339 and UTC with six
// digits, 64-bit integers bare, all else as the API prints it.
func Rows(t testing.TB, s *emulator.Server, pipe string, q url.Values) []emulator.Row {
	t.Helper()
	rows := s.Truth(pipe, q)
	if len(rows) == 0 {
		return nil
	}
	var shows []func(t testing.TB, literal string) string
	for _, c := range s.Columns(pipe, q) {
		shows = append(shows, shownAs(t, c.Type))
	}
	for _, row := range rows {
		for i, show := range shows {
			if text := row[i].JSON; show != nil && text[0] == '"' {
				row[i].JSON = show(t, text[1:len(text)-1])
			}
		}
	}
	return rows
}

// shownAs is how a record shows a text of a type; nil is as it is.
func shownAs(t testing.TB, typ string) func(t testing.TB, text string) string {
	switch {
	case strings.HasPrefix(strings.TrimPrefix(typ, "Nullable("), "DateTime"):
		zone := time.UTC
		if _, name, ok := strings.Cut(typ, "'"); ok {
			name, _, _ = strings.Cut(name, "'")
			var err error
			zone, err = time.LoadLocation(name)
			require.NoError(t, err)
		}
		return func(t testing.TB, text string) string { return moment(t, text, zone) }
	case strings.Contains(typ, "Int64"):
		return func(_ testing.TB, digits string) string { return digits }
	}
	return nil
}

// moment is the literal of a time that the API prints by the clock of a zone.
func moment(t testing.TB, text string, zone *time.Location) string {
	at, err := time.ParseInLocation("2006-01-02 15:04:05.999999999", text, zone)
	if err != nil {
		require.NoError(t, err, text)
	}
	return `"` + rfc3339(at) + `"`
}
