package reprise

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tap-reprise/internal/stretch"
)

// nameOf names a request in logs and errors.
func nameOf(q stretch.Query) string {
	shown := make(url.Values, len(q.Values))
	for name, list := range q.Values {
		shown[name] = list
		if slices.Contains(unshown, name) {
			shown[name] = []string{"***"}
		}
	}
	q.Values = shown
	return "GET " + q.Endpoint + ".json?" + encode(q)
}

// unshown are the parameters whose values come from the config as they are: the
// key may be among them by mistake.
var unshown = []string{"replay_ids", "link_ids", "activity_type"}

// encode writes the parameters of q, and a blank as %20, as the vendor's page asks.
func encode(q stretch.Query) string {
	return strings.ReplaceAll(paged(q).Encode(), "+", "%20")
}

// paged are the parameters of q with its limit and offset.
func paged(q stretch.Query) url.Values {
	if q.Limit > 0 {
		q = q.With("limit", strconv.Itoa(q.Limit))
	}
	if q.Offset > 0 {
		q = q.With("offset", strconv.Itoa(q.Offset))
	}
	return q.Values
}

// shown are the parameters that a debug log says of a request.
var shown = []struct{ param, name string }{
	{"start_timestamp", "start"}, {"end_timestamp", "end"}, {"since_ingested_at", "since"},
	{"group_by", "group_by"}, {"limit", "limit"}, {"offset", "offset"},
}

// about is what a debug log says of q.
func about(q stretch.Query) []any {
	attrs, values := []any{"pipe", q.Endpoint}, paged(q)
	for _, s := range shown {
		if value := values.Get(s.param); value != "" {
			attrs = append(attrs, s.name, value)
		}
	}
	return attrs
}
