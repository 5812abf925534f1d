package rybbit

import (
	"strconv"

	"tap-reprise/internal/stretch"
)

// limitParams are what the endpoints that have one call their limit.
var limitParams = map[string]string{atSessions: "limit", atSession: "limit", atUsers: "page_size"}

// paged is q with its limit as a parameter. Pages are never turned: the first has all.
func paged(q stretch.Query) stretch.Query {
	name := limitParams[q.Endpoint]
	if q.Limit == 0 || name == "" {
		return q
	}
	q = q.With(name, strconv.Itoa(q.Limit))
	if q.Endpoint != atSession {
		q = q.With("page", "1")
	}
	return q
}

// shown are the parameters that a debug log says of a request.
var shown = []string{"start_date", "end_date", "start_datetime", "end_datetime", "limit", "page_size"}

// about is what a debug log says of q.
func about(q stretch.Query) []any {
	attrs, values := []any{"endpoint", q.Endpoint, "of", q.Part}, paged(q).Values
	for _, name := range shown {
		if value := values.Get(name); value != "" {
			attrs = append(attrs, name, value)
		}
	}
	return attrs
}
