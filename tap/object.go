package tap

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	jsoniter "github.com/json-iterator/go"
)

// A member is one key of a JSON object and its value, on one line.
type member struct {
	name  string
	value json.RawMessage
}

// members reads a JSON object, keys in their order. A key that comes twice
// keeps its first place and its last value. data must be valid JSON.
func members(data []byte) ([]member, error) {
	if kind := kindOf(data); kind != "an object" {
		return nil, fmt.Errorf("want an object, got %s", kind)
	}
	var line bytes.Buffer
	if err := json.Compact(&line, data); err != nil {
		return nil, err
	}
	it := jsoniter.ConfigCompatibleWithStandardLibrary.BorrowIterator(line.Bytes())
	defer jsoniter.ConfigCompatibleWithStandardLibrary.ReturnIterator(it)
	var out []member
	at := map[string]int{}
	it.ReadMapCB(func(it *jsoniter.Iterator, name string) bool {
		value := json.RawMessage(it.SkipAndReturnBytes())
		if i, again := at[name]; again {
			out[i].value = value
			return true
		}
		at[name] = len(out)
		out = append(out, member{name, value})
		return true
	})
	if it.Error != nil {
		return nil, it.Error
	}
	return out, nil
}

// tidy checks that data, a whole file, is one JSON document and returns it as
// UTF-8 without byte order mark, and with what is invalid repaired. The error tells line and column, and
// quotes nothing: the document may hold a secret.
func tidy(data []byte) ([]byte, error) {
	data, err := decoded(data)
	if err != nil {
		return nil, err
	}
	if data = bytes.TrimSpace(data); len(data) == 0 {
		return nil, errors.New("is empty")
	}
	data = bytes.ToValidUTF8(data, []byte("\ufffd"))
	var raw json.RawMessage
	err = json.Unmarshal(data, &raw)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		head := data[:max(0, min(int(syntax.Offset)-1, len(data)))]
		line := bytes.Count(head, []byte("\n")) + 1
		column := len(head) - bytes.LastIndexByte(head, '\n')
		return nil, fmt.Errorf("is not JSON: line %d, column %d", line, column)
	}
	return data, err
}

// blank reports whether data, a whole file, holds nothing: white space, and the
// byte order mark that some editors begin a file with.
func blank(data []byte) bool {
	text, err := decoded(data)
	return err == nil && len(bytes.TrimSpace(text)) == 0
}

// plainType words an error of encoding/json about a wrong type without the
// names of Go.
func plainType(err error) error {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return err
	}
	want := map[reflect.Kind]string{reflect.String: "text", reflect.Slice: "a list", reflect.Bool: "true or false"}[wrong.Type.Kind()]
	return fmt.Errorf("%s: want %s, got %s", cmp.Or(wrong.Field, "it"), cmp.Or(want, "an object"), strings.Fields(wrong.Value + " nothing")[0])
}

// kindOf names the kind of a JSON value for an error message.
func kindOf(data []byte) string {
	data = bytes.TrimLeft(data, " \t\r\n")
	if len(data) == 0 {
		return "nothing"
	}
	switch data[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "text"
	case 't', 'f':
		return "true or false"
	case 'n':
		return "null"
	}
	return "a number"
}

// encode writes v as JSON on one line, with <, > and & as they are, and as escapes
// what a terminal would obey or not show: catalogs are printed, too.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("encode %T: %v", v, err)) // only types of this package come here
	}
	line := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	if !bytes.ContainsFunc(line, isOdd) {
		return line
	}
	var out []byte
	for _, r := range string(line) { // within a text: elsewhere JSON is ASCII
		if !isOdd(r) {
			out = utf8.AppendRune(out, r)
			continue
		}
		for _, half := range utf16.AppendRune(nil, r) {
			out = fmt.Appendf(out, `\u%04x`, half)
		}
	}
	return out
}
