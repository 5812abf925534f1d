package emulator

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// scopedColumns are the columns of scoped_events. Their order in SELECT * is
// assumed.
var scopedColumns = map[string]func(seen) any{
	"site_id":                  func(e seen) any { return e.Site },
	"timestamp":                func(e seen) any { return second(e.second) },
	"session_id":               func(e seen) any { return e.Session },
	"user_id":                  func(e seen) any { return e.User },
	"identified_user_id":       func(e seen) any { return e.name },
	"hostname":                 func(e seen) any { return e.Host },
	"pathname":                 func(e seen) any { return e.Path },
	"querystring":              func(e seen) any { return e.Query },
	"url_parameters":           func(e seen) any { return parametersOf(e) },
	"page_title":               func(e seen) any { return e.Title },
	"referrer":                 func(e seen) any { return e.Referrer },
	"channel":                  func(e seen) any { return e.Channel },
	"browser":                  func(e seen) any { return e.Browser },
	"browser_version":          func(e seen) any { return e.BrowserVersion },
	"operating_system":         func(e seen) any { return e.OS },
	"operating_system_version": func(e seen) any { return e.OSVersion },
	"language":                 func(e seen) any { return e.Language },
	"country":                  func(e seen) any { return country(e.Country) },
	"region":                   func(e seen) any { return e.Region },
	"city":                     func(e seen) any { return e.City },
	"lat":                      func(e seen) any { return e.Lat },
	"lon":                      func(e seen) any { return e.Lon },
	"screen_width":             func(e seen) any { return e.Width },
	"screen_height":            func(e seen) any { return e.Height },
	"device_type":              func(e seen) any { return e.Device },
	"type":                     func(e seen) any { return e.Type },
	"event_name":               func(e seen) any { return e.EventName },
	"props":                    func(e seen) any { return propsOf(e.stored, Current) },
	"ip":                       func(e seen) any { return firstIP([]seen{e}) },
	"timezone":                 func(e seen) any { return e.Timezone },
	"tag":                      func(e seen) any { return e.Tag },
}

var columnNames = strings.Fields("site_id timestamp session_id user_id hostname pathname querystring url_parameters page_title referrer channel " +
	"browser browser_version operating_system operating_system_version language country region city lat lon screen_width screen_height " +
	"device_type type event_name props identified_user_id ip timezone tag")

// parametersOf are the parameters of the query string, by name.
func parametersOf(e seen) object {
	o := object{}
	for name, value := range e.params {
		o = o.with(name, value)
	}
	slices.SortFunc(o, func(x, y member) int { return strings.Compare(x.name, y.name) })
	return o
}

// eval is the value of x.
func (c scope) eval(x *expr) any {
	switch x.kind {
	case "text":
		return x.name
	case "number":
		if n, err := strconv.ParseInt(x.name, 10, 64); err == nil {
			return n
		}
		n, _ := strconv.ParseFloat(x.name, 64)
		return n
	case "tuple":
		var list []any
		for _, arg := range x.args {
			list = append(list, c.eval(arg))
		}
		return list
	case "value of":
		o, ok := c.column(x.name).(object)
		if key, isText := c.eval(x.args[0]).(string); ok && isText {
			text, _ := o.value(key).(string)
			return text
		}
		panic(evalError("only a map has a value of a name"))
	case "column":
		alias, ok := c.aliases[x.name]
		switch {
		case !ok || c.own == x.name:
			return c.column(x.name)
		case alias.kind == "column":
			return c.column(alias.name)
		}
		c.own = x.name
		if c.depth++; c.depth > 20 {
			panic(evalError("an alias of itself"))
		}
		return c.eval(alias)
	case "call":
		return c.call(x)
	}
	return c.truth(x)
}

// column is that of the scope's event; of a group only what it is grouped by.
func (c scope) column(name string) any {
	get, known := scopedColumns[name]
	isKey := slices.ContainsFunc(c.grouped, func(e *expr) bool { return e.kind == "column" && e.name == name })
	if !known || c.grouped != nil && !isKey && !c.inside {
		panic(evalError("no column " + name + " here"))
	}
	return get(c.events[0])
}

// truth is x as a condition.
func (c scope) truth(x *expr) bool {
	switch x.kind {
	case "and":
		return c.truth(x.args[0]) && c.truth(x.args[1])
	case "or":
		return c.truth(x.args[0]) || c.truth(x.args[1])
	case "not":
		return !c.truth(x.args[0])
	case "in":
		v := c.eval(x.args[0])
		return slices.ContainsFunc(x.args[1].args, func(y *expr) bool { return compareValues(v, c.eval(y)) == 0 })
	}
	if !slices.Contains(comparisons, x.kind) {
		panic(evalError("no condition"))
	}
	by := compareValues(c.eval(x.args[0]), c.eval(x.args[1]))
	switch x.kind {
	case "=":
		return by == 0
	case "<":
		return by < 0
	case "<=":
		return by <= 0
	case ">":
		return by > 0
	case ">=":
		return by >= 0
	}
	return by != 0
}

// readSecond reads a time as ClickHouse does where it compares.
func readSecond(text string) second {
	t, err := time.Parse(time.DateTime, text)
	if err != nil {
		panic(evalError("no time: " + text))
	}
	return second(t.Unix())
}

// toDateTime is the function: a text in a zone, UTC if none is given.
func (c scope) toDateTime(x *expr) any {
	if s, ok := c.eval(x.args[0]).(second); ok {
		return s
	}
	text, _ := c.eval(x.args[0]).(string)
	zone := "UTC"
	if len(x.args) > 1 {
		zone, _ = c.eval(x.args[1]).(string)
	}
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "" {
		panic(evalError("no zone " + zone))
	}
	t, err := time.ParseInLocation(time.DateTime, text, loc)
	if err != nil {
		panic(evalError("no time: " + text))
	}
	return second(t.Unix())
}
