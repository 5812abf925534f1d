package emulator

import (
	"net/url"
	"slices"
	"strings"
)

// GET /api/users/:site, /api/sites/:site/users
//
// Behaviour: {"data":[row],"totalCount":N,"page":P,"pageSize":S}. One row per
// effective user of the window: the user where an event has one, else the
// device. page (1) and page_size (100) are read as parseInt reads. sort_by is
// last_seen, first_seen, pageviews, sessions or events, anything else
// last_seen; sort_order=asc; ties have no order, so pages lose users although
// totalCount is right. identified_only=true; on Current search in
// search_field (username, name, email or user_id) of the profiles.
//
// Legacy shows the first event's referrer beside the last one's channel, Current
// those of the first event that says something.
//
// A device that is identified later is gone as a user: its events belong to the
// name then.
//
// Source: recorded (legacy-users, current-users-*); search: code.
func users(s *Server, r *request) *answer {
	w, wrong := windowOf(r.q, s.generation(), s.Now())
	if wrong != nil {
		return s.wrongWindow(r, wrong)
	}
	number, ok1 := intOr(r.q, "page", 1)
	size, ok2 := intOr(r.q, "page_size", 100)
	p, ok3 := newPage(size, (number-1)*size)
	if !ok1 || !ok2 || !ok3 || !p.taken(s.generation()) {
		return s.failed(r)
	}
	if r.q.Get("filters") != "" {
		return s.unmodelled("filters on users")
	}
	v := s.Account.view(r.site.Number, s.Now(), selection{window: w})
	found := v.searched(r.q, s.generation())
	rows := []object{}
	for _, events := range groups(v.events, effective) {
		last := events[len(events)-1]
		if found(last.name) && (r.q.Get("identified_only") != "true" || last.name != "") {
			rows = append(rows, s.user(events))
		}
	}
	s.orderUsers(rows, r.q)
	list := []object{}
	for _, row := range cutPage(rows, p) {
		name, _ := row.value("identified_user_id").(string)
		list = append(list, asSent(row).with("traits", v.traitsOf(name)))
	}
	return s.answer(200, object{{"data", list}, {"totalCount", len(rows)}, {"page", number}, {"pageSize", size}}, len(list))
}

// effective is who an event belongs to.
func effective(e seen) string {
	if e.name != "" {
		return e.name
	}
	return e.User
}

// user is a row over the events of one effective user.
func (s *Server) user(events []seen) object {
	first, last := events[0], events[len(events)-1]
	referrer, channel := first.Referrer, last.Channel
	if s.generation() == Current {
		referrer, channel = attribution(events, Current)
	}
	o := object{
		{"effective_user_id", effective(last)}, {"user_id", last.User}, {"identified_user_id", last.name},
		{"country", country(last.Country)}, {"region", last.Region}, {"city", last.City}, {"language", last.Language},
		{"browser", last.Browser}, {"browser_version", last.BrowserVersion},
		{"operating_system", last.OS}, {"operating_system_version", last.OSVersion}, {"device_type", last.Device},
	}
	if s.Dialect.Newest {
		o = append(o, member{"device_model", last.DeviceModel}, member{"app_version", last.AppVersion})
	}
	o = append(o, object{
		{"screen_width", last.Width}, {"screen_height", last.Height},
		{"referrer", referrer}, {"channel", channel}, {"hostname", first.Host},
		{"pageviews", countOf(events, "pageview")}, {"events", countOf(events, "custom_event")},
		{"sessions", len(groups(events, func(e seen) string { return e.Session }))},
		{"last_seen", clickTime(last.second)}, {"first_seen", clickTime(first.second)},
	}...)
	if s.generation() == Current {
		o = o.with("tag", last.Tag)
	}
	return o
}

// orderUsers sorts as sort_by and sort_order say.
func (s *Server) orderUsers(rows []object, q url.Values) {
	by := q.Get("sort_by")
	if !slices.Contains([]string{"first_seen", "last_seen", "pageviews", "sessions", "events"}, by) {
		by = "last_seen"
	}
	slices.SortStableFunc(rows, func(x, y object) int {
		if q.Get("sort_order") == "asc" {
			return compareBy(x, y, by)
		}
		return -compareBy(x, y, by)
	})
	if !s.Dialect.Quiet {
		shuffleTies(rows, s.random(), func(x, y object) bool { return x.value(by) == y.value(by) })
	}
}

// searched is which users a search leaves: all without one.
func (v *view) searched(q url.Values, g Generation) func(name string) bool {
	term := strings.ToLower(strings.TrimSpace(q.Get("search")))
	if term == "" || g == Legacy {
		return func(string) bool { return true }
	}
	field := q.Get("search_field")
	return func(name string) bool {
		text := name
		if field != "user_id" {
			if field != "name" && field != "email" {
				field = "username"
			}
			traits, _ := v.traitsOf(name).(object)
			text, _ = traits.value(field).(string)
		}
		return name != "" && strings.Contains(strings.ToLower(text), term)
	}
}
