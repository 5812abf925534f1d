package reprise

import (
	"context"
	"iter"
	"net/url"
	"strings"
	"time"

	"tap-reprise/schemas"
	"tap-reprise/tap"
)

// A table is one pipe of the vendor's page (Reprise Data API, section 4) and the
// stream made of it. What differs between streams is a field here.
type table struct {
	name string
	key  []string

	// clock is the column with the server's time. Rows are asked for, kept and
	// covered by it alone.
	clock string

	// read is how the pipe is walked: by session time, by calendar window, or by
	// arrival.
	read func(*reader, context.Context, tap.Bookmark) iter.Seq2[tap.Page, error]

	// verify compares a bookmark with what the API holds. It is nil where the
	// bookmark does not list what was written.
	verify func(*reader, context.Context, position, bool) ([]tap.Finding, error)

	// overlap is how far before its bookmark a run begins to read: rows arrive a
	// little after their session began, and counters of open sessions still move.
	overlap time.Duration

	// daily: rows change so often that all within the look-back are read again
	// each day, whatever refresh_days says.
	daily bool

	// ties: the documented order leaves rows of one moment in any order.
	ties bool

	// lists are the comma- or pipe-separated filters that decide which rows exist.
	// If one changes, the stream starts over.
	lists func(*Config) url.Values

	// unnamed is a filter, with those of its values that the vendor's page does not
	// name.
	unnamed func(*Config) (param string, values []string)

	// optional maps a parameter to the columns that come only with it.
	optional map[string][]string

	// noStart: the pipe takes no start_timestamp.
	noStart bool

	// viewer are the columns that viewer_data governs.
	viewer []string

	// internal is the column that viewer_is_internal is computed from, or "".
	internal string

	// history: a key may have several rows, of which the last one holds.
	history bool

	// windows: rows are aggregates over calendar windows.
	windows bool

	// known is what schemas/reprise/<name>.json says of the columns, as readTables
	// found it.
	known schemas.Table

	// added are the columns that the tap makes itself.
	added []string

	// aliases are the names that other connectors give this stream.
	aliases []string
}

// readTables returns the five pipes with what is known of their columns.
func readTables() ([]*table, error) {
	var list []*table
	for _, t := range pipes {
		known, err := schemas.Read(schemas.Tables, "reprise", t.name)
		if err != nil {
			return nil, err
		}
		t.known = known
		list = append(list, &t)
	}
	return list, nil
}

// The five pipes, in the order in which they are synced: the one most likely
// to have rows first.
var pipes = []table{
	{
		name: "replay_session_activity", key: []string{"activity_id"},
		clock: "session_created_at", read: (*reader).readLedgered, verify: (*reader).verifyLedgered, overlap: time.Hour,
		lists: func(c *Config) url.Values {
			return joined("activity_type", ",", c.ActivityTypes)
		},
		unnamed: func(c *Config) (string, []string) { return "activity_type", c.unnamedTypes() },
		optional: map[string][]string{
			"visitor_key":     {"visitor_key"},
			"visitor_company": {"visitor_company"},
			"poster":          {"tags", "poster_img", "base_href"},
		},
		viewer:   []string{"visitor_name", "visitor_email", "distinct_user"},
		internal: "visitor_email",
		aliases:  []string{"replay_session_activity_daily"},
	},
	{
		name: "replay_session_summary", key: []string{"session_id"},
		clock: "session_created_at", read: (*reader).readLedgered, verify: (*reader).verifyLedgered, overlap: 48 * time.Hour, daily: true,
		ties: true,
	},
	{
		name: "replicate_session_activity", key: []string{"session_id"},
		clock: "session_date", read: (*reader).readLedgered, verify: (*reader).verifyLedgered, overlap: time.Hour,
		optional: map[string][]string{"viewer_pii": {"viewer"}},
		viewer:   []string{"viewer"},
		internal: "viewer",
		aliases:  []string{"replicate_analytics_daily", "replicate"},
	},
	{
		name: "replay_metrics", key: []string{"entity_type", "entity_id", "period", "period_start"},
		clock: "period_start", read: (*reader).readWindows, verify: (*reader).verifyWindows,
		windows: true, added: windowColumns, ties: true,
		lists: func(c *Config) url.Values {
			v := joined("replay_ids", "|", c.ReplayIDs)
			for name, list := range joined("link_ids", "|", c.LinkIDs) {
				v[name] = list
			}
			return v
		},
	},
	{
		name: "replay_change_feed", key: []string{"entity_type", "entity_id"},
		clock: "ingested_at", read: (*reader).readFeed, overlap: time.Hour, noStart: true, history: true, ties: true,
	},
}

// refreshEvery is how often every row within the look-back is read again; 0
// means never.
func (t *table) refreshEvery(c *Config) time.Duration {
	days := c.RefreshDays
	if t.daily {
		days = min(days, 1)
	}
	return time.Duration(days) * 24 * time.Hour
}

func joined(name, by string, list []string) url.Values {
	if len(list) == 0 {
		return url.Values{}
	}
	return url.Values{name: {strings.Join(list, by)}}
}

// table returns the table of a stream of that name, or nil.
func (s *Source) table(name string) *table {
	for _, t := range s.tables {
		if t.name == name {
			return t
		}
	}
	return nil
}

// params are the parameters of every request for this stream, beyond time and
// paging. A column that nobody wants is not even asked for.
func (t *table) params(c *Config, wanted func(column string) bool) url.Values {
	v := url.Values{}
	if t.lists != nil {
		v = t.lists(c)
	}
	for param, columns := range t.optional {
		if !c.asks(param) {
			continue
		}
		for _, name := range columns {
			if wanted(name) {
				v.Set(param, "1")
			}
		}
	}
	return v
}
