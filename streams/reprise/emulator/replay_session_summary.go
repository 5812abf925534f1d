package emulator

// replay_session_summary
//
// Behaviour: one row per session of a standard demo. start_timestamp
// (required), end_timestamp and since_created_at bound the session's clock,
// the last exclusively. first_activity_at and last_activity_at are NULL for a
// session without events, the duration and the count are 0; the duration is 0
// below two events. Counts move while events arrive. Ordered by
// session_created_at alone: ties come in the order of session_id here, in any
// order with Dialect.ShuffleTies.
//
// The page gives since_created_at the type datetime, without milliseconds.
//
// Source: Reprise Data API, section 4 "replay_session_summary".

var summaryPipe = pipe{
	name: "replay_session_summary",
	params: map[string]kind{
		"start_timestamp":  seconds,
		"end_timestamp":    seconds,
		"since_created_at": seconds,
		"limit":            count,
		"offset":           count,
	},
	required: true,
	open:     openSummary,
}

// A summary is what a row is printed from.
type summary struct {
	client      string
	session     *session
	link        *link
	title       string // of the link
	is          *publication
	first, last int64 // never if there is no event
	events      int
}

// duration is 0 below two events: first and last are the same then.
func (s *summary) duration() float64 { return float64(s.last-s.first) / 1000 }

var summaryColumns = []column[summary]{
	textColumn("client_id", func(s *summary) string { return s.client }),
	textColumn("session_id", func(s *summary) string { return s.session.id }),
	clockColumn("session_created_at", func(s *summary) int64 { return s.session.clock }),
	optionalMilli("first_activity_at", func(s *summary) int64 { return s.first }),
	optionalMilli("last_activity_at", func(s *summary) int64 { return s.last }),
	floatColumn("session_duration_seconds", (*summary).duration),
	bigColumn("activity_count", func(s *summary) uint64 { return uint64(s.events) }),
	textColumn("published_replay_id", func(s *summary) string { return s.is.id }),
	textColumn("published_replay_title", func(s *summary) string { return s.is.title }),
	textColumn("link_id", func(s *summary) string { return s.link.id }),
	textColumn("link_title", func(s *summary) string { return s.title }),
	textColumn("visitor_key", func(s *summary) string { return s.session.viewer.key }),
}

func openSummary(v *view, q *query, p printer) *table {
	lo, hi := p.d.between(q.start, q.end)
	if q.since != earliest {
		lo = max(lo, p.d.after(q.since))
	}
	rows := v.sessionsOf(lo, hi, p.d)
	s := &summary{client: v.client}
	unit := p.d.unit()
	return &table{
		columns: bind(summaryColumns, p, s),
		rows:    rows,
		scanned: len(rows),
		seek: func(i int32) {
			s.session = &v.sessions[i]
			s.link = v.links[s.session.link]
			s.title = s.link.at(v.t)
			s.is = v.replays[s.link.replay].at(v.t)
			s.first, s.last, s.events = v.span(i)
		},
		tied: func(a, b int32) bool {
			return floor(v.sessions[a].clock, unit) == floor(v.sessions[b].clock, unit)
		},
	}
}

// span is the first and last create_at of a session's events, never if it has
// none, and their number.
func (v *view) span(session int32) (first, last int64, events int) {
	first, last = never, never
	for _, e := range v.of[v.first[session]:v.first[session+1]] {
		if !v.showsEvent(e) {
			continue
		}
		if events == 0 {
			first = v.events[e].created
		}
		last = v.events[e].created
		events++
	}
	return first, last, events
}
