package reprise

import (
	"fmt"
	"hash/crc32"
	"net/url"
	"slices"
	"strings"
	"time"

	"tap-reprise/internal/ledger"
	"tap-reprise/internal/rows"
	"tap-reprise/internal/stretch"
	"tap-reprise/schemas"
	"tap-reprise/streams"
)

// A pipe is one endpoint of the vendor's page (Reprise Data API, section 4): its
// table, and what of it the config decides.
type pipe struct {
	streams.Table

	// daily: rows change so often that all within the look-back are read again
	// each day, whatever refresh_days says.
	daily bool

	// lists are the comma- or pipe-separated filters that decide which rows exist.
	lists func(*Config) url.Values

	// unnamed is a filter, with those of its values that the vendor's page does not
	// name.
	unnamed func(*Config) (param string, values []string)

	// optional maps a parameter to the columns that come only with it.
	optional map[string][]string

	// internal is the column that viewer_is_internal is computed from, or "".
	internal string
}

// The members of a bookmark that say how far a stream has come.
const sinceCreated, sinceIngested = "since_created_at", "since_ingested_at"

// The five pipes, in the order in which they are synced: the one most likely
// to have rows first.
var pipes = []pipe{
	{
		Table: bySession("replay_session_activity", "activity_id", "session_created_at", streams.Table{Overlap: time.Hour,
			Personal: []string{"visitor_name", "visitor_email", "distinct_user"}, Aliases: []string{"replay_session_activity_daily"}}),
		lists: func(c *Config) url.Values {
			return joined("activity_type", ",", c.ActivityTypes)
		},
		unnamed: func(c *Config) (string, []string) { return "activity_type", c.unnamedTypes() },
		optional: map[string][]string{
			"visitor_key":     {"visitor_key"},
			"visitor_company": {"visitor_company"},
			"poster":          {"tags", "poster_img", "base_href"},
		},
		internal: "visitor_email",
	},
	{
		Table: bySession("replay_session_summary", "session_id", "session_created_at", streams.Table{Overlap: 48 * time.Hour, Ties: true}),
		daily: true,
	},
	{
		Table: bySession("replicate_session_activity", "session_id", "session_date", streams.Table{Overlap: time.Hour,
			Personal: []string{"viewer"}, Aliases: []string{"replicate_analytics_daily", "replicate"}}),
		optional: map[string][]string{"viewer_pii": {"viewer"}},
		internal: "viewer",
	},
	{
		Table: streams.Table{
			Name: "replay_metrics", Key: []string{"entity_type", "entity_id", "period", "period_start"},
			Clock: "period_start", Mark: sinceCreated, Walk: streams.Windowed, Verify: streams.VerifyWindowed, Ties: true,
			Windows: &metricsWindows, Own: streams.Owns(metricsWindows.Columns),
		},
		lists: func(c *Config) url.Values {
			v := joined("replay_ids", "|", c.ReplayIDs)
			for name, list := range joined("link_ids", "|", c.LinkIDs) {
				v[name] = list
			}
			return v
		},
	},
	{
		Table: streams.Table{
			Name: "replay_change_feed", Key: []string{"entity_type", "entity_id"},
			Clock: "ingested_at", Mark: sinceIngested, Walk: streams.Feed, Overlap: time.Hour,
			History: true, Tiebreak: "changed_at", Ties: true, FeedFrom: feedFrom,
		},
	},
}

// bySession completes the table of a pipe whose rows have the time of their session.
func bySession(name, key, clock string, t streams.Table) streams.Table {
	t.Name, t.Key, t.Clock, t.Mark = name, []string{key}, clock, sinceCreated
	t.Walk, t.Verify = streams.Ledgered, streams.VerifyLedgered
	t.Within, t.Count, t.AskBounds = within, count, askBounds
	return t
}

// tablesFor returns the tables of all pipes under a config.
func tablesFor(c *Config) (list []*streams.Table, err error) {
	for _, p := range pipes {
		t := p.Table
		if t.Known, err = schemas.Read(schemas.Tables, "reprise", t.Name); err != nil {
			return nil, err
		}
		t.Asks = c.asks
		t.Params = func(wanted func(string) bool) url.Values { return p.params(c, wanted) }
		t.Filter = p.fingerprint(c)
		t.Refresh = time.Duration(c.RefreshDays) * 24 * time.Hour
		if p.daily {
			t.Refresh = min(t.Refresh, 24*time.Hour)
		}
		if p.computesInternal(c) {
			t.Own = append(slices.Clone(t.Own), streams.Own{Name: internalColumn, Family: schemas.Booleans, From: p.internal,
				Value: func(kind rows.Kind) func(dst, text []byte, null bool) []byte {
					return internal(c.InternalEmailDomains, kind)
				},
				Description: "whether the viewer's address is at one of internal_email_domains"})
		}
		if t.Windows != nil {
			w := *t.Windows
			w.Periods, w.Kinds = c.MetricsWindows, c.MetricsGroupBy
			t.Windows = &w
		}
		list = append(list, &t)
	}
	return list, nil
}

// computesInternal reports whether the stream has viewer_is_internal: domains
// are configured, and the column that it is computed from is there.
func (p *pipe) computesInternal(c *Config) bool {
	if len(c.InternalEmailDomains) == 0 || p.internal == "" {
		return false
	}
	for param, columns := range p.optional {
		if slices.Contains(columns, p.internal) && !c.asks(param) {
			return false
		}
	}
	return true
}

func joined(name, by string, list []string) url.Values {
	if len(list) == 0 {
		return url.Values{}
	}
	return url.Values{name: {strings.Join(list, by)}}
}

// params are the parameters of every request for this stream, beyond time and
// paging. A column that nobody wants is not even asked for.
func (p *pipe) params(c *Config, wanted func(column string) bool) url.Values {
	v := url.Values{}
	if p.lists != nil {
		v = p.lists(c)
	}
	for param, columns := range p.optional {
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

// fingerprint identifies the filters that decide which rows exist.
func (p *pipe) fingerprint(c *Config) string {
	var parts []string
	if p.lists != nil {
		for name, list := range p.lists(c) {
			parts = append(parts, name+"="+strings.Join(list, ""))
		}
	}
	if p.Windows != nil {
		parts = append(parts, c.MetricsWindows...)
		parts = append(parts, c.MetricsGroupBy...)
	}
	if len(parts) == 0 {
		return ""
	}
	slices.Sort(parts)
	return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(strings.Join(parts, "\n"))))
}

// pipeOf is the pipe of that name.
func pipeOf(name string) *pipe {
	return &pipes[slices.IndexFunc(pipes, func(p pipe) bool { return p.Name == name })]
}

// within asks for a span with a second to spare on either side. Neither how the
// bounds are read nor how precise the clock is, is documented.
func within(r *streams.Reader, s ledger.Span) stretch.Query {
	return between(r.Base(), ledger.FloorTo(s.From, ledger.Second)-ledger.Second, -ledger.FloorTo(-s.To, ledger.Second))
}

// between is q from one moment to another (section 4, start_timestamp, end_timestamp).
func between(q stretch.Query, from, to int64) stretch.Query {
	return q.With("start_timestamp", streams.Stamp(from)).With("end_timestamp", streams.Stamp(to))
}

// feedFrom asks the change feed for what came after a moment.
func feedFrom(r *streams.Reader, after int64) stretch.Query {
	if after == 0 {
		return r.Base()
	}
	return r.Base().With("since_ingested_at", streams.Stamp(after))
}
