package harness

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/schemas"
	"tap-reprise/streams/rybbit/emulator"
)

// A Span is what is to be loaded: sessions that end in [From, To), of the sites with
// these numbers. Zero From is [Start], zero To is no end, nil Sites are all.
type Span struct {
	From, To time.Time
	Sites    []int
}

// Truth is what a complete load of the account would hold now, of the named streams
// (none: all), with viewer_data as sent.
func Truth(t testing.TB, s *emulator.Server, span Span, streams ...string) Warehouse {
	t.Helper()
	if span.From.IsZero() {
		span.From = Start
	}
	if span.Sites == nil {
		span.Sites = s.Account.Sites()
	}
	if len(streams) == 0 {
		streams = Streams
	}
	l := &ledger{t: t, w: Warehouse{}, streams: streams, tables: map[string]schemas.Table{}}
	if slices.Contains(streams, "sites") {
		l.sites(s, span.Sites)
	}
	for _, site := range span.Sites {
		l.site(s, span, site)
	}
	return l.w
}

// A ledger is a warehouse that is being filled with the truth.
type ledger struct {
	t       testing.TB
	w       Warehouse
	streams []string
	tables  map[string]schemas.Table // as far as they were read
}

// site enters what the account holds of one site.
func (l *ledger) site(s *emulator.Server, span Span, site int) {
	truth := s.Account.Truth(site, s.Now(), s.Dialect)
	own := emulator.Row{"site_id": float64(site)}
	kept := map[string]bool{}
	for _, row := range truth.Sessions {
		at, err := time.Parse(time.DateTime, row["session_end"].(string))
		require.NoError(l.t, err)
		if id := row["session_id"].(string); !at.Before(span.From) && (span.To.IsZero() || at.Before(span.To)) {
			kept[id] = true
			l.put("sessions", row, own)
		}
	}
	for _, row := range truth.Events {
		if id := row["session_id"].(string); kept[id] {
			l.put("session_events", row, own, emulator.Row{"n": float64(row["place"].(int))})
		}
	}
	for _, row := range truth.Users {
		l.put("users", row, own)
	}
	for day := span.From.Truncate(24 * time.Hour); slices.Contains(l.streams, "session_locations") && l.begun(s, span, day); day = day.AddDate(0, 0, 1) {
		date := day.Format(time.DateOnly)
		for _, row := range s.Account.LocationsIn(site, s.Now(), day, day.AddDate(0, 0, 1)) {
			l.put("session_locations", row, own, emulator.Row{"window_start": date, "window_end": date})
		}
	}
}

// begun reports whether a day that begins then is to be loaded.
func (l *ledger) begun(s *emulator.Server, span Span, day time.Time) bool {
	return day.Before(s.Now()) && (span.To.IsZero() || day.Before(span.To))
}

// sites enters the sites as the organisation's list has them.
func (l *ledger) sites(s *emulator.Server, numbers []int) {
	asked := emulator.New(s.Account, s.Now()) // what is asked here shows in no log, and meets no fault
	asked.Dialect = s.Dialect
	path := "http://rybbit.test/api/organizations/" + s.Account.Organisation().ID + "/sites"
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, path, http.NoBody)
	require.NoError(l.t, err)
	r.Header.Set("Authorization", "Bearer "+emulator.DemoKey)
	response, err := asked.Client().Do(r)
	require.NoError(l.t, err)
	defer response.Body.Close()
	var list struct{ Sites []emulator.Row }
	require.NoError(l.t, json.NewDecoder(response.Body).Decode(&list))
	for _, row := range list.Sites {
		if slices.Contains(numbers, int(row["siteId"].(float64))) {
			l.put("sites", row)
		}
	}
}

// put enters a row, with columns of the tap's own, as a record must show it: every
// column of the stream and no other.
func (l *ledger) put(stream string, row emulator.Row, own ...emulator.Row) {
	if !slices.Contains(l.streams, stream) {
		return
	}
	table, read := l.tables[stream]
	if !read {
		var err error
		table, err = schemas.Read(schemas.Tables, "rybbit", stream)
		require.NoError(l.t, err)
		l.tables[stream] = table
	}
	record := map[string]any{}
	for _, c := range table.Columns {
		value := row[c.Name]
		for _, more := range own {
			if v, given := more[c.Name]; given {
				value = v
			}
		}
		record[c.Name] = l.shown(c.Type, value)
	}
	l.w.Put(l.t, stream, Keys[stream], record)
}

// shown is a value of the API as a record shows it in a column of a type: a number in
// a column of texts as the text of its digits, NULs dropped, moments as RFC 3339.
func (l *ledger) shown(typ string, value any) any {
	typ = strings.TrimSuffix(strings.TrimPrefix(typ, "Nullable("), ")")
	switch v := value.(type) {
	case string:
		if strings.HasPrefix(typ, "DateTime") {
			at, err := time.Parse("2006-01-02 15:04:05.999999", v)
			require.NoError(l.t, err)
			return at.Format("2006-01-02T15:04:05.000000Z")
		}
		return strings.ReplaceAll(v, "\x00", "")
	case float64:
		digits, err := json.Marshal(v)
		require.NoError(l.t, err)
		if typ == "String" {
			return string(digits)
		}
		return json.Number(digits)
	}
	return value
}
