package emulator

import (
	"math"
	"net/url"
	"slices"
	"time"
)

// GET /api/events/:site, /api/sites/:site/events
//
// Behaviour: events of all sessions, newest first; what ties has no order.
// Events of the types error and performance never come.
//
// Legacy: page, page_size (20) or count, {"data":[…],"pagination":{total, page,
// pageSize, totalPages}}; no session_id and no user's name. Without start_date
// and end_date the last 30 minutes, whatever else is asked.
//
// Current: page_size (50), page is ignored, {"data":[…],"cursor":{hasMore,
// oldestTimestamp}}. before_timestamp is the cursor: strictly before a whole
// second, so that events of a second that a page ended in are lost. Only dates
// bind it; without them it is all history. since_timestamp: strictly after,
// never more than 500, no cursor. A T or Z in either is a 500.
//
// Source: recorded (*-events-*); the order of the checks: code.
func events(s *Server, r *request) *answer {
	if s.generation() == Legacy {
		return legacyEvents(s, r)
	}
	if reasons := reasonsAgainst(r.q); len(reasons) > 0 {
		return s.wrongWindow(r, &windowError{refused: reasons})
	}
	if r.q.Get("filters") != "" {
		return s.unmodelled("filters on events")
	}
	list := s.eventList(r, false)
	if since := r.q.Get("since_timestamp"); since != "" {
		after, err := time.Parse(time.DateTime, since)
		if err != nil {
			return s.failed(r)
		}
		list = of(list, func(e seen) bool { return e.second > after.Unix() })
		rows := s.eventRows(r, list[:min(500, len(list))])
		return s.answer(200, object{{"data", rows}}, len(rows))
	}
	return s.eventsBefore(r, list)
}

// eventsBefore is a page of a Current server.
func (s *Server) eventsBefore(r *request, list []seen) *answer {
	w, wrong := datesOnly(r.q, Current, s.Now())
	if wrong != nil {
		return s.wrongWindow(r, wrong)
	}
	if before := r.q.Get("before_timestamp"); before != "" {
		t, err := time.Parse(time.DateTime, before)
		if err != nil {
			return s.failed(r)
		}
		w.to = min(w.to, t.Unix())
	}
	size, ok1 := intOr(r.q, "page_size", 50)
	p, ok2 := newPage(size, 0)
	if !ok1 || !ok2 {
		return s.failed(r)
	}
	list = of(list, func(e seen) bool { return e.second >= w.from && e.second < w.to })
	rows := s.eventRows(r, cutPage(list, p))
	cursor := object{{"hasMore", len(rows) == int(size)}, {"oldestTimestamp", nil}}
	if len(rows) > 0 {
		cursor[1].value = rows[len(rows)-1].value("timestamp")
	}
	return s.answer(200, object{{"data", rows}, {"cursor", cursor}}, len(rows))
}

func legacyEvents(s *Server, r *request) *answer {
	if r.q.Get("filters") != "" {
		return s.unmodelled("filters on events")
	}
	w := window{s.Now().Add(-30*time.Minute).Unix() + 1, allHistory.to}
	if r.q.Get("start_date") != "" || r.q.Get("end_date") != "" {
		var wrong *windowError
		if w, wrong = windowOf(r.q, Legacy, s.Now()); wrong != nil {
			return s.wrongWindow(r, wrong)
		}
	}
	number, ok1 := intOr(r.q, "page", 1)
	size, ok2 := intOr(r.q, "page_size", 20)
	if r.q.Get("count") != "" {
		size, ok2 = parseInt(r.q.Get("count"))
	}
	p, ok3 := newPage(size, (number-1)*size)
	if !ok1 || !ok2 || !ok3 || !p.taken(Legacy) {
		return s.failed(r)
	}
	list := of(s.eventList(r, true), func(e seen) bool { return e.second >= w.from && e.second < w.to })
	rows := s.eventRows(r, cutPage(list, p))
	return s.answer(200, object{{"data", rows}, {"pagination", object{
		{"total", len(list)}, {"page", number}, {"pageSize", size},
		{"totalPages", math.Ceil(float64(len(list)) / size)},
	}}}, len(rows))
}

// datesOnly is the window of q if it has dates, else all history.
func datesOnly(q url.Values, g Generation, now time.Time) (window, *windowError) {
	if q.Get("start_date") == "" && q.Get("end_date") == "" {
		return allHistory, nil
	}
	return windowOf(q, g, now)
}

// eventList are the events that the list may show, newest first.
func (s *Server) eventList(r *request, legacy bool) []seen {
	types := []string{"pageview", "custom_event", "outbound"}
	if !legacy {
		types = append(types, "button_click", "copy", "form_submit", "input_change")
	}
	r.view = s.Account.view(r.site.Number, s.Now(), everything)
	list := of(r.view.events, func(e seen) bool { return slices.Contains(types, e.Type) })
	slices.Reverse(list)
	if !s.Dialect.Quiet {
		shuffleTies(list, s.random(), func(x, y seen) bool { return x.second == y.second })
	}
	return list
}

// eventRows are rows as they are sent.
func (s *Server) eventRows(r *request, list []seen) []object {
	rows := []object{}
	for _, e := range list {
		row := object{{"timestamp", clickTime(e.second)}, {"event_name", e.EventName}, {"properties", propertiesOf(e.stored, s.generation())}}
		place := object{{"pathname", e.Path}, {"querystring", e.Query}, {"hostname", e.Host}, {"page_title", e.Title}, {"referrer", e.Referrer}}
		if s.generation() == Legacy {
			row = append(row.with("user_id", e.User), place...)
			row = append(row, object{{"browser", e.Browser}, {"operating_system", e.OS},
				{"country", country(e.Country)}, {"device_type", e.Device}, {"type", e.Type}}...)
			rows = append(rows, asSent(row))
			continue
		}
		row = append(row, member{"session_id", e.Session}, member{"user_id", e.User}, member{"identified_user_id", e.name})
		row = append(append(row, place...), object{
			{"browser", e.Browser}, {"browser_version", e.BrowserVersion},
			{"operating_system", e.OS}, {"operating_system_version", e.OSVersion}, {"language", e.Language},
			{"country", country(e.Country)}, {"region", e.Region}, {"city", e.City}, {"lat", e.Lat}, {"lon", e.Lon},
			{"screen_width", e.Width}, {"screen_height", e.Height}, {"device_type", e.Device}, {"type", e.Type},
		}...)
		rows = append(rows, asSent(row).with("traits", r.view.traitsOf(e.name)))
	}
	return rows
}
