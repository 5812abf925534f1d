package taptest

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// samples are objects, as a decoder reads them.
var samples = []string{
	`{}`, ` { } `, `{"a":1}`, `{ "a" : -1.50e+3 , "b":"x" }`, `{"a":"\"\\","b":[1,{"c":"}]"}],"d":{"e":{}},"f":null,"g":true,"h":false}`,
	"{\n\t\"a\":\r\n[ ]\n,\"b\":\"{,:\"}", `{"\u0061b":"\ud83d\ude00 ☃"}`, `{"a":9007199254740993,"b":18446744073709551615,"c":0.10}`,
}

func TestValuesAreADecoders(t *testing.T) {
	for _, text := range samples {
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		want := map[string]any{}
		require.NoError(t, d.Decode(&want), text)
		got, err := Values(strings.TrimLeft(text, " "))
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{``, `[]`, `1`, `{`, `{"a"}`, `{"a":1,}`, `{"a":01}`, `{"a":1} {}`, `{"a":"` + "\n" + `"}`, `{"a":1,"a":2}`} {
		_, err := Values(text)
		require.Error(t, err, text)
	}
}

// FuzzValues: what a decoder reads as an object without a member that comes
// twice, Values reads, and the same; all else is an error.
func FuzzValues(f *testing.F) {
	for _, text := range samples {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Values(text)
		if err != nil {
			return
		}
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		var want map[string]any
		require.NoError(t, d.Decode(&want))
		require.Equal(t, want, got)
	})
}

func TestMessagesAreReadStrictly(t *testing.T) {
	for _, line := range []string{
		`{"type":"STATE","value":{}}`,
		`{"type":"SCHEMA","stream":"s","schema":{},"key_properties":["k"]}`,
		`{"type":"SCHEMA","stream":"s","schema":{},"key_properties":["k"],"bookmark_properties":["b"]}`,
		`{"type":"RECORD","stream":"s","record":{"k":"1"},"time_extracted":"2026-07-01T00:00:00Z"}`,
	} {
		_, err := ParseMessage(line)
		require.NoError(t, err, line)
		for _, spoilt := range []string{
			line + " ", " " + line, line + line, strings.Replace(line, `"type"`, `"Type"`, 1), strings.Replace(line, "{", `{"more":1,`, 1),
			strings.Replace(line, "{", `{"type":"STATE",`, 1), strings.Replace(line, "STATE", "LOG", 1) + "x", line[:len(line)-1],
			strings.Replace(line, `"s"`, `""`, 1) + " ", strings.Replace(line, "{}", "[]", 1) + strings.Repeat(" ", strings.Count(line, "record")),
		} {
			_, err := ParseMessage(spoilt)
			require.Error(t, err, spoilt)
		}
	}
	for _, line := range []string{
		`{"type":"STATE","value":{},"stream":"s"}`, `{"type":"STATE"}`, `{"type":"STATE","value":null}`, `{"type":"ACTIVATE_VERSION","stream":"s"}`,
		`{"type":"SCHEMA","stream":"s","schema":{},"key_properties":[]}`, `{"type":"RECORD","stream":"s","record":{}}`, `{"type":"RECORD","stream":1,"record":{},"time_extracted":""}`,
	} {
		_, err := ParseMessage(line)
		require.Error(t, err, line)
	}
}

func TestWarehouseMergesByTheSchemasKey(t *testing.T) {
	out := Output{Stdout: `{"type":"STATE","value":{}}
{"type":"SCHEMA","stream":"s","schema":{},"key_properties":["k","l"]}
{"type":"RECORD","stream":"s","record":{"k":"1","l":"a","v":1},"time_extracted":""}
{"type":"RECORD","stream":"s","record":{"k":"2","l":"a","v":2},"time_extracted":""}
{"type":"RECORD","stream":"s","record":{"k":"1","l":"a","v":3.0},"time_extracted":""}
{"type":"RECORD","stream":"s","rec`}
	got := Warehouse{}.Load(t, out)
	want := Warehouse{"s": {
		"1 a": {"k": "1", "l": "a", "v": json.Number("3.0")},
		"2 a": {"k": "2", "l": "a", "v": json.Number("2")},
	}}
	require.Empty(t, Compare(want, got))
	delete(want["s"], "2 a")
	want["s"]["1 a"]["v"] = json.Number("3")
	want["t"] = Table{"3": {"k": "3"}}
	require.Equal(t, []string{
		`s 1 a: v is "3.0", want "3"`, "s: unknown row 2 a", "t: missing row 3: map[k:3]",
	}, Compare(want, got))
	require.Len(t, Lacks(want, got), 2)
	require.Empty(t, Lacks(want.Only("x"), got.Only("x")))
}
