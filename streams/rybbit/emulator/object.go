package emulator

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// An object is a JSON object whose members keep their order.
type object []member

// A member is one name and value of an object. Values are nil, bool, int,
// int64, float64, string, object and []any.
type member struct {
	name  string
	value any
}

// with is o with one more member.
func (o object) with(name string, value any) object { return append(o, member{name, value}) }

// value is that of the member called name, nil if there is none.
func (o object) value(name string) any {
	for _, m := range o {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// MarshalJSON lets test code and the control paths encode an object.
func (o object) MarshalJSON() ([]byte, error) { return appendJSON(nil, o), nil }

// appendJSON appends v as JSON.stringify prints it, without blanks.
func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case float64:
		return append(b, printNumber(v)...)
	case string:
		return appendText(b, v)
	case []object:
		return appendList(b, v)
	case []any:
		return appendList(b, v)
	case object:
		b = append(b, '{')
		for i, m := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendText(b, m.name), ':')
			b = appendJSON(b, m.value)
		}
		return append(b, '}')
	}
	panic("no JSON of this type is sent")
}

func appendList[T any](b []byte, list []T) []byte {
	b = append(b, '[')
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendJSON(b, v)
	}
	return append(b, ']')
}

// appendText escapes what JSON.stringify escapes: quotes, backslashes and
// control characters. Letters stay as they are.
func appendText(b []byte, s string) []byte {
	const short = `bt.nfr` // \b is 8, \v has no short form
	b = append(b, '"')
	for _, c := range strings.ToValidUTF8(s, "\ufffd") {
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', byte(c))
		case c >= 8 && c <= 13 && c != 11:
			b = append(b, '\\', short[c-8])
		case c < 32:
			const hex = "0123456789abcdef"
			b = append(b, `\u00`...)
			b = append(b, hex[c>>4], hex[c&15])
		default:
			b = append(b, string(c)...)
		}
	}
	return append(b, '"')
}

// parseJSON reads one JSON value and keeps the order of members. A number is a
// json.Number.
func parseJSON(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	v, err := readValue(d)
	if err == nil && d.More() {
		return nil, strconv.ErrSyntax
	}
	return v, err
}

func readValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		o := object{}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			value, err := readValue(d)
			if err != nil {
				return nil, err
			}
			o = o.with(name.(string), value)
		}
		_, err = d.Token()
		return o, err
	case json.Delim('['):
		list := []any{}
		for d.More() {
			value, err := readValue(d)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		_, err = d.Token()
		return list, err
	}
	return token, nil
}

// asJavaScript moves names that are whole numbers to the front, by size: so
// JavaScript keeps the members of an object, in which every answer was once.
func asJavaScript(o object) object {
	isIndex := func(m member) bool {
		n, err := strconv.ParseUint(m.name, 10, 32)
		return err == nil && strconv.FormatUint(n, 10) == m.name
	}
	slices.SortStableFunc(o, func(x, y member) int {
		switch xi, yi := isIndex(x), isIndex(y); {
		case xi && yi && len(x.name) != len(y.name):
			return len(x.name) - len(y.name)
		case xi && yi:
			return strings.Compare(x.name, y.name)
		case xi:
			return -1
		case yi:
			return 1
		}
		return 0
	})
	return o
}
