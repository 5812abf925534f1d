package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

// POST /api/organizations/:org/analytics/query
//
// Behaviour: {"query": "SELECT …"} reads scoped_events, the raw events of the
// organisation's sites, where text stays text. "siteId" leaves one site.
// {"data":[row],"meta":{queryId, rowCount, maxExecutionTimeSeconds, maxRows}}.
// 1,000 rows at most: the rest is cut, and nothing says so. Current only.
//
// What no rule allows is a 400 with the rule's words; what ClickHouse refuses
// is a 400 "Failed to run query". So is whatever the evaluator does not model:
// it knows one SELECT with WHERE, GROUP BY, HAVING, ORDER BY and LIMIT, see
// query_parse.go and query_eval.go. Without ORDER BY, and among rows that tie,
// the order is another with every request.
//
// Source: recorded (current-sql-*); the rules and the last words: code.
func query(s *Server, r *request) *answer {
	var sent struct {
		Query  *string `json:"query"`
		SiteID *int    `json:"siteId"`
	}
	if json.Unmarshal(r.call.Sent, &sent) != nil || sent.Query == nil {
		return s.refuse(http.StatusBadRequest, "Required")
	}
	if reason := forbidden(*sent.Query); reason != "" {
		return s.refuse(http.StatusBadRequest, reason)
	}
	statement, err := parseStatement(*sent.Query)
	if err != nil {
		return s.refuse(http.StatusBadRequest, "Failed to run query")
	}
	var scoped []seen
	for _, site := range s.Account.siteList() {
		if site.Organisation == r.organisation && (sent.SiteID == nil || *sent.SiteID == site.Number) {
			scoped = append(scoped, s.Account.view(site.Number, s.Now(), everything).events...)
		}
	}
	if !s.Dialect.Quiet {
		random := s.random()
		random.Shuffle(len(scoped), func(i, j int) { scoped[i], scoped[j] = scoped[j], scoped[i] })
	}
	rows, err := statement.run(slices.Clip(scoped))
	if err != nil {
		return s.refuse(http.StatusBadRequest, "Failed to run query")
	}
	rows = rows[:min(len(rows), maxQueryRows)]
	return s.answer(http.StatusOK, object{{"data", rows}, {"meta", object{
		{"queryId", s.queryID()}, {"rowCount", len(rows)}, {"maxExecutionTimeSeconds", 10}, {"maxRows", maxQueryRows},
	}}}, len(rows))
}

const maxQueryRows = 1000

// queryID is another with every query.
func (s *Server) queryID() string {
	r := s.random()
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<12), r.IntN(1<<12), r.Int64N(1<<48))
}
