package emulator

import (
	"net/url"
	"slices"
	"strings"
)

// GET /api/sessions/:site, /api/sites/:site/sessions
//
// Behaviour: {"data":[row]}. One row per session that has an event in the
// window; every column is computed over the events inside the window alone, so
// a session across an edge comes cut. Newest end first; what ties has no order
// (see page.go). page from 1, limit 100.
//
// user_id wants a device or a user, identified_only=true a row with a user.
// session_id, min_pageviews, min_events and min_duration work on Current;
// Legacy ignores them, and then shows all history where nothing else binds it.
//
// Newest: view, sort_by and max_* too; a value that is not known is a 400; rows
// that tie are ordered by session_start and session_id.
//
// Source: recorded (*-sessions-*); Newest: code.
func sessions(s *Server, r *request) *answer {
	if reason := s.listParams(r.q); reason != "" {
		return s.refuse(400, reason)
	}
	w, wrong := windowOf(r.q, s.generation(), s.Now())
	if wrong != nil {
		return s.wrongWindow(r, wrong)
	}
	p, ok := listPage(r.q, s.Dialect)
	if !ok || !p.taken(s.generation()) {
		return s.failed(r)
	}
	f, failure := s.filters(r)
	if failure != nil {
		return failure
	}
	v := s.Account.view(r.site.Number, s.Now(), selection{window: w})
	var rows []object
	for _, events := range groups(of(v.events, s.wanted(r.q)), func(e seen) string { return e.Session }) {
		row := v.rawSession(events, s.Dialect)
		if s.keeps(row, r.q) && f.match(v, row) {
			rows = append(rows, row)
		}
	}
	s.order(rows, r.q)
	return s.answer(200, object{{"data", s.sessionPage(v, rows, p)}}, len(cutPage(rows, p)))
}

// sessionPage is a page of rows as it is sent.
func (s *Server) sessionPage(v *view, rows []object, p page) []object {
	list := []object{}
	for _, row := range cutPage(rows, p) {
		name, _ := row.value("identified_user_id").(string)
		list = append(list, asSent(row).with("traits", v.traitsOf(name)))
	}
	return list
}

// wanted is which events the parameters leave.
func (s *Server) wanted(q url.Values) func(seen) bool {
	user, session := q.Get("user_id"), q.Get("session_id")
	if s.generation() == Legacy {
		session = ""
	}
	return func(e seen) bool {
		return (user == "" || e.User == user || e.name == user) && (session == "" || e.Session == session)
	}
}

// keeps reports whether the parameters leave a row.
func (s *Server) keeps(row object, q url.Values) bool {
	if q.Get("identified_only") == "true" && row.value("identified_user_id") == "" {
		return false
	}
	if s.generation() == Legacy {
		return true
	}
	for param, columns := range map[string]string{
		"pageviews": "pageviews", "events": s.eventTotal(), "duration": "session_duration",
	} {
		total := float64(sum(row, columns))
		if least, ok := parseInt(q.Get("min_" + param)); ok && total < least {
			return false
		}
		if most, ok := parseInt(q.Get("max_" + param)); s.Dialect.Newest && ok && total > most {
			return false
		}
	}
	return !s.Dialect.Newest || inView(row, q.Get("view"))
}

// eventTotal are the columns that min_events counts.
func (s *Server) eventTotal() string {
	if s.Dialect.Newest {
		return "events button_clicks copies form_submits input_changes"
	}
	return "events"
}

func sum(row object, columns string) (n int64) {
	for column := range strings.FieldsSeq(columns) {
		switch value := row.value(column).(type) {
		case int:
			n += int64(value)
		case int64:
			n += value
		}
	}
	return n
}

// inView is what the newest server's saved views show.
func inView(row object, view string) bool {
	switch view {
	case "identified":
		return row.value("identified_user_id") != ""
	case "replay":
		return row.value("has_replay") == 1
	case "bounced":
		return row.value("pageviews") == 1
	case "errors":
		return row.value("errors") != 0
	case "converted":
		return false // the account has no goals
	}
	return true
}

// sortColumns are what the newest server sorts by.
var sortColumns = map[string]string{
	"": "session_end", "ended": "session_end", "started": "session_start", "duration": "session_duration",
	"pageviews": "pageviews", "events": "events button_clicks copies form_submits input_changes", "errors": "errors",
}

// listParams is why a newest server refuses the list; "" if it does not.
func (s *Server) listParams(q url.Values) string {
	if !s.Dialect.Newest {
		return ""
	}
	known := map[string][]string{
		"view":       {"", "all", "identified", "replay", "converted", "bounced", "errors"},
		"sort_by":    {"", "started", "ended", "duration", "pageviews", "events", "errors"},
		"sort_order": {"", "asc", "desc"},
	}
	for _, name := range []string{"view", "sort_by", "sort_order"} {
		if !slices.Contains(known[name], q.Get(name)) {
			return "Invalid " + name + ": Invalid enum value"
		}
	}
	return ""
}

// order sorts rows as the server does, newest end first.
func (s *Server) order(rows []object, q url.Values) {
	if s.Dialect.Newest {
		columns := sortColumns[q.Get("sort_by")]
		slices.SortFunc(rows, func(x, y object) int {
			by := compareBy(x, y, columns)
			for _, next := range []string{"session_start", "session_id"} {
				if by == 0 {
					by = compareBy(x, y, next)
				}
			}
			if q.Get("sort_order") == "asc" {
				return by
			}
			return -by
		})
		return
	}
	slices.SortStableFunc(rows, func(x, y object) int { return -compareBy(x, y, "session_end") })
	if s.Dialect.Quiet {
		return
	}
	random := s.random()
	shuffleTies(rows, random, func(x, y object) bool { return x.value("session_end") == y.value("session_end") })
	swapBlocks(rows, random)
}

// compareBy compares a text column, or a sum of numeric ones.
func compareBy(x, y object, columns string) int {
	if text, ok := x.value(columns).(string); ok {
		return strings.Compare(text, y.value(columns).(string))
	}
	return int(sum(x, columns) - sum(y, columns))
}
