package emulator

import (
	"net/url"
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // so that a test's zones are the same everywhere
)

// Windows
//
// Behaviour: start_date and end_date (whole days of time_zone, the last one
// included, up to now where it is that zone's today), start_datetime and
// end_datetime (half open, UTC where they say no zone; Current only),
// past_minutes_start and past_minutes_end (the older first). Dates go before
// datetimes, datetimes before minutes.
//
// Legacy takes dates only with time_zone, and means all history by whatever is
// missing, malformed, of an unknown zone or reversed. Current takes UTC where
// time_zone is missing, counts empty values as absent, and refuses the rest
// with every reason at once.
//
// A zone whose name is right but for its case passes JavaScript and fails in
// ClickHouse: 500. A day that a month does not have is the one so many days
// later: 2026-02-30 is 2 March.
//
// Source: recorded (*-sessions-*); the words of Current that are not: code.

// A window is the seconds [from, to) since 1970.
type window struct{ from, to int64 }

var allHistory = window{-1 << 62, 1 << 62}

// A windowError is a window that cannot be read.
type windowError struct {
	refused []string // reasons; a 400
	failed  bool     // ClickHouse refuses it; a 500
}

var (
	dateForm     = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	dateTimeForm = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:?\d{2})?$`)
)

// windowOf reads the window of q.
func windowOf(q url.Values, g Generation, now time.Time) (window, *windowError) {
	if g == Legacy {
		return legacyWindow(q, now)
	}
	if reasons := reasonsAgainst(q); len(reasons) > 0 {
		return window{}, &windowError{refused: reasons}
	}
	switch {
	case q.Get("start_date") != "":
		zone := q.Get("time_zone")
		if zone == "" {
			zone = "UTC"
		}
		return days(q.Get("start_date"), q.Get("end_date"), zone, now)
	case q.Get("start_datetime") != "":
		from, _ := instant(q.Get("start_datetime"))
		to, _ := instant(q.Get("end_datetime"))
		return window{from.Unix(), to.Unix()}, nil
	case q.Get("past_minutes_start") != "":
		return pastMinutes(q, now), nil
	}
	return allHistory, nil
}

// legacyWindow is all history unless everything about the window is right.
func legacyWindow(q url.Values, now time.Time) (window, *windowError) {
	dates := q.Get("start_date") != "" && q.Get("end_date") != "" && q.Get("time_zone") != ""
	minutes := q.Has("past_minutes_start") && q.Has("past_minutes_end")
	if dates && !(isDate(q.Get("start_date")) && isDate(q.Get("end_date")) && isZone(q.Get("time_zone"))) {
		return allHistory, nil
	}
	if minutes {
		start, ok1 := toNumber(q.Get("past_minutes_start"))
		end, ok2 := toNumber(q.Get("past_minutes_end"))
		if !ok1 || !ok2 || start < 0 || end < 0 || start <= end {
			return allHistory, nil
		}
	}
	switch {
	case dates:
		return days(q.Get("start_date"), q.Get("end_date"), q.Get("time_zone"), now)
	case minutes:
		return pastMinutes(q, now), nil
	}
	return allHistory, nil
}

// pastMinutes is after the start and up to the end, in whole seconds.
func pastMinutes(q url.Values, now time.Time) window {
	back := func(name string) int64 {
		minutes, _ := toNumber(q.Get(name))
		return now.Add(-time.Duration(minutes * float64(time.Minute))).Unix()
	}
	return window{back("past_minutes_start") + 1, back("past_minutes_end") + 1}
}

// days are whole days of a zone.
func days(start, end, zone string, now time.Time) (window, *windowError) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return window{}, &windowError{failed: true}
	}
	w := window{day(start, loc).Unix(), day(end, loc).AddDate(0, 0, 1).Unix()}
	if day(end, loc).Format(time.DateOnly) == now.In(loc).Format(time.DateOnly) {
		w.to = now.Unix() // timestamp < now(), in whole seconds
	}
	return w, nil
}

// day is the beginning of a date that isDate accepts.
func day(date string, loc *time.Location) time.Time {
	n := func(s string) int {
		f, _ := toNumber(s)
		return int(f)
	}
	return time.Date(n(date[:4]), time.Month(n(date[5:7])), n(date[8:]), 0, 0, 0, 0, loc)
}

// isDate reports whether s looks like a date and JavaScript reads it as one:
// any month has 31 days.
func isDate(s string) bool {
	return dateForm.MatchString(s) && s[5:7] >= "01" && s[5:7] <= "12" && s[8:] >= "01" && s[8:] <= "31"
}

// isZone reports whether JavaScript knows a zone, whose case does not matter
// to it. (It knows +02:00 only in versions later than both servers'.)
func isZone(name string) bool {
	for _, spelling := range []string{name, strings.ToUpper(name), title(name)} {
		if _, err := time.LoadLocation(spelling); err == nil && spelling != "" && spelling != "LOCAL" && spelling != "Local" {
			return true
		}
	}
	return false
}

// title writes a zone as most are written: Europe/Berlin.
func title(name string) string {
	b := []byte(strings.ToLower(name))
	for i := range b {
		if i == 0 || b[i-1] == '/' || b[i-1] == '_' || b[i-1] == '-' {
			b[i] = strings.ToUpper(string(b[i]))[0]
		}
	}
	return string(b)
}

// instant reads a datetime that dateTimeForm accepts.
func instant(s string) (time.Time, bool) {
	s = strings.Replace(s, " ", "T", 1)
	for _, form := range []string{"2006-01-02T15:04:05", time.RFC3339, "2006-01-02T15:04:05-0700"} {
		if t, err := time.Parse(form, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
