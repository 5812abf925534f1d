package rybbit

import (
	"errors"
	"fmt"

	jsoniter "github.com/json-iterator/go"

	"tap-reprise/internal/api"
	"tap-reprise/internal/stretch"
	"tap-reprise/streams"
)

// manyEvents is more than a session has.
const manyEvents = 1_000_000

// counted are the columns of a session that say whether its events have changed. A
// change of the user's name or traits is none.
var counted = []string{"session_id", "session_start", "session_end", "pageviews", "events", "errors", "outbound",
	"button_clicks", "copies", "form_submits", "input_changes"}

// askEvents asks for the events of a session, all at once: within a second their order
// is not promised.
func askEvents(r *streams.Reader, session []byte) (stretch.Query, []byte, error) {
	id := jsoniter.Get(session, "session_id").ToString()
	if id == "" {
		return stretch.Query{}, nil, errors.New("a session has no session_id")
	}
	return r.Base().With(idParam, id).Rows(manyEvents, 0), fmt.Appendf(nil, `"session_id":%q`, id), nil
}

// allEvents refuses an answer that does not hold as many events as it says. It is
// asked for again, whole.
func allEvents(q stretch.Query, p *stretch.Sheet) error {
	total := jsoniter.Get([]byte(p.Beside["pagination"]), "total")
	if total.LastError() == nil && total.ToInt() != len(p.Rows) {
		return &api.Error{Kind: api.Broken, What: q.Endpoint, Err: fmt.Errorf("the answer has %d of %d events", len(p.Rows), total.ToInt())}
	}
	return nil
}
