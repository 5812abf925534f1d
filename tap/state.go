package tap

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"tap-reprise/internal/object"
	"tap-reprise/internal/program"
)

// A state is a Singer state: bookmarks by stream, among keys of others that
// are carried through (singer specification, "State"; rules S1 and S2).
type state struct {
	top   []object.Member // without bookmarks
	at    int             // place of bookmarks among them
	marks []object.Member
	given bool // it comes from a file that somebody named

	account string // whose data is read; "": not known
}

// newState is the state of a first run.
func newState() *state { return &state{} }

// loadState reads the state file at path. No path is a first run, and so is an
// empty file, of which it warns: a state was meant.
func loadState(path string, log *slog.Logger) (*state, error) {
	if path == "" {
		return newState(), nil
	}
	data, err := program.ReadDocument("state", path)
	if err != nil {
		return nil, &program.Error{Code: program.ExitConfig, Err: err,
			Hint: "give --state the last STATE of an earlier run, or leave it out to start over"}
	}
	if object.Blank(data) {
		log.Warn(emptyState)
		return newState(), nil
	}
	s, err := parseState(data)
	if err != nil {
		return nil, &program.Error{Code: program.ExitConfig, Err: fmt.Errorf("state %s %w", path, err),
			Hint: `a state looks like {"bookmarks": {"<stream>": {…}}}; leave --state out to start over`}
	}
	s.given = true
	return s, nil
}

// emptyState is the warning of a file that holds nothing.
const emptyState = "the state file is empty: loading everything from start_date"

// parseState reads a state in the forms people have at hand: the value of a
// STATE message, the whole message (the last line of a run), what `meltano
// state get` prints. Empty, null and {} are a first run.
func parseState(data []byte) (*state, error) {
	if object.Blank(data) {
		return newState(), nil
	}
	data, err := object.Tidy(data)
	if err != nil {
		return nil, err
	}
	if string(data) == "null" {
		return newState(), nil
	}
	if data[0] == '[' {
		return nil, errors.New("is a list, as Airbyte keeps it")
	}
	top, err := object.Members(data)
	if err != nil {
		return nil, fmt.Errorf("is not a state: %w", err)
	}
	if inner := wrapped(top); inner != nil {
		return parseState(inner)
	}
	s := newState()
	for _, m := range top {
		if m.Name != "bookmarks" {
			s.top = append(s.top, m)
			continue
		}
		s.at = len(s.top)
		if string(m.Value) == "null" {
			continue
		}
		if s.marks, err = object.Members(m.Value); err != nil {
			return nil, fmt.Errorf("is not a state: bookmarks: %w", err)
		}
	}
	for i, m := range s.marks {
		if kind := object.KindOf(m.Value); kind != "an object" && kind != "null" {
			return nil, fmt.Errorf("is not a state: bookmark %d: want an object, got %s", i+1, kind)
		}
	}
	return s, nil
}

// wrapped returns the state inside a STATE message or Meltano's wrapper, or nil.
func wrapped(top []object.Member) json.RawMessage {
	inner, message := json.RawMessage(nil), false
	for _, m := range top {
		switch m.Name {
		case "bookmarks":
			return nil
		case "type":
			message = string(m.Value) == `"STATE"`
		case "value", "singer_state":
			inner = m.Value
		}
		if m.Name == "singer_state" {
			message = true
		}
	}
	if message && object.KindOf(inner) == "an object" {
		return inner
	}
	return nil
}

// bookmark returns the bookmark of s, or one kept under a name that another
// connector gave to s, or nil. A null is as good as none: merging stores
// cannot remove a key.
func (t *state) bookmark(s Stream) Bookmark {
	for _, name := range append([]string{s.Name}, s.Aliases...) {
		for _, m := range t.marks {
			if m.Name == name && len(m.Value) > 2 && m.Value[0] == '{' {
				return Bookmark(m.Value)
			}
		}
	}
	return nil
}

// warnStarts tells which of tasks start over although a state was given. One
// that has no bookmark for any stream is another tool's, or that of a run that
// came to nothing.
func (t *state) warnStarts(streams []Stream, tasks []task, log *slog.Logger) {
	if !t.given && len(t.top)+len(t.marks) == 0 {
		return
	}
	if !slices.ContainsFunc(streams, func(s Stream) bool { return t.bookmark(s) != nil }) {
		log.Warn("the state has no bookmark for any stream of this source: every stream starts over")
		return
	}
	for _, task := range tasks {
		s := task.stream
		switch {
		case t.bookmark(s) != nil:
		case slices.ContainsFunc(t.marks, func(m object.Member) bool { return m.Name == s.Name }):
			log.Warn("the bookmark in the state is empty: the stream starts over", "stream", s.Name)
		default:
			log.Info("the state does not know the stream: it is loaded from start_date", "stream", s.Name)
		}
	}
}

// set replaces the bookmark of a stream; checkBookmark must have passed it.
func (t *state) set(stream string, b Bookmark) {
	for i := range t.marks {
		if m := &t.marks[i]; m.Name == stream {
			m.Value = bytes.Clone(remember(b, m.Value, t.account))
			return
		}
	}
	t.marks = append(t.marks, object.Member{Name: stream, Value: bytes.Clone(remember(b, nil, t.account))})
}

// append appends the state as one JSON object on one line.
func (t *state) append(b []byte) []byte {
	b = append(b, '{')
	for i := 0; i <= len(t.top); i++ {
		if i == t.at {
			b = object.AppendMember(b, "bookmarks", nil)
			b = object.AppendObject(b, t.marks)
		}
		if i < len(t.top) {
			b = object.AppendMember(b, t.top[i].Name, t.top[i].Value)
		}
	}
	return append(b, '}')
}

// checkBookmark reports a bookmark that would break the line it is written on.
func checkBookmark(b Bookmark) error {
	if object.KindOf(b) != "an object" || !json.Valid(b) || bytes.ContainsAny(b, "\r\n") {
		return fmt.Errorf("its bookmark of %d bytes is not a JSON object on one line", len(b))
	}
	return nil
}
