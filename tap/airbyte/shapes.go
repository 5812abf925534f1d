package airbyte

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"tap-reprise/internal/object"
	"tap-reprise/tap"
)

// parseStates reads a state in every form that platforms, PyAirbyte and
// older versions of the protocol have for it: a list of states of streams, of
// STATE messages, one of either alone, a GLOBAL or LEGACY one, an object by
// stream; and the state of a Singer run. Empty, null, [] and {} are a first
// run. Of a stream that comes twice the last counts.
func parseStates(data []byte) (states, error) {
	if object.Blank(data) {
		return nil, nil
	}
	data, err := object.Tidy(data)
	if err != nil {
		return nil, err
	}
	states := states{}
	if err := states.add(data); err != nil {
		return nil, fmt.Errorf("is not a state: %w", err)
	}
	return states, nil
}

// states are states by stream.
type states map[string]streamState

// add takes a document, or a part of one, in any form.
func (a states) add(data json.RawMessage) error {
	switch object.KindOf(data) {
	case "null":
		return nil
	case "a list":
		var list []json.RawMessage
		if err := json.Unmarshal(data, &list); err != nil {
			return err
		}
		for i, item := range list {
			if err := a.add(item); err != nil {
				return fmt.Errorf("item %d: %w", i+1, err)
			}
		}
		return nil
	case "an object":
		return a.addObject(data)
	}
	return fmt.Errorf("want a list or an object, got %s", object.KindOf(data))
}

// carriers are the keys under which a state lies inside another document, the
// outermost first.
var carriers = []string{"state", "value", "stream", "global", "stream_states", "stream_state", "global_state", "bookmarks", "data"}

// addObject takes an object: the state of a stream with its descriptor, a
// document around states, or states by stream.
func (a states) addObject(data json.RawMessage) error {
	keys, err := object.Members(data)
	if err != nil {
		return err
	}
	has := map[string]json.RawMessage{}
	for _, m := range keys {
		has[snake(m.Name)] = m.Value
	}
	if descriptor, ok := has["stream_descriptor"]; ok {
		return a.addStream(descriptor, has["stream_state"])
	}
	for _, carrier := range carriers {
		if inner, ok := has[carrier]; ok {
			return a.add(inner)
		}
	}
	if _, ok := has["state_type"]; ok {
		return nil // of a connection that has never synced
	}
	if kind, ok := has["type"]; ok && object.KindOf(kind) == "text" {
		return errors.New("a message without its part")
	}
	for _, m := range keys {
		if err := a.set(m.Name, m.Value); err != nil {
			return err
		}
	}
	return nil
}

func (a states) addStream(descriptor, state json.RawMessage) error {
	var stream streamDescriptor
	if err := json.Unmarshal(descriptor, &stream); err != nil {
		return fmt.Errorf("stream_descriptor: %w", object.PlainType(err))
	}
	if stream.Name == "" {
		return errors.New("a stream_descriptor without a name")
	}
	return a.set(stream.Name, state)
}

// set takes the state of a stream. One that says nothing but that there is
// none, in the protocol's own keys, is none.
func (a states) set(stream string, state json.RawMessage) error {
	if len(state) == 0 || string(state) == "null" || strings.HasPrefix(stream, ownKey) {
		return nil
	}
	keys, err := object.Members(state)
	if err != nil {
		return fmt.Errorf("the state of a stream: %w", err)
	}
	if refresh, ok := parseRefresh(keys); ok {
		a[stream] = refresh
		return nil
	}
	if slices.ContainsFunc(keys, func(m object.Member) bool { return !strings.HasPrefix(m.Name, ownKey) }) {
		a[stream] = streamState{bookmark: object.AppendObject(nil, keys)}
	}
	return nil
}

// parseRefresh reads what text writes of a full refresh.
func parseRefresh(keys []object.Member) (streamState, bool) {
	s := streamState{refresh: true}
	for _, m := range keys {
		switch {
		case m.Name == refreshKey && object.KindOf(m.Value) == "an object":
			s.bookmark = tap.Bookmark(m.Value)
		case m.Name == jobKey:
			s.job = string(m.Value)
		case m.Name == endedKey:
			s.ended = string(m.Value) == "true"
		}
	}
	return s, s.bookmark != nil
}

// ownKey begins the keys that the protocol itself puts into a state.
const ownKey = "__ab_"

// snake writes streamState, as the platform's API has it, as stream_state.
func snake(name string) string {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
