package emulator

// replay_session_activity
//
// Behaviour: one row per event of a standard demo, enriched with its session,
// link and replay. start_timestamp (required) and end_timestamp bound the
// session's clock; since_created_at lets through events whose create_at, the
// viewer's clock, lies after it; activity_type lists the types wanted, matched
// as they are. visitor_key, visitor_company and poster add columns. Ordered by
// create_at, activity_id.
//
// The page shows "selected" columns. The rest are those that an earlier client
// of the API knew; client_seq, a 64-bit counter of the viewer's browser, is
// the emulator's own, so that integers above 2⁵³ occur.
//
// Source: Reprise Data API, section 4 "replay_session_activity"; section 2 for
// the two clocks; section 5 for visitor_key.

var activityPipe = pipe{
	name: "replay_session_activity",
	params: map[string]kind{
		"start_timestamp":  seconds,
		"end_timestamp":    seconds,
		"limit":            count,
		"offset":           count,
		"since_created_at": millis,
		"activity_type":    words,
		"visitor_key":      flag,
		"visitor_company":  flag,
		"poster":           flag,
	},
	required: true,
	open:     openActivity,
}

// An activity is what a row is printed from.
type activity struct {
	client  string
	event   *event
	session *session
	link    *link
	title   string // of the link
	deleted bool   // the link
	replay  *replay
	is      *publication
}

func (a *activity) screen() screen {
	if a.event.screen < 0 || len(a.is.screens) == 0 {
		return screen{}
	}
	return a.is.screens[int(a.event.screen)%len(a.is.screens)]
}

func (a *activity) step() string {
	if a.event.step < 0 || len(a.replay.steps) == 0 {
		return ""
	}
	return a.replay.steps[int(a.event.step)%len(a.replay.steps)]
}

// guided gives text where the event belongs to a guide step.
func (a *activity) guided(text string) string {
	if a.event.step < 0 {
		return ""
	}
	return text
}

func openActivity(v *view, q *query, p printer) *table {
	lo, hi := p.d.between(q.start, q.end)
	types := q.set("activity_type", ",")
	rows, read := v.eventsOf(lo, hi, func(e *event) bool {
		return e.created > q.since && (types == nil || types[eventTypes[e.kind]])
	})
	a := &activity{client: v.client}
	columns := activityColumns
	if q.has("visitor_key") {
		columns = append(columns[:len(columns):len(columns)], activityKey)
	}
	if q.has("visitor_company") {
		columns = append(columns[:len(columns):len(columns)], activityCompany)
	}
	if q.has("poster") {
		columns = append(columns[:len(columns):len(columns)], activityPoster...)
	}
	return &table{
		columns: bind(columns, p, a),
		rows:    rows,
		scanned: read,
		seek: func(i int32) {
			a.event = &v.events[i]
			a.session = &v.sessions[a.event.session]
			a.link = v.links[a.session.link]
			a.title, a.deleted = a.link.at(v.t), a.link.deleted <= v.t
			a.replay = v.replays[a.link.replay]
			a.is = a.replay.at(v.t)
		},
	}
}
