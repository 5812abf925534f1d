package emulator

import (
	"net/url"
	"strings"
	"time"
)

// An Event is one row of the server's table. Text is what the tracker sent:
// only answers turn it into numbers.
type Event struct {
	Site    int // the first site if 0
	Session string
	User    string // the device
	Name    string // of the identified user, "" for nobody

	At      time.Time // when it happened; the API shows whole seconds
	Arrives time.Time // when the API first shows it; At if zero

	Type string // "pageview" if empty, see eventTypes
	Path string
	// Query begins with ?; utm_* and other parameters are taken from it.
	Query, Host, Title, Referrer, Channel string
	EventName                             string
	Props                                 string // a JSON object, "" for {}

	Country, Region, City, Language string // Country "" is no country
	Lat, Lon                        float64
	Device, Browser, BrowserVersion string
	OS, OSVersion                   string
	Width, Height                   int
	IP                              string // "" if the site does not keep it
	Tag, Timezone                   string
	DeviceModel, AppVersion         string
}

// eventTypes are all types that the server knows. Which of them an endpoint
// shows is in its file.
var eventTypes = []string{
	"pageview", "custom_event", "outbound", "error", "performance",
	"button_click", "copy", "form_submit", "input_change",
}

// A stored event is an Event with its history. Times are milliseconds since
// 1970.
type stored struct {
	Event
	params  map[string]string
	second  int64 // At in seconds since 1970
	order   int   // of insertion
	arrives int64
	gone    int64    // when it was deleted, never if it stands
	names   []naming // later names, oldest first
}

// A naming is who the event belongs to from a moment on.
type naming struct {
	from int64
	name string
}

const never = int64(1)<<62 - 1

// nameAt is the identified user at t.
func (e *stored) nameAt(t int64) string {
	for i := len(e.names) - 1; i >= 0; i-- {
		if e.names[i].from <= t {
			return e.names[i].name
		}
	}
	return e.Name
}

// urlParameters are the parameters of a query string as the tracker keeps
// them: names in lower case, the first value of each.
func urlParameters(query string) map[string]string {
	query = strings.TrimPrefix(query, "?")
	params := map[string]string{}
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name = strings.ToLower(unescape(name))
		if _, twice := params[name]; name != "" && !twice {
			params[name] = unescape(value)
		}
	}
	return params
}

func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}
