package emulator

import (
	"maps"
	"math"
	"slices"
	"strings"
)

// replay_metrics
//
// Behaviour: one row per replay, or per link with
// group_by=published_replay_link, that has a session in the window, with the
// aggregates of the page's table. start_timestamp (required) and end_timestamp
// bound the session's clock. replay_id, replay_ids and link_ids (the latter two
// separated by "|") choose the sessions that count. The default limit is 200.
//
// Sessions of staff do not count anywhere. Sessions of 0.5 seconds or less
// count in total_sessions, distinct_views and bounce_rate alone. Interactions
// are the five types of the page. Where no session is longer than 0.5 seconds
// the median and the means are NaN, which FORMAT JSON prints as null.
//
// Assumed: a viewer who left no identity adds nothing to distinct_views; a
// screen is viewed when any event shows it; the median of an even number is
// the mean of the middle two. No order is documented: entity_id here, any order
// with Dialect.ShuffleTies.
//
// Source: Reprise Data API, section 4 "replay_metrics".

var metricsPipe = pipe{
	name: "replay_metrics",
	params: map[string]kind{
		"start_timestamp": seconds,
		"end_timestamp":   seconds,
		"group_by":        word,
		"replay_id":       ids,
		"replay_ids":      ids,
		"link_ids":        ids,
		"limit":           count,
		"offset":          count,
	},
	required: true,
	limit:    200,
	open:     openMetrics,
}

const bounce = 500 // milliseconds: longer sessions count in the averages

// A metric gathers the sessions of one entity and is printed as its row.
type metric struct {
	kind, id   string
	sessions   int
	viewers    map[string]bool
	durations  []int64 // of sessions longer than bounce
	clicks     int     // interactions in them
	screens    int     // distinct screens in them, summed over sessions
	interacted int     // sessions with an interaction
	once       int     // sessions with exactly one
}

var metricColumns = []column[metric]{
	textColumn("entity_type", func(m *metric) string { return m.kind }),
	textColumn("entity_id", func(m *metric) string { return m.id }),
	bigColumn("total_sessions", func(m *metric) uint64 { return uint64(m.sessions) }),
	bigColumn("distinct_views", func(m *metric) uint64 { return uint64(len(m.viewers)) }),
	floatColumn("median_seconds", func(m *metric) float64 { return median(m.durations) / 1000 }),
	floatColumn("mean_seconds", func(m *metric) float64 { return m.mean(total(m.durations)) / 1000 }),
	floatColumn("mean_click_events", func(m *metric) float64 { return m.mean(m.clicks) }),
	floatColumn("mean_screen_events", func(m *metric) float64 { return m.mean(m.screens) }),
	floatColumn("bounce_rate", func(m *metric) float64 {
		if m.interacted == 0 {
			return 0
		}
		return float64(m.once) * 100 / float64(m.interacted)
	}),
}

func openMetrics(v *view, q *query, p printer) *table {
	lo, hi := p.d.between(q.start, q.end)
	replays, links := q.set("replay_ids", "|"), q.set("link_ids", "|")
	one := q.given.Get("replay_id")
	byLink := q.given.Get("group_by") == linkKind
	found := map[string]*metric{}
	near := v.sessionsOf(lo, hi, p.d)
	for _, i := range near {
		s := &v.sessions[i]
		l := v.links[s.link]
		replay := v.replays[l.replay].at(v.t).id
		if s.viewer.staff || one != "" && replay != one || replays != nil && !replays[replay] || links != nil && !links[l.id] {
			continue
		}
		kind, id := replayKind, replay
		if byLink {
			kind, id = linkKind, l.id
		}
		if found[id] == nil {
			found[id] = &metric{kind: kind, id: id, viewers: map[string]bool{}}
		}
		found[id].add(v, i)
	}
	list := slices.SortedFunc(maps.Values(found), func(a, b *metric) int { return strings.Compare(a.id, b.id) })
	m := &metric{}
	t := &table{
		columns: bind(metricColumns, p, m),
		scanned: len(near),
		seek:    func(i int32) { *m = *list[i] },
		tied:    func(int32, int32) bool { return true },
	}
	for i := range list {
		t.rows = append(t.rows, int32(i))
	}
	return t
}

// add counts session i.
func (m *metric) add(v *view, i int32) {
	m.sessions++
	if who := v.sessions[i].viewer.identity(); who != "" {
		m.viewers[who] = true
	}
	clicks, seen := 0, map[int16]bool{}
	for _, e := range v.of[v.first[i]:v.first[i+1]] {
		if !v.showsEvent(e) {
			continue
		}
		if interactions[eventTypes[v.events[e].kind]] {
			clicks++
		}
		if screen := v.events[e].screen; screen >= 0 {
			seen[screen] = true
		}
	}
	if clicks > 0 {
		m.interacted++
	}
	if clicks == 1 {
		m.once++
	}
	if first, last, events := v.span(i); events > 1 && last-first > bounce {
		m.durations = append(m.durations, last-first)
		m.clicks += clicks
		m.screens += len(seen)
	}
}

// mean is n over the sessions longer than bounce, NaN if there is none.
func (m *metric) mean(n int) float64 { return float64(n) / float64(len(m.durations)) }

func total(list []int64) int {
	sum := int64(0)
	for _, n := range list {
		sum += n
	}
	return int(sum)
}

// median is NaN for an empty list.
func median(list []int64) float64 {
	if len(list) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(list))
	return float64(sorted[(len(sorted)-1)/2]+sorted[len(sorted)/2]) / 2
}
