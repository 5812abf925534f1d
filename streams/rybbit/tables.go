package rybbit

import (
	"context"
	"slices"
	"time"

	"tap-reprise/internal/ledger"
	"tap-reprise/internal/rows"
	"tap-reprise/internal/stretch"
	"tap-reprise/schemas"
	"tap-reprise/streams"
)

// site_id is a column of our own in every stream but sites.
var siteID = streams.Own{Name: "site_id", Family: schemas.Integers}

// tables are the streams, those that nearly everybody wants first.
func (c *connection) tables() ([]*streams.Table, error) {
	sessions := streams.Table{
		Name: atSessions, Key: []string{"session_id"}, Clock: "session_end", Mark: "since_session_end",
		Automatic: []string{"session_start"}, Own: []streams.Own{siteID}, Envelope: rows.Envelope{Rows: []string{"data"}},
		Walk: streams.ByPart(streams.Ledgered), Verify: streams.VerifyByPart(streams.VerifyLedgered),
		Overlap: 3 * 24 * time.Hour, Refresh: 24 * time.Hour, Finest: ledger.Hour,
		Ahead:  2 * time.Minute, // a session that goes on moves its end
		Within: c.within, Margin: c.margin,
	}
	list := []*streams.Table{
		{
			Name: "sites", Key: []string{"siteId"}, Envelope: rows.Envelope{Rows: []string{"sites"}},
			Walk: streams.Whole, Questions: c.askSites, Left: []string{"sessionsLast24Hours", "apiKey", "privateLinkKey"},
		},
		&sessions,
		{
			Name: "session_events", Key: []string{"session_id", "n"}, Endpoint: atSession, Cursor: "timestamp", Mark: sessions.Mark,
			Own:      []streams.Own{siteID, {Name: "session_id", Family: schemas.Tokens}, {Name: "n", Family: schemas.Integers}},
			Envelope: rows.Envelope{Rows: []string{"data", "events"}, Keep: []string{"pagination"}},
			Walk:     streams.ByPart(streams.ReadChildren), Verify: streams.VerifyByPart(streams.VerifyChildren),
			Children: &streams.Children{Parent: &sessions, Counts: counted, Query: askEvents, Place: "n"},
			Check:    allEvents, OptIn: true, Costs: "one request for each new or changed session",
		},
		{
			Name: "session_locations", Key: []string{"site_id", "window_start", "window_end", "lat", "lon", "city", "country"},
			Endpoint: atLocations, Clock: "window_start", Mark: "since_window_start", Envelope: rows.Envelope{Rows: []string{"data"}},
			Own:  append([]streams.Own{siteID}, streams.Owns(locationWindows.Columns)...),
			Walk: streams.ByPart(streams.Windowed), Verify: streams.VerifyByPart(streams.VerifyWindowed),
			Windows: &locationWindows, OptIn: true, Costs: "one request for each site and day of the look-back, once a day",
		},
		{
			Name: atUsers, Key: []string{"site_id", "effective_user_id"}, Own: []streams.Own{siteID},
			Envelope: rows.Envelope{Rows: []string{"data"}, Count: "totalCount"},
			Walk:     streams.ByPart(streams.Whole), Questions: askUsers,
			OptIn: true, Costs: "one request a site, for all its users, in every run",
		},
	}
	for _, t := range list {
		known, err := schemas.Read(schemas.Tables, "rybbit", t.Name)
		if err != nil {
			return nil, err
		}
		t.Known, t.Fixed = known, true
		for _, column := range known.Columns {
			if column.Personal {
				t.Personal = append(t.Personal, column.Name)
			}
		}
	}
	return slices.DeleteFunc(list, c.hidden), nil
}

// hidden reports whether a stream is left out: without personal data, users and places
// have no key.
func (c *connection) hidden(t *streams.Table) bool {
	return c.config.ViewerData == "none" && slices.ContainsFunc(t.Key, func(name string) bool { return slices.Contains(t.Personal, name) })
}

// within asks for a span of sessions. The margin asks for more.
func (c *connection) within(r *streams.Reader, s ledger.Span) stretch.Query {
	q, _ := c.window(r.Base(), s, before)
	return q
}

// askUsers asks for all users of a site at once: pages lose some.
func askUsers(r *streams.Reader, _ context.Context) ([]stretch.Query, error) {
	return []stretch.Query{r.Base().Rows(allRows, 0)}, nil
}

// locationWindows is how places are asked for: each day by itself. Nothing of an
// answer says which days it is for.
var locationWindows = streams.Windows{
	Periods: []string{"day"}, Kinds: []string{""}, AllKinds: []string{""},
	Columns: []streams.WindowColumn{
		{Name: "window_start", Family: schemas.Dates, Text: func(w streams.Window) string { return utc(w.Start, day) }},
		{Name: "window_end", Family: schemas.Dates, Text: func(w streams.Window) string { return utc(w.End-ledger.Second, day) }},
	},
	Query: func(r *streams.Reader, w streams.Window, _ string, _ ledger.Bounds) stretch.Query {
		return r.Base().With("start_date", utc(w.Start, day)).With("end_date", utc(w.End-ledger.Second, day)).With("time_zone", "UTC")
	},
	Whole: true,
}
