package emulator

// replicate_session_activity
//
// Behaviour: one row per viewing session of a LiveDemo. start_timestamp
// (required), end_timestamp and since_created_at bound session_date, the last
// exclusively. viewer_pii adds the raw viewer column. Ordered by session_date,
// session_id.
//
// Source: Reprise Data API, section 4 "replicate_session_activity".

var replicatePipe = pipe{
	name: "replicate_session_activity",
	params: map[string]kind{
		"start_timestamp":  seconds,
		"end_timestamp":    seconds,
		"limit":            count,
		"offset":           count,
		"since_created_at": millis,
		"viewer_pii":       flag,
	},
	required: true,
	open:     openReplicate,
}

// A viewing is what a row is printed from.
type viewing struct {
	client  string
	session *live
	is      *publication
}

var replicateColumns = []column[viewing]{
	textColumn("client_id", func(w *viewing) string { return w.client }),
	textColumn("session_id", func(w *viewing) string { return w.session.id }),
	textColumn("published_replay_id", func(w *viewing) string { return w.is.id }),
	textColumn("demo_title", func(w *viewing) string { return w.is.title }),
	{"demo_published_date", "Date", func(p printer, b []byte, w *viewing) []byte { return p.day(b, w.is.published) }},
	clockColumn("session_date", func(w *viewing) int64 { return w.session.clock }),
	textColumn("visitor_key", func(w *viewing) string { return w.session.viewer.key }),
}

var replicateViewer = optional("viewer", func(w *viewing) string { return w.session.viewer.contact() })

func openReplicate(v *view, q *query, p printer) *table {
	lo, hi := p.d.between(q.start, q.end)
	if q.since != earliest {
		lo = max(lo, p.d.after(q.since))
	}
	columns := replicateColumns
	if q.has("viewer_pii") {
		columns = append(columns[:len(columns):len(columns)], replicateViewer)
	}
	rows := v.livesOf(lo, hi, p.d)
	w := &viewing{client: v.client}
	return &table{
		columns: bind(columns, p, w),
		rows:    rows,
		scanned: len(rows),
		seek: func(i int32) {
			w.session = &v.lives[i]
			w.is = v.replays[w.session.replay].at(v.t)
		},
	}
}
