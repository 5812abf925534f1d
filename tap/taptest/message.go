package taptest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// A Message is one line of a Singer tap's stdout.
type Message struct {
	Type   string
	Stream string
	Record json.RawMessage
	Schema json.RawMessage
	Key    []string
	Value  json.RawMessage // of a STATE
}

// ParseMessage reads a line strictly: one JSON object of a known type that has
// that type's members and no other, none twice, and no blank around it.
func ParseMessage(line string) (Message, error) {
	var m Message
	given := map[string]bool{}
	if !isObject(line) {
		return m, fmt.Errorf("line %.200q: not a JSON object", line)
	}
	err := Members(line, func(name, literal string) error {
		if given[name] {
			return fmt.Errorf("%s comes twice", name)
		}
		given[name] = true
		return m.take(name, literal)
	})
	if err == nil && !m.whole(given) {
		err = fmt.Errorf("not a %s message", m.Type)
	}
	if err == nil && strings.TrimSpace(line) != line {
		err = fmt.Errorf("blanks around it")
	}
	if err != nil {
		return Message{}, fmt.Errorf("line %.200q: %w", line, err)
	}
	return m, nil
}

// take sets a member.
func (m *Message) take(name, literal string) error {
	text := func(to *string) error {
		v, err := Value(literal)
		if text, ok := v.(string); ok {
			*to = text
			return err
		}
		return fmt.Errorf("%s is no text", name)
	}
	switch name {
	case "type":
		return text(&m.Type)
	case "stream":
		return text(&m.Stream)
	case "record":
		m.Record = json.RawMessage(literal)
	case "schema":
		m.Schema = json.RawMessage(literal)
	case "key_properties":
		return json.Unmarshal([]byte(literal), &m.Key)
	case "bookmark_properties":
		return json.Unmarshal([]byte(literal), new([]string))
	case "time_extracted":
		return text(new(string))
	case "value":
		m.Value = json.RawMessage(literal)
	default:
		return fmt.Errorf("%s is no member of a message", name)
	}
	return nil
}

// allowed are the members of each type, those that it must have first.
var allowed = map[string][2]string{
	"SCHEMA": {"type stream schema key_properties", "bookmark_properties"},
	"RECORD": {"type stream record time_extracted", ""},
	"STATE":  {"type value", ""},
}

// whole reports whether the members that were given make a message.
func (m *Message) whole(given map[string]bool) bool {
	parts, known := allowed[m.Type]
	must, may := strings.Fields(parts[0]), strings.Fields(parts[1])
	count := 0
	for _, name := range must {
		if !given[name] {
			return false
		}
		count++
	}
	for _, name := range may {
		if given[name] {
			count++
		}
	}
	body := string(m.Record)
	switch m.Type {
	case "SCHEMA":
		known = known && len(m.Key) > 0
		body = string(m.Schema)
	case "STATE":
		body = string(m.Value)
	}
	return known && count == len(given) && (m.Type == "STATE" || m.Stream != "") && strings.HasPrefix(body, "{")
}
