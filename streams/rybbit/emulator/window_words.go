package emulator

import (
	"net/url"
	"time"
)

// reasonsAgainst are the words of a Current server for what is wrong with a
// window, in its order; none if the window can be read. An empty value counts
// as absent.
func reasonsAgainst(q url.Values) []string {
	var reasons []string
	say := func(wrong bool, words string) {
		if wrong {
			reasons = append(reasons, words)
		}
	}
	has := func(name string) bool { return q.Get(name) != "" }
	for _, name := range []string{"start_date", "end_date"} {
		if has(name) {
			say(!dateForm.MatchString(q.Get(name)), "Invalid "+name+" format. Use YYYY-MM-DD")
			say(!looksLikeDate(q.Get(name)), "Invalid "+name+" value")
		}
	}
	say(has("time_zone") && !isZone(q.Get("time_zone")), "Invalid time_zone")
	for _, name := range []string{"start_datetime", "end_datetime"} {
		if has(name) {
			say(!dateTimeForm.MatchString(q.Get(name)), "Invalid "+name+" format. Use YYYY-MM-DD HH:mm:ss")
			_, ok := anyInstant(q.Get(name))
			say(!ok, "Invalid "+name+" value")
		}
	}
	for _, name := range []string{"past_minutes_start", "past_minutes_end"} {
		minutes, ok := toNumber(q.Get(name))
		say(has(name) && (!ok || minutes < 0), "past_minutes values must be non-negative numbers")
	}
	for _, pair := range [][2]string{{"start_date", "end_date"}, {"start_datetime", "end_datetime"}, {"past_minutes_start", "past_minutes_end"}} {
		say(has(pair[0]) != has(pair[1]), pair[0]+" and "+pair[1]+" must be provided together")
	}
	if has("start_datetime") && has("end_datetime") {
		from, _ := anyInstant(q.Get("start_datetime"))
		to, _ := anyInstant(q.Get("end_datetime"))
		say(!from.Before(to), "start_datetime must be before end_datetime")
	}
	if has("past_minutes_start") && has("past_minutes_end") {
		start, _ := toNumber(q.Get("past_minutes_start"))
		end, _ := toNumber(q.Get("past_minutes_end"))
		say(start <= end, "past_minutes_start must be greater than past_minutes_end (start = older, end = newer)")
	}
	return reasons
}

// looksLikeDate is what JavaScript's Date.parse takes of the forms that a
// client may send. It takes more.
func looksLikeDate(s string) bool {
	if dateForm.MatchString(s) {
		return isDate(s)
	}
	for _, form := range []string{"01/02/2006", "1/2/2006", "2006/01/02", time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01"} {
		if _, err := time.Parse(form, s); err == nil {
			return true
		}
	}
	return false
}

// anyInstant is instant, or the time of a text of another form.
func anyInstant(s string) (time.Time, bool) {
	if t, ok := instant(s); ok {
		return t, true
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	return t, err == nil
}
