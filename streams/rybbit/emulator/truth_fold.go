package emulator

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A fold is one pass over the events of a site, oldest first.
type fold struct {
	a         *Account
	site      int
	t         int64
	d         Dialect
	sessions  map[string]Row
	users     map[string]Row
	locations map[string]Row
	events    []Row
	placed    map[string]bool // sessions that have a location
	ofUser    map[string]bool // sessions that a user had
	places    map[string]int  // events so far, by session
}

// event lets e change what is known so far.
func (f *fold) event(e *stored) {
	name := e.nameAt(f.t)
	s := at(f.sessions, e.Session)
	f.attribute(s, e, true)
	first(s, "hostname", coerce(e.Host))
	for _, utm := range []string{"source", "medium", "campaign", "term", "content"} {
		first(s, "utm_"+utm, coerce(e.params["utm_"+utm]))
	}
	first(s, "session_start", clickTime(e.second))
	first(s, "began", e.second)
	f.visitor(s, e, name)
	s["session_id"], s["session_end"], s["session_duration"] = e.Session, clickTime(e.second), float64(e.second-s["began"].(int64))
	s["lat"], s["lon"], s["has_replay"] = e.Lat, e.Lon, 0.0
	if f.a.replays[e.Session] {
		s["has_replay"] = 1.0
	}
	first(s, "ip", nil)
	if e.IP != "" {
		s["ip"] = e.IP
	}
	first(s, "entry_page", "")
	first(s, "exit_page", "")
	if e.Type == "pageview" {
		if n, _ := s["pageviews"].(float64); n == 0 {
			s["entry_page"] = coerce(e.Path)
		}
		s["exit_page"] = coerce(e.Path)
	}
	f.count(s, e, "pageviews events errors outbound button_clicks copies form_submits input_changes")
	f.user(e, name)
	f.location(e)
	f.eventOf(e)
}

// visitor sets what the last event says of the visitor.
func (f *fold) visitor(row Row, e *stored, name string) {
	row["user_id"], row["identified_user_id"] = e.User, name
	row["country"], row["region"], row["city"], row["language"] = coerce(country(e.Country)), coerce(e.Region), coerce(e.City), coerce(e.Language)
	row["device_type"], row["browser"], row["browser_version"] = coerce(e.Device), coerce(e.Browser), coerce(e.BrowserVersion)
	row["operating_system"], row["operating_system_version"] = coerce(e.OS), coerce(e.OSVersion)
	row["screen_width"], row["screen_height"] = float64(e.Width), float64(e.Height)
	if f.d.Generation == Current {
		row["tag"], row["timezone"] = coerce(e.Tag), coerce(e.Timezone)
	}
	if f.d.Newest {
		row["device_model"], row["app_version"] = coerce(e.DeviceModel), coerce(e.AppVersion)
	}
}

// attribute sets where a visitor came from. On Legacy the first event has the
// say, but for a user's channel.
func (f *fold) attribute(row Row, e *stored, ofSession bool) {
	if f.d.Generation == Legacy {
		first(row, "referrer", coerce(e.Referrer))
		first(row, "channel", coerce(e.Channel))
		if !ofSession {
			row["channel"] = coerce(e.Channel)
		}
		return
	}
	if row["referrer"] == nil || row["referrer"] == "" {
		row["referrer"] = coerce(e.Referrer)
	}
	first(row, "channel", coerce(e.Channel))
	says := e.Channel != "" && e.Channel != "Direct" && e.Channel != "Internal"
	if _, found := row["came"]; says && !found {
		row["channel"], row["came"] = coerce(e.Channel), true
	}
}

// user lets e change its effective user.
func (f *fold) user(e *stored, name string) {
	key := name
	if key == "" {
		key = e.User
	}
	u := at(f.users, key)
	u["effective_user_id"] = key
	f.visitor(u, e, name)
	delete(u, "timezone")
	f.attribute(u, e, false)
	first(u, "hostname", coerce(e.Host))
	first(u, "first_seen", clickTime(e.second))
	u["last_seen"] = clickTime(e.second)
	first(u, "sessions", 0.0)
	if pair := key + "\n" + e.Session; !f.ofUser[pair] {
		f.ofUser[pair] = true
		u["sessions"] = u["sessions"].(float64) + 1
	}
	f.count(u, e, "pageviews events")
}

// location counts the session of e at its first event's place.
func (f *fold) location(e *stored) {
	if f.placed[e.Session] {
		return
	}
	f.placed[e.Session] = true
	l := at(f.locations, fmt.Sprintf("%v %v %q %q", e.Lat, e.Lon, e.City, e.Country))
	l["lat"], l["lon"], l["city"], l["country"] = e.Lat, e.Lon, coerce(e.City), coerce(country(e.Country))
	first(l, "count", 0.0)
	l["count"] = l["count"].(float64) + 1
}

// eventOf adds e to the events of its session, but for performance.
func (f *fold) eventOf(e *stored) {
	if e.Type == "performance" {
		return
	}
	props := inside(string(appendJSON(nil, propsOf(e, f.d.Generation)))) // it was printed just now
	at := clickTime(e.second)
	if f.d.Newest {
		at = e.At.UTC().Format("2006-01-02 15:04:05.000")
	}
	f.events = append(f.events, Row{
		"session_id": e.Session, "place": f.places[e.Session], "timestamp": at, "pathname": coerce(e.Path), "hostname": coerce(e.Host),
		"querystring": coerce(e.Query), "page_title": coerce(e.Title), "referrer": coerce(e.Referrer), "type": e.Type,
		"event_name": coerce(e.EventName), "props": props,
	})
	f.places[e.Session]++
}

// counted are the types that a column counts.
var counted = map[string]string{
	"pageviews": "pageview", "events": "custom_event", "errors": "error", "outbound": "outbound", "button_clicks": "button_click",
	"copies": "copy", "form_submits": "form_submit", "input_changes": "input_change",
}

// count adds e to the columns that count it; the others begin at 0.
func (f *fold) count(row Row, e *stored, columns string) {
	newer := []string{"button_clicks", "copies", "form_submits", "input_changes"}
	for _, column := range strings.Fields(columns) {
		if f.d.Generation == Legacy && slices.Contains(newer, column) {
			continue
		}
		first(row, column, 0.0)
		if e.Type == counted[column] {
			row[column] = row[column].(float64) + 1
		}
	}
}

// at is the row of a key, a new one if there is none.
func at(rows map[string]Row, key string) Row {
	if rows[key] == nil {
		rows[key] = Row{}
	}
	return rows[key]
}

// first sets a column that is not set yet.
func first(row Row, column string, value any) {
	if _, set := row[column]; !set {
		row[column] = value
	}
}

// list are the rows, without what helped to reckon them; those of visitors
// with the traits that hold now.
func (f *fold) list(rows map[string]Row, visitors bool) []Row {
	var list []Row
	for _, row := range rows {
		delete(row, "began")
		delete(row, "came")
		if visitors {
			row["traits"] = f.traits(row["identified_user_id"].(string))
		}
		list = append(list, row)
	}
	return list
}

// traits are those of a user now, nil if there is no profile.
func (f *fold) traits(name string) any {
	text := traitsAt(f.a.profiles[profileKey{f.site, name}], f.t)
	if text != "" && name != "" {
		var plain any
		json.Unmarshal([]byte(text), &plain) //nolint:errcheck // it was parsed when it was set
		sent, _ := json.Marshal(plain)       // numbers as JavaScript has them
		return inside(string(sent))
	}
	return nil
}

// inside is an object of a column, its numbers with the digits that are sent.
func inside(text string) (v any) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	d.Decode(&v) //nolint:errcheck // the caller knows that it is JSON
	return v
}
