package emulator

import (
	"time"
)

// rawSession is a row of the sessions list over some events of one session, in
// the order of time, with every text as it was sent.
func (v *view) rawSession(events []seen, d Dialect) object {
	first, last := events[0], events[len(events)-1]
	referrer, channel := attribution(events, d.Generation)
	o := object{
		{"session_id", last.Session}, {"user_id", last.User}, {"identified_user_id", last.name},
		{"country", country(last.Country)}, {"region", last.Region}, {"city", last.City}, {"language", last.Language},
		{"device_type", last.Device}, {"browser", last.Browser}, {"browser_version", last.BrowserVersion},
		{"operating_system", last.OS}, {"operating_system_version", last.OSVersion},
		{"screen_width", last.Width}, {"screen_height", last.Height},
	}
	if d.Newest {
		o = append(o, member{"device_model", last.DeviceModel}, member{"app_version", last.AppVersion})
	}
	o = append(o, object{
		{"referrer", referrer}, {"channel", channel}, {"hostname", first.Host},
		{"utm_source", first.params["utm_source"]}, {"utm_medium", first.params["utm_medium"]},
		{"utm_campaign", first.params["utm_campaign"]}, {"utm_term", first.params["utm_term"]},
		{"utm_content", first.params["utm_content"]},
		{"session_end", clickTime(last.second)}, {"session_start", clickTime(first.second)},
		{"session_duration", last.second - first.second},
	}...)
	entry, exit := ends(events)
	o = append(o, member{"entry_page", entry}, member{"exit_page", exit})
	for _, c := range counters(d.Generation) {
		o = o.with(c.column, countOf(events, c.kind))
	}
	o = append(o, object{{"ip", lastIP(events)}, {"lat", last.Lat}, {"lon", last.Lon}}...)
	if d.Generation == Current {
		o = append(o, member{"tag", last.Tag}, member{"timezone", last.Timezone})
	}
	replay := 0
	if v.replays[last.Session] {
		replay = 1
	}
	return o.with("has_replay", replay)
}

// A counter is a column that counts the events of a type.
type counter struct{ column, kind string }

func counters(g Generation) []counter {
	list := []counter{{"pageviews", "pageview"}, {"events", "custom_event"}, {"errors", "error"}, {"outbound", "outbound"}}
	if g == Current {
		list = append(list, counter{"button_clicks", "button_click"}, counter{"copies", "copy"},
			counter{"form_submits", "form_submit"}, counter{"input_changes", "input_change"})
	}
	return list
}

func countOf(events []seen, kind string) int {
	return len(of(events, func(e seen) bool { return e.Type == kind }))
}

// attribution is the first event's on Legacy, on Current the first that says
// something: a referrer, a channel that is neither Direct nor Internal.
func attribution(events []seen, g Generation) (referrer, channel string) {
	referrer, channel = events[0].Referrer, events[0].Channel
	if g == Legacy {
		return referrer, channel
	}
	for i := len(events) - 1; i >= 0; i-- {
		if e := events[i]; e.Referrer != "" {
			referrer = e.Referrer
		}
		if e := events[i]; e.Channel != "" && e.Channel != "Direct" && e.Channel != "Internal" {
			channel = e.Channel
		}
	}
	return referrer, channel
}

// ends are the paths of the first and the last page view, "" if there is none.
func ends(events []seen) (entry, exit string) {
	views := of(events, func(e seen) bool { return e.Type == "pageview" })
	if len(views) == 0 {
		return "", ""
	}
	return views[0].Path, views[len(views)-1].Path
}

// lastIP is the last address that was kept, nil for none.
func lastIP(events []seen) any {
	for i := len(events) - 1; i >= 0; i-- {
		if events[i].IP != "" {
			return events[i].IP
		}
	}
	return nil
}

// country is two letters, or two NULs as a FixedString(2) is filled.
func country(letters string) string {
	return (letters + "\x00\x00")[:2]
}

// clickTime prints a second as ClickHouse prints a DateTime in UTC.
func clickTime(second int64) string {
	return time.Unix(second, 0).UTC().Format(time.DateTime)
}

// asSent is a row with its texts made numbers where they look like one.
func asSent(row object) object {
	out := make(object, len(row))
	for i, m := range row {
		out[i] = m
		switch m.name {
		case "session_id", "user_id", "identified_user_id", "effective_user_id":
			continue
		}
		if text, ok := m.value.(string); ok {
			out[i].value = coerce(text)
		}
	}
	return out
}
