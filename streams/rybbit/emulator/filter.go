package emulator

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Filters of the sessions list
//
// Behaviour: filters is a JSON list of {parameter, type, value}: all have to
// hold, each for any of its values, against the text as it was sent. On Legacy
// a parameter that is no column of the list is a 500; on Current pathname,
// page_title, querystring, event_name and channel leave the sessions that have
// such an event in the window. What is no JSON, or no parameter of the server,
// is a 500 in three different forms.
//
// Source: recorded (*-filter-*, *-bad-filters, *-unknown-filter); which
// parameters there are: code. Others than the ones below are not modelled:
// the server rewrites them before it compares.

// A filter is one condition.
type filter struct {
	Parameter string `json:"parameter"`
	Type      string `json:"type"`
	Value     []any  `json:"value"`
}

type filters []filter

// rowFilters compare a column of the list, eventFilters any event.
var (
	rowFilters = []string{
		"country", "region", "language", "device_type", "browser", "operating_system", "hostname", "user_id",
		"utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content",
	}
	eventFilters = []string{"pathname", "page_title", "querystring", "event_name", "channel"}

	// otherFilters are known to the server and not modelled here.
	otherFilters = []string{
		"city", "referrer", "entry_page", "exit_page", "dimensions", "browser_version",
		"operating_system_version", "lat", "lon", "timezone", "tag",
	}
	filterTypes = []string{"equals", "not_equals", "contains", "not_contains"}
)

// filters reads the parameter, or says how the server refuses it.
func (s *Server) filters(r *request) (filters, *answer) {
	text := r.q.Get("filters")
	if text == "" {
		return nil, nil
	}
	var list filters
	if !json.Valid([]byte(text)) {
		if s.generation() == Legacy {
			return nil, s.crashed("Invalid JSON format")
		}
		return nil, s.failed(r)
	}
	if json.Unmarshal([]byte(text), &list) != nil {
		return nil, s.crashed("Cannot set property errors of [object Object] which has only a getter")
	}
	for _, f := range list {
		switch {
		case slices.Contains(otherFilters, f.Parameter) || !slices.Contains(filterTypes, f.Type):
			return nil, s.unmodelled(fmt.Sprintf("filter %q of type %q", f.Parameter, f.Type))
		case slices.Contains(rowFilters, f.Parameter):
		case slices.Contains(eventFilters, f.Parameter):
			if s.generation() == Legacy && f.Parameter != "channel" {
				return nil, s.failed(r)
			}
		default:
			return nil, s.crashed("Cannot set property errors of [object Object] which has only a getter")
		}
	}
	return list, nil
}

// match reports whether all hold for a row over the events of a view.
func (list filters) match(v *view, row object) bool {
	for _, f := range list {
		if !f.holds(v, row) {
			return false
		}
	}
	return true
}

func (f filter) holds(v *view, row object) bool {
	if value, ok := row.value(f.Parameter).(string); ok {
		return f.compare(value)
	}
	return slices.ContainsFunc(v.events, func(e seen) bool {
		return e.Session == row.value("session_id") && f.compare(e.text(f.Parameter))
	})
}

// text is the value that an event has for a parameter of eventFilters.
func (e seen) text(parameter string) string {
	switch parameter {
	case "pathname":
		return e.Path
	case "page_title":
		return e.Title
	case "querystring":
		return e.Query
	case "event_name":
		return e.EventName
	}
	return e.Channel
}

func (f filter) compare(text string) bool {
	return slices.ContainsFunc(f.Value, func(v any) bool {
		wanted := fmt.Sprint(v)
		switch f.Type {
		case "equals":
			return text == wanted
		case "not_equals":
			return text != wanted
		case "contains":
			return strings.Contains(text, wanted)
		}
		return !strings.Contains(text, wanted)
	})
}
