package object

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	jsoniter "github.com/json-iterator/go"
)

// A Member is one key of a JSON object and its value, on one line.
type Member struct {
	Name  string
	Value json.RawMessage
}

// Members reads a JSON object, keys in their order. A key that comes twice
// keeps its first place and its last value. data must be valid JSON.
func Members(data []byte) ([]Member, error) {
	if kind := KindOf(data); kind != "an object" {
		return nil, fmt.Errorf("want an object, got %s", kind)
	}
	var line bytes.Buffer
	if err := json.Compact(&line, data); err != nil {
		return nil, err
	}
	it := jsoniter.ConfigCompatibleWithStandardLibrary.BorrowIterator(line.Bytes())
	defer jsoniter.ConfigCompatibleWithStandardLibrary.ReturnIterator(it)
	var out []Member
	at := map[string]int{}
	it.ReadMapCB(func(it *jsoniter.Iterator, name string) bool {
		value := json.RawMessage(it.SkipAndReturnBytes())
		if i, again := at[name]; again {
			out[i].Value = value
			return true
		}
		at[name] = len(out)
		out = append(out, Member{name, value})
		return true
	})
	if it.Error != nil {
		return nil, it.Error
	}
	return out, nil
}

// Tidy checks that data, a whole file, is one JSON document and returns it as UTF-8
// without a byte order mark; invalid characters are replaced. The error names line
// and column, and quotes nothing: the document may hold a secret.
func Tidy(data []byte) ([]byte, error) {
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

// Blank reports whether data, a whole file, holds nothing: white space, and the
// byte order mark that some editors begin a file with.
func Blank(data []byte) bool {
	text, err := decoded(data)
	return err == nil && len(bytes.TrimSpace(text)) == 0
}

// PlainType words an error of encoding/json about a wrong type without the
// names of Go.
func PlainType(err error) error {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return err
	}
	want := map[reflect.Kind]string{reflect.String: "text", reflect.Slice: "a list", reflect.Bool: "true or false"}[wrong.Type.Kind()]
	return fmt.Errorf("%s: want %s, got %s", cmp.Or(wrong.Field, "it"), cmp.Or(want, "an object"), strings.Fields(wrong.Value + " nothing")[0])
}

// KindOf names the kind of a JSON value for an error message.
func KindOf(data []byte) string {
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

// Encode writes v as JSON on one line. <, > and & stay as they are; what a terminal
// would obey or not show is escaped: catalogs are printed, too. It panics if v
// cannot be JSON.
func Encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("encode %T: %v", v, err)) // whoever calls it knows that v can be JSON
	}
	line := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	if !bytes.ContainsFunc(line, Unseen) {
		return line
	}
	var out []byte
	for _, r := range string(line) { // within a text: elsewhere JSON is ASCII
		if !Unseen(r) {
			out = utf8.AppendRune(out, r)
			continue
		}
		for _, half := range utf16.AppendRune(nil, r) {
			out = fmt.Appendf(out, `\u%04x`, half)
		}
	}
	return out
}

// Unseen reports whether r cannot be seen and is no blank: a terminal may obey it,
// or show its neighbours in another order.
func Unseen(r rune) bool {
	if r < 0x7f {
		return r < ' ' && !unicode.IsSpace(r)
	}
	return !unicode.IsPrint(r) && !unicode.IsSpace(r) || r == '\u0085' || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// AppendObject appends an object with the given members, in their order.
func AppendObject(b []byte, ms []Member) []byte {
	b = append(b, '{')
	for _, m := range ms {
		b = AppendMember(b, m.Name, m.Value)
	}
	return append(b, '}')
}

// AppendMember appends a key and its value to an object that was begun in b.
func AppendMember(b []byte, name string, value []byte) []byte {
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	b = append(b, Encode(name)...)
	b = append(b, ':')
	return append(b, value...)
}
