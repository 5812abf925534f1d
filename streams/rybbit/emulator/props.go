package emulator

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
)

// Props and traits
//
// Behaviour: props is a column of ClickHouse's type JSON. Its names are sorted,
// a dot in a name makes a level ({"a.b":1} is {"a":{"b":1}}), and integers are
// quoted on Legacy, as ClickHouse did before 25.8. Elsewhere numbers go through
// JavaScript and lose what a double cannot hold. The events list shows the same
// as a text, called properties.
//
// traits come from PostgreSQL, as jsonb orders them: short names first, then by
// bytes. They are never quoted.
//
// Source: recorded (*-session-detail*, *-events-day, *-sessions-identified).

// parseProps reads what an event sends; "" is {}.
func parseProps(text string) (object, error) {
	if text == "" {
		return object{}, nil
	}
	v, err := parseJSON(text)
	if err != nil {
		return nil, err
	}
	o, ok := v.(object)
	if !ok {
		return nil, errors.New("an object is wanted")
	}
	return nested(o), nil
}

// nested is o with its dots made levels and its names sorted, everywhere.
func nested(o object) object {
	out := object{}
	for _, m := range o {
		value := m.value
		if inner, ok := value.(object); ok {
			value = nested(inner)
		}
		out = put(out, strings.Split(m.name, "."), value)
	}
	slices.SortStableFunc(out, func(x, y member) int { return strings.Compare(x.name, y.name) })
	return out
}

// put sets the value at a path. A value that already stands at it, or above
// it, gives way.
func put(o object, path []string, value any) object {
	i := slices.IndexFunc(o, func(m member) bool { return m.name == path[0] })
	if i < 0 {
		i = len(o)
		o = o.with(path[0], nil)
	}
	inner, isObject := o[i].value.(object)
	switch {
	case len(path) > 1:
		o[i].value = nested(put(inner, path[1:], value))
	case isObject && isObjectValue(value):
		for _, m := range value.(object) {
			inner = put(inner, []string{m.name}, m.value)
		}
		o[i].value = inner
	default:
		o[i].value = value
	}
	return o
}

func isObjectValue(v any) bool { _, ok := v.(object); return ok }

// numbersOf is v with its numbers as an answer has them: integers quoted or as
// a double, other numbers as a double.
func numbersOf(v any, quoted bool) any {
	switch v := v.(type) {
	case json.Number:
		if _, err := strconv.ParseInt(string(v), 10, 64); err == nil && quoted {
			return string(v)
		}
		n, _ := v.Float64()
		return n
	case object:
		out := make(object, 0, len(v))
		for _, m := range v {
			out = out.with(m.name, numbersOf(m.value, quoted))
		}
		return asJavaScript(out)
	case []any:
		out := make([]any, 0, len(v))
		for _, inner := range v {
			out = append(out, numbersOf(inner, quoted))
		}
		return out
	}
	return v
}

// propsOf are the props of an event as an object of an answer.
func propsOf(e *stored, g Generation) any {
	o, _ := parseProps(e.Props) // was parsed when the event was added
	return numbersOf(o, g == Legacy)
}

// propertiesOf are the props of an event as a text.
func propertiesOf(e *stored, g Generation) string {
	o, _ := parseProps(e.Props)
	return string(appendJSON(nil, exactNumbers(o, g == Legacy)))
}

// exactNumbers is v with its numbers as ClickHouse itself prints them into a
// text, integers of any size without loss.
func exactNumbers(v any, quoted bool) any {
	switch v := v.(type) {
	case json.Number:
		n, err := strconv.ParseInt(string(v), 10, 64)
		switch {
		case err == nil && quoted:
			return string(v)
		case err == nil:
			return n
		}
		return numbersOf(v, quoted)
	case object:
		out := make(object, 0, len(v))
		for _, m := range v {
			out = out.with(m.name, exactNumbers(m.value, quoted))
		}
		return out
	case []any:
		out := make([]any, 0, len(v))
		for _, inner := range v {
			out = append(out, exactNumbers(inner, quoted))
		}
		return out
	}
	return v
}

// traitsOf are the traits of a profile: an object, or nil if there is none.
func (v *view) traitsOf(name string) any {
	text := v.traits[name]
	if text == "" || name == "" {
		return nil
	}
	parsed, _ := parseJSON(text) // was parsed when the profile was set
	return numbersOf(binary(parsed), false)
}

// binary is v in the order of PostgreSQL's jsonb. The last of equal names
// stays.
func binary(v any) any {
	switch v := v.(type) {
	case object:
		out := object{}
		for _, m := range v {
			out = put(out, []string{m.name}, nil)
			i := slices.IndexFunc(out, func(o member) bool { return o.name == m.name })
			out[i].value = binary(m.value)
		}
		slices.SortStableFunc(out, func(x, y member) int {
			if len(x.name) != len(y.name) {
				return len(x.name) - len(y.name)
			}
			return strings.Compare(x.name, y.name)
		})
		return out
	case []any:
		for i := range v {
			v[i] = binary(v[i])
		}
	}
	return v
}
