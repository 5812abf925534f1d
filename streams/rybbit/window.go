package rybbit

import (
	"context"
	"fmt"
	"math"
	"net/url"
	"sync/atomic"
	"time"

	jsoniter "github.com/json-iterator/go"

	"tap-reprise/internal/ledger"
	"tap-reprise/internal/program"
	"tap-reprise/internal/rows"
	"tap-reprise/internal/stretch"
	"tap-reprise/streams"
)

const (
	day    = time.DateOnly
	second = time.DateTime

	// gap is how long nothing may come before a session is over. A session has no
	// greatest length.
	gap = 30 * 60 * ledger.Second

	// before is how much earlier than a span its window begins at first: most
	// sessions are shorter.
	before = 6 * ledger.Hour

	// most is the widest margin: longer than the API has existed.
	most = 40 * 365 * ledger.Day

	// fewRows is how many rows a server of mid 2025 gives, whatever limit is asked for.
	fewRows = 100

	// allRows is the largest limit that every server takes.
	allRows = math.MaxInt32
)

// margin is how an answer about sessions proves whole: see package stretch. A server
// shows of a session only what lies inside of the window.
func (c *connection) margin(r *streams.Reader) *stretch.Margin {
	capped := &cap{conn: c, reader: r}
	return &stretch.Margin{
		Before: before, Most: most, Gap: gap,
		Window: func(s ledger.Span, before int64) (stretch.Query, int64) { return c.window(r.Base(), s, before) },
		Full:   capped.full,
		Larger: capped.larger,
		Began:  began,
		Obeyed: obeyed,
	}
}

// window asks for the sessions that end in s, with a margin before it, and half an
// hour and more behind it: a session that goes on within that is not over. Legacy
// servers know only whole days, and take a window that lacks anything for all of
// history.
func (c *connection) window(q stretch.Query, s ledger.Span, before int64) (stretch.Query, int64) {
	lower, upper := max(0, ledger.FloorTo(s.From-before, ledger.Second)), s.To+gap+60*ledger.Second
	from, to, form := "start_datetime", "end_datetime", second
	if c.generation == legacy {
		from, to, form = "start_date", "end_date", day
		lower = ledger.FloorTo(lower, ledger.Day)
	}
	return q.With(from, utc(lower, form)).With(to, utc(upper, form)).With("time_zone", "UTC"), lower
}

func utc(micros int64, form string) string { return time.UnixMicro(micros).UTC().Format(form) }

// began is when a row says that its session began.
func began(row *rows.Row) (int64, bool) {
	at, err := time.Parse(time.RFC3339Nano, jsoniter.Get(row.JSON, "session_start").ToString())
	return at.UnixMicro(), err == nil
}

// obeyed refuses an answer with rows of outside the window: servers answer some
// windows that they do not understand with all of history.
func obeyed(q stretch.Query, p *stretch.Sheet) error {
	from, to := edges(q.Values)
	for i := range p.Rows {
		row := &p.Rows[i]
		if row.HasAt && (row.At < from || row.At >= to) {
			return &program.Error{Code: program.ExitData,
				Err:  fmt.Errorf("%s: the server does not keep to the window that it was asked for: a row ends at %s", q.Endpoint, utc(row.At, time.RFC3339)),
				Hint: "set generation to what the server is, or update it; nothing is loaded that may be cut"}
		}
	}
	return nil
}

// edges are where the window of a query begins and ends.
func edges(v url.Values) (from, to int64) {
	if v.Has("start_date") {
		a, _ := time.Parse(day, v.Get("start_date"))
		b, _ := time.Parse(day, v.Get("end_date"))
		return a.UnixMicro(), b.AddDate(0, 0, 1).UnixMicro()
	}
	a, _ := time.Parse(second, v.Get("start_datetime"))
	b, _ := time.Parse(second, v.Get("end_datetime"))
	return a.UnixMicro(), b.UnixMicro()
}

// A cap knows whether the server gives as many rows as it is asked for.
type cap struct {
	conn   *connection
	reader *streams.Reader

	known atomic.Int32 // 0: it was not asked; keeps, cuts
}

const keeps, cuts = 1, 2

// full reports whether an answer may end at a limit: the one that it was asked with,
// or that of a server that ignores limits. An answer of exactly as many rows as those
// give is asked for again with a limit of one less.
func (c *cap) full(ctx context.Context, q stretch.Query, p *stretch.Sheet) (bool, error) {
	n := len(p.Rows)
	switch {
	case n >= q.Limit:
		return true, nil
	case n != fewRows || c.known.Load() == keeps:
		return n > fewRows && c.known.Load() == cuts, nil
	case c.known.Load() == cuts:
		return true, nil
	}
	q.Limit, q.Aside, q.Divisible = fewRows-1, true, false
	fewer, err := c.reader.Spans.Ask(ctx, q)
	if err != nil {
		return false, err
	}
	defer c.reader.Spans.Pages.Put(fewer)
	known := int32(keeps)
	if len(fewer.Rows) >= fewRows {
		known = cuts
		c.reader.Log.WarnOnce("capped", "the server gives 100 rows whatever it is asked for; update it, or many requests are needed")
	}
	c.known.Store(known)
	return known == cuts, nil
}

// larger is the limit to ask with behind one that was full.
func (c *cap) larger(limit int) int {
	if c.known.Load() == cuts {
		return 0
	}
	return min(4*limit, allRows)
}
