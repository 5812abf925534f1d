package tap

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
)

// A state is a Singer state: bookmarks by stream, among keys of others that
// are carried through (singer specification, "State"; rules S1 and S2).
type state struct {
	top   []member // without bookmarks
	at    int      // place of bookmarks among them
	marks []member
}

// newState is the state of a first run.
func newState() *state { return &state{} }

// loadState reads the state file at path. No path is a first run.
func loadState(path string) (*state, error) {
	if path == "" {
		return newState(), nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, &Error{Code: ExitConfig, Err: fmt.Errorf("read state: %w", err),
			Hint: "give --state the last STATE of an earlier run, or leave it out to start over"}
	}
	s, err := parseState(data)
	if err != nil {
		return nil, &Error{Code: ExitConfig, Err: fmt.Errorf("state %s %w", path, err),
			Hint: `a state looks like {"bookmarks": {"<stream>": {…}}}; leave --state out to start over`}
	}
	return s, nil
}

// parseState reads a state in the forms people have at hand: the value of a
// STATE message, the whole message (the last line of a run), what `meltano
// state get` prints. Empty, null and {} are a first run.
func parseState(data []byte) (*state, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return newState(), nil
	}
	data, err := tidy(data)
	if err != nil {
		return nil, err
	}
	if string(data) == "null" {
		return newState(), nil
	}
	if data[0] == '[' {
		return nil, errors.New("is a list, as Airbyte keeps it")
	}
	top, err := members(data)
	if err != nil {
		return nil, fmt.Errorf("is not a state: %w", err)
	}
	if inner := wrapped(top); inner != nil {
		return parseState(inner)
	}
	s := newState()
	for _, m := range top {
		if m.name != "bookmarks" {
			s.top = append(s.top, m)
			continue
		}
		s.at = len(s.top)
		if string(m.value) == "null" {
			continue
		}
		if s.marks, err = members(m.value); err != nil {
			return nil, fmt.Errorf("is not a state: bookmarks: %w", err)
		}
	}
	for _, m := range s.marks {
		if kind := kindOf(m.value); kind != "an object" && kind != "null" {
			return nil, fmt.Errorf("is not a state: bookmark of %q: want an object, got %s", m.name, kind)
		}
	}
	return s, nil
}

// wrapped returns the state inside a STATE message or Meltano's wrapper, or nil.
func wrapped(top []member) json.RawMessage {
	inner, message := json.RawMessage(nil), false
	for _, m := range top {
		switch m.name {
		case "bookmarks":
			return nil
		case "type":
			message = string(m.value) == `"STATE"`
		case "value", "singer_state":
			inner = m.value
		}
		if m.name == "singer_state" {
			message = true
		}
	}
	if message && kindOf(inner) == "an object" {
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
			if m.name == name && len(m.value) > 2 && m.value[0] == '{' {
				return Bookmark(m.value)
			}
		}
	}
	return nil
}

// warnUnused tells when a state that was given will not be used at all: it is
// then another tool's, and everything is loaded again.
func (t *state) warnUnused(streams []Stream, log *slog.Logger) {
	if len(t.top)+len(t.marks) == 0 {
		return
	}
	for _, s := range streams {
		if t.bookmark(s) != nil {
			return
		}
	}
	log.Warn("the state has no bookmark for any stream of this source: every stream starts over")
}

// set replaces the bookmark of a stream; checkBookmark must have passed it.
func (t *state) set(stream string, b Bookmark) {
	b = bytes.Clone(b)
	for i := range t.marks {
		if t.marks[i].name == stream {
			t.marks[i].value = b
			return
		}
	}
	t.marks = append(t.marks, member{stream, b})
}

// append appends the state as one JSON object on one line.
func (t *state) append(b []byte) []byte {
	b = append(b, '{')
	for i := 0; i <= len(t.top); i++ {
		if i == t.at {
			b = appendMember(b, "bookmarks", nil)
			b = appendObject(b, t.marks)
		}
		if i < len(t.top) {
			b = appendMember(b, t.top[i].name, t.top[i].value)
		}
	}
	return append(b, '}')
}

// checkBookmark reports a bookmark that would break the line it is written on.
func checkBookmark(b Bookmark) error {
	if kindOf(b) != "an object" || !json.Valid(b) || bytes.ContainsAny(b, "\r\n") {
		return fmt.Errorf("bookmark is not a JSON object on one line: %.120q", []byte(b))
	}
	return nil
}

func appendObject(b []byte, ms []member) []byte {
	b = append(b, '{')
	for _, m := range ms {
		b = appendMember(b, m.name, m.value)
	}
	return append(b, '}')
}

// appendMember appends a key and its value to an object that was begun in b.
func appendMember(b []byte, name string, value []byte) []byte {
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	b = append(b, encode(name)...)
	b = append(b, ':')
	return append(b, value...)
}
