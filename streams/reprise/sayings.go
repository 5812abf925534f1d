package reprise

import (
	"net/http"

	"tap-reprise/internal/api"
)

// sayings are the API's own words that decide more than a status does. Nothing
// else in this package looks into a text of the API.
var sayings = append([]api.Saying{
	// Section 7, data endpoints: "Token doesn't have access to this resource".
	{Says: "access to this resource", Statuses: []int{http.StatusForbidden}, Kind: api.NoAccess},
}, ofSize...)

// ofSize are the words of Tinybird and ClickHouse, on which the API stands, for a
// query that takes too long or an answer that is too large (section "Limits";
// ClickHouse's TIMEOUT_EXCEEDED, MEMORY_LIMIT_EXCEEDED, TOO_MANY_ROWS_OR_BYTES).
// They come as 400 or 500, or as an exception within a 200.
var ofSize = func() (list []api.Saying) {
	for _, word := range []string{"timeout", "timed out", "time out", "memory", "too large", "too big", "max_result", "response size", "size limit"} {
		list = append(list, api.Saying{Says: word, Kind: api.TooMuch,
			Statuses: []int{http.StatusOK, http.StatusBadRequest, http.StatusInternalServerError}})
	}
	return list
}()
