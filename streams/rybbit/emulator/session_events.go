package emulator

import (
	"time"
)

// GET /api/sessions/:session/:site, /api/sites/:site/sessions/:session
//
// Behaviour: {"data":{"session":{…},"events":[…],"pagination":{total, limit,
// offset, hasMore}}} over the whole session. minutes leaves what is younger.
// The session's columns are not the list's: text columns show the first event's
// value, not the last's; events counts every event. Events of the type
// performance are counted there and left out of the list and of total. limit
// (100) and offset (0) are read as parseInt reads; limit=0 gives no event and
// hasMore for ever. Events come by time; within a second in the order in which
// they were stored, so that a late one shifts those behind it.
//
// A session of another site, or of none, is a 404.
//
// Source: recorded (*-session-detail*). That any() is the first event's value
// was seen for the city, and is assumed for the rest.
func sessionEvents(s *Server, r *request) *answer {
	limit, ok1 := nonzero(r, "limit", 100)
	offset, ok2 := nonzero(r, "offset", 0)
	p, ok3 := newPage(limit, offset)
	if !ok1 || !ok2 || !ok3 || !p.taken(s.generation()) {
		return s.failed(r)
	}
	now := s.Now()
	v := s.Account.view(r.site.Number, now, selection{session: r.session})
	youngest := int64(-1 << 62)
	if minutes, ok := parseInt(r.q.Get("minutes")); ok && minutes != 0 {
		youngest = now.Unix() - int64(minutes)*60
	}
	events := of(v.events, func(e seen) bool { return e.second > youngest })
	if len(events) == 0 {
		return s.refuse(404, "Session not found")
	}
	shown := of(events, func(e seen) bool { return e.Type != "performance" })
	list := []object{}
	for _, e := range cutPage(shown, p) {
		list = append(list, s.eventOfSession(e))
	}
	total := len(shown)
	return s.answer(200, object{{"data", object{
		{"session", asSent(s.detail(events))},
		{"events", list},
		{"pagination", object{{"total", total}, {"limit", p.limit}, {"offset", p.offset},
			{"hasMore", p.offset+int64(len(list)) < int64(total)}}},
	}}}, len(list))
}

// nonzero is a parameter as parseInt reads it; an empty one is missing.
func nonzero(r *request, name string, standard float64) (float64, bool) {
	if r.q.Get(name) == "" {
		return standard, true
	}
	return parseInt(r.q.Get(name))
}

// detail is the session part of the answer, with every text as it was sent.
func (s *Server) detail(events []seen) object {
	first, last := events[0], events[len(events)-1]
	referrer, channel := attribution(events, s.generation())
	entry, exit := ends(events)
	o := object{
		{"session_id", first.Session}, {"user_id", first.User}, {"country", country(first.Country)},
		{"region", first.Region}, {"city", first.City}, {"language", first.Language}, {"device_type", first.Device},
	}
	if s.Dialect.Newest {
		o = append(o, member{"device_model", first.DeviceModel}, member{"app_version", first.AppVersion})
	}
	return append(o, object{
		{"browser", first.Browser}, {"browser_version", first.BrowserVersion},
		{"operating_system", first.OS}, {"operating_system_version", first.OSVersion},
		{"screen_width", first.Width}, {"screen_height", first.Height},
		{"referrer", referrer}, {"channel", channel},
		{"session_start", clickTime(first.second)}, {"session_end", clickTime(last.second)},
		{"session_duration", last.second - first.second},
		{"pageviews", countOf(events, "pageview")}, {"events", len(events)},
		{"entry_page", entry}, {"exit_page", exit}, {"ip", firstIP(events)},
	}...)
}

// firstIP is the first address that was kept, nil for none.
func firstIP(events []seen) any {
	for _, e := range events {
		if e.IP != "" {
			return e.IP
		}
	}
	return nil
}

// eventOfSession is one event of the list.
func (s *Server) eventOfSession(e seen) object {
	at := clickTime(e.second)
	if s.Dialect.Newest {
		at = e.At.UTC().Truncate(time.Millisecond).Format("2006-01-02 15:04:05.000")
	}
	o := asSent(object{
		{"timestamp", at}, {"pathname", e.Path}, {"hostname", e.Host}, {"querystring", e.Query},
		{"page_title", e.Title}, {"referrer", e.Referrer}, {"type", e.Type}, {"event_name", e.EventName},
	}).with("props", propsOf(e.stored, s.generation()))
	if s.Dialect.Newest {
		o = o.with("goals", []any{})
	}
	return o
}
