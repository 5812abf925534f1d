package taptest

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Values are the members of a JSON object, as encoding/json decodes them with
// UseNumber: the digits of a number are kept. A member that comes twice is an
// error, and so is text that is not UTF-8. (It is a fraction of the work of a
// decoder: tests read millions of rows.)
func Values(object string) (map[string]any, error) {
	if !isObject(object) {
		return nil, fmt.Errorf("not a JSON object: %.200q", object)
	}
	return valuesOf(object)
}

func isObject(text string) bool {
	return strings.HasPrefix(text, "{") && utf8.ValidString(text) && json.Valid([]byte(text))
}

// valuesOf is Values of what is known to be an object.
func valuesOf(object string) (map[string]any, error) {
	values := make(map[string]any, 32)
	err := Members(object, func(name, literal string) (err error) {
		if _, twice := values[name]; twice {
			return fmt.Errorf("member %q comes twice", name)
		}
		values[name], err = Value(literal)
		return err
	})
	return values, err
}

// Value is what a JSON literal stands for, as in [Values].
func Value(literal string) (any, error) {
	switch {
	case literal == "null":
		return nil, nil
	case literal == "true", literal == "false":
		return literal == "true", nil
	case literal == "":
		return nil, fmt.Errorf("no literal")
	case literal[0] == '"' && strings.IndexByte(literal, '\\') < 0:
		return literal[1 : len(literal)-1], nil
	case literal[0] == '-' || literal[0] >= '0' && literal[0] <= '9':
		return json.Number(literal), nil
	}
	d := json.NewDecoder(strings.NewReader(literal))
	d.UseNumber()
	var v any
	return v, d.Decode(&v)
}

// Members calls each for the members of a text that is known to be a JSON
// object, such as a Message's Record: in order, with the text of their values.
// Names and texts share object's memory. An error of each ends it.
func Members(object string, each func(name, literal string) error) error {
	at := 1
	for {
		at = skipBlanks(object, at)
		if object[at] == '}' {
			return nil
		}
		if object[at] == ',' {
			at = skipBlanks(object, at+1)
		}
		end := literalEnd(object, at)
		name, err := Value(object[at:end])
		if err != nil {
			return err
		}
		at = skipBlanks(object, end)  // the colon
		at = skipBlanks(object, at+1) // the value
		end = literalEnd(object, at)
		if err := each(name.(string), object[at:end]); err != nil {
			return err
		}
		at = end
	}
}

func skipBlanks(text string, at int) int {
	for at < len(text) && strings.IndexByte(" \t\r\n", text[at]) >= 0 {
		at++
	}
	return at
}

// literalEnd is where the value that begins at ends.
func literalEnd(text string, at int) int {
	depth := 0
	for i := at; i < len(text); i++ {
		switch text[i] {
		case '"':
			i = stringEnd(text, i)
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ':', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i
			}
		}
	}
	return len(text)
}

// stringEnd is the place of the quote that ends the string that begins at.
func stringEnd(text string, at int) int {
	for i := at + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(text) - 1
}
