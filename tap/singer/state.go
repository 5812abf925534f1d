package singer

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"tap-reprise/internal/object"
	"tap-reprise/internal/program"
	"tap-reprise/tap"
)

// A State is a Singer state: bookmarks by stream, among keys of others that
// are carried through (Singer specification, "State").
type State struct {
	*tap.Bookmarks
	top []object.Member // without bookmarks
	at  int             // place of bookmarks among them
}

// newState is the state of a first run.
func newState() *State { return &State{Bookmarks: tap.NewBookmarks(nil)} }

// LoadState reads the state file at path. No path is a first run, and so is an
// empty file, of which it warns: a state was meant.
func LoadState(path string, log *slog.Logger) (*State, error) {
	if path == "" {
		return newState(), nil
	}
	data, err := program.ReadDocument("state", path)
	if err != nil {
		return nil, &program.Error{Code: program.ExitConfig, Err: err,
			Hint: "give --state the last STATE of an earlier run, or leave it out to start over"}
	}
	if object.Blank(data) {
		log.Warn(tap.EmptyState)
		return newState(), nil
	}
	s, err := parseState(data)
	if err != nil {
		return nil, &program.Error{Code: program.ExitConfig, Err: fmt.Errorf("state %s %w", path, err),
			Hint: `a state looks like {"bookmarks": {"<stream>": {…}}}; leave --state out to start over`}
	}
	s.Named = true
	return s, nil
}

// parseState reads a state in the forms people have at hand: the value of a
// STATE message, the whole message (the last line of a run), what `meltano
// state get` prints. Empty, null and {} are a first run.
func parseState(data []byte) (*State, error) {
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
	var marks []object.Member
	for _, m := range top {
		if m.Name != "bookmarks" {
			s.top = append(s.top, m)
			continue
		}
		s.at = len(s.top)
		if string(m.Value) == "null" {
			continue
		}
		if marks, err = object.Members(m.Value); err != nil {
			return nil, fmt.Errorf("is not a state: bookmarks: %w", err)
		}
	}
	for i, m := range marks {
		if kind := object.KindOf(m.Value); kind != "an object" && kind != "null" {
			return nil, fmt.Errorf("is not a state: bookmark %d: want an object, got %s", i+1, kind)
		}
	}
	s.Bookmarks = tap.NewBookmarks(marks)
	s.Named = len(s.top) > 0
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

// append appends the state as one JSON object on one line.
func (t *State) append(b []byte) []byte {
	b = append(b, '{')
	for i := 0; i <= len(t.top); i++ {
		if i == t.at {
			b = object.AppendMember(b, "bookmarks", nil)
			b = object.AppendObject(b, t.All())
		}
		if i < len(t.top) {
			b = object.AppendMember(b, t.top[i].Name, t.top[i].Value)
		}
	}
	return append(b, '}')
}
