package simulation

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
)

// An oracle tells what the account holds at any moment, undisturbed.
type oracle struct {
	t      testing.TB
	server *emulator.Server
	all    emulator.Dialect // answers whole spans
	asked  emulator.Dialect // answers metrics as the tap asks for them
}

// A truth is a row that the account holds.
type truth struct {
	key   string
	hash  uint64
	clock int64 // ms, of rows with a session clock
}

// newOracle reads an account as a server of that dialect stores it.
func newOracle(t testing.TB, w *world, d emulator.Dialect) *oracle {
	o := &oracle{t: t, server: emulator.New(w.account, firstDay)}
	o.all = emulator.Dialect{SecondClock: d.SecondClock, EscapeSlash: d.EscapeSlash}
	o.asked = o.all
	if !d.SecondClock { // with whole seconds the tap makes up for the bounds
		o.asked.StartExclusive, o.asked.EndInclusive = d.StartExclusive, d.EndInclusive
	}
	return o
}

var clocks = map[string]string{activity: "session_created_at", summaries: "session_created_at", lives: "session_date"}

// rows lists what a stream holds at a moment of [from, to); zero to: no end.
func (o *oracle) rows(at time.Time, stream string, from, to time.Time) []truth {
	q := url.Values{}
	if stream != feed {
		q.Set("start_timestamp", from.UTC().Format(time.DateTime))
		if !to.IsZero() {
			q.Set("end_timestamp", to.UTC().Format(time.DateTime))
		}
	}
	if stream == activity {
		q.Set("visitor_key", "1")
		q.Set("visitor_company", "1")
	}
	return o.ask(at, stream, q, nil)
}

// window lists the metrics of a day at a moment, as asked for before the given
// one: a run asks for what was when it began.
func (o *oracle) window(at, day, before time.Time) []truth {
	next := day.AddDate(0, 0, 1)
	end := next
	if before.Before(end) {
		end = before
	}
	added := emulator.Row{{Name: "period", JSON: `"day"`}, {Name: "period_start", JSON: stamp(day)}, {Name: "period_end", JSON: stamp(next)}}
	var list []truth
	for _, kind := range []string{"published_replay", "published_replay_link"} {
		q := url.Values{"group_by": {kind}, "start_timestamp": {day.Format(time.DateTime)}, "end_timestamp": {end.Format(time.DateTime)}}
		list = append(list, o.ask(at, metrics, q, added)...)
	}
	return list
}

func stamp(at time.Time) string { return at.UTC().Format(`"2006-01-02T15:04:05.000000Z"`) }

// ask lists the rows of a query, each with the added members.
func (o *oracle) ask(at time.Time, stream string, q url.Values, added emulator.Row) []truth {
	o.server.SetNow(at)
	o.server.Dialect = o.all
	if stream == metrics {
		o.server.Dialect = o.asked
	}
	rows := harness.Rows(o.t, o.server, stream, q)
	list := make([]truth, len(rows))
	for i, row := range rows {
		list[i] = truthOf(stream, append(row, added...))
	}
	return list
}

func truthOf(stream string, row emulator.Row) truth {
	t := truth{}
	for _, c := range row {
		t.hash += hashOf(c.Name, c.JSON)
		if c.Name == clocks[stream] {
			at, err := time.Parse(time.RFC3339Nano, unquoted(c.JSON))
			must(err)
			t.clock = at.UnixMilli()
		}
	}
	var parts []string
	for _, k := range harness.Keys[stream] {
		parts = append(parts, unquoted(row.Get(k)))
	}
	t.key = strings.Join(parts, " ")
	return t
}
