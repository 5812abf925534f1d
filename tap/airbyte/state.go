package airbyte

import (
	"fmt"
	"log/slog"

	"tap-reprise/internal/object"
	"tap-reprise/internal/program"
	"tap-reprise/tap"
)

// A streamState is the state of one stream.
type streamState struct {
	bookmark tap.Bookmark // nil: nothing is read yet

	// refresh: the bookmark belongs to a full refresh, of the sync that job
	// names, or "" where the platform names none.
	refresh bool
	job     string // a JSON number

	ended bool

	account string // whose data is read; "": not known
}

// Keys of the state of a full refresh, around its bookmark.
const (
	refreshKey = "full_refresh"
	jobKey     = "sync_id"
	endedKey   = "ended"
)

// text is the stream_state: an object, whatever happened. A full refresh that
// has ended leaves the plain bookmark, unless another attempt of its sync may
// follow, which has to know it.
func (s *streamState) text() []byte {
	switch {
	case s.bookmark == nil && s.ended:
		return []byte(`{"__ab_no_cursor_state_message":true}`)
	case s.bookmark == nil:
		return []byte("{}")
	case !s.refresh || s.ended && s.job == "":
		return s.bookmark
	}
	b := object.AppendMember([]byte("{"), refreshKey, s.bookmark)
	if s.job != "" {
		b = object.AppendMember(b, jobKey, []byte(s.job))
	}
	if s.ended {
		b = object.AppendMember(b, endedKey, []byte("true"))
	}
	return append(b, '}')
}

// end marks the stream as complete and reports whether that changes text.
func (s *streamState) end() bool {
	s.ended = true
	return s.refresh || s.bookmark == nil
}

// serves reports whether a full refresh of the sync that job names goes on from
// s: after an attempt of the same sync that failed. The rows that any other
// state covers are not in the table that this refresh makes.
func (s streamState) serves(job string) bool {
	return s.refresh && s.job == job && (!s.ended || job != "")
}

// loadStates reads the state file at path. No path is a first run, and so
// are [] and {}, which platforms write for one; of an empty file it warns.
func loadStates(path string, log *slog.Logger) (states, error) {
	if path == "" {
		return nil, nil
	}
	data, err := program.ReadDocument("state", path)
	if err != nil {
		return nil, &program.Error{Code: program.ExitConfig, Err: err,
			Hint: "give --state the states of an earlier run, or leave it out to start over"}
	}
	if object.Blank(data) {
		log.Warn(tap.EmptyState)
	}
	states, err := parseStates(data)
	if err != nil {
		return nil, &program.Error{Code: program.ExitConfig, Err: fmt.Errorf("state %s %w", path, err),
			Hint: "a state is a list of STATE messages, one for each stream; leave --state out to start over"}
	}
	return states, nil
}
