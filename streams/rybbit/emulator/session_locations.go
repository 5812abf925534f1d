package emulator

import "slices"

// GET /api/session-locations/:site, /api/sites/:site/sessions/locations
//
// Behaviour: {"data":[{lat, lon, city, country, count}]}: how many sessions of
// the window each place has. A session counts for the place of its first event
// in the window. No order, no pages: limit and page are ignored.
//
// Source: recorded (legacy-session-locations, current-session-locations-*).
// That any() is the first event's place is assumed.
func sessionLocations(s *Server, r *request) *answer {
	w, wrong := windowOf(r.q, s.generation(), s.Now())
	if wrong != nil {
		return s.wrongWindow(r, wrong)
	}
	if r.q.Get("filters") != "" {
		return s.unmodelled("filters on locations")
	}
	v := s.Account.view(r.site.Number, s.Now(), selection{window: w})
	rows := []object{}
	for _, events := range groups(v.events, func(e seen) string { return e.Session }) {
		e := events[0]
		row := object{{"lat", e.Lat}, {"lon", e.Lon}, {"city", e.City}, {"country", country(e.Country)}, {"count", 1}}
		i := slices.IndexFunc(rows, func(o object) bool { return slices.Equal(o[:4], row[:4]) })
		if i < 0 {
			rows = append(rows, row)
			continue
		}
		rows[i][4].value = rows[i][4].value.(int) + 1
	}
	if !s.Dialect.Quiet {
		shuffleTies(rows, s.random(), func(_, _ object) bool { return true })
	}
	for i := range rows {
		rows[i] = asSent(rows[i])
	}
	return s.answer(200, object{{"data", rows}}, len(rows))
}
