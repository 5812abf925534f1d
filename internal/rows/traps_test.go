package rows

import (
	"fmt"
	"strings"
	"testing"
)

const everyKind = `[
	{"name":"id","type":"Text Key Source"}, {"name":"at","type":"Time Clock"}, {"name":"keep","type":"Keep"},
	{"name":"text","type":"Text"}, {"name":"int","type":"Integer Needed"}, {"name":"num","type":"Number Float"},
	{"name":"bool","type":"Boolean"}, {"name":"json","type":"JSON Float"}, {"name":"there","type":"Time Berlin Source"},
	{"name":"gone","type":"Keep Drop Source Constant"}, {"name":"upper","type":"Keep Upper"}, {"name":"k\"ö","type":"Integer Key"}]`

// inAnswer puts a row between two plain ones.
func inAnswer(row []byte) []byte {
	const plain = `{"id":"a","at":"2026-01-02 03:04:05","keep":1,"text":"x","int":1,"num":1.5,"bool":true,"json":[1],"there":null,"gone":"g","upper":"u","k\"ö":1}`
	return fmt.Appendf(nil, "{\"meta\":%s,\n\"data\":[\n%s,\n%s,\n%s\n],\"rows\":3}", everyKind, plain, row, plain)
}

// inRow gives a value to every column.
func inRow(value []byte) []byte {
	var row strings.Builder
	for i, name := range []string{"id", "at", "keep", "text", "int", "num", "bool", "json", "there", "gone", "upper", `k\"ö`, "else"} {
		fmt.Fprintf(&row, "%s\"%s\":%s", separator(i), name, value)
	}
	return inAnswer([]byte("{" + row.String() + "}"))
}

// separator is what stands before the i-th member or element.
func separator(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

// answers are whole bodies: each broke a prototype, or is there to break one.
var answers = map[string]string{
	"empty":                       ``,
	"blanks":                      " \n",
	"empty object":                `{}`,
	"no data":                     `{"rows":0}`,
	"no rows":                     `{"data":[],"rows":0}`,
	"data without meta":           `{"data":[{"id":"x","v":[1, 2]}]}`,
	"meta first":                  `{"meta":[{"name":"id","type":"Text"}],"data":[{"id":"x"}]}`,
	"meta after data":             `{"data":[{"id":1, "v":" "}],"meta":[{"name":"v","type":"Keep"},{"type":"Text","name":"id","more":{}}]}`,
	"meta null":                   `{"meta":null,"data":[{"id":1}]}`,
	"meta empty":                  `{"meta":[],"data":[{"id":1},{}]}`,
	"meta twice":                  `{"meta":[],"data":[{"id":1}],"meta":[]}`,
	"meta without type":           `{"meta":[{"name":"a"}],"data":[]}`,
	"meta with a number as type":  `{"meta":[{"name":"a","type":1}],"data":[]}`,
	"meta of numbers":             `{"meta":[1],"data":[]}`,
	"meta with a column twice":    `{"meta":[{"name":"a","type":""},{"name":"a","type":""}],"data":[]}`,
	"data twice":                  `{"data":[],"data":[]}`,
	"data null":                   `{"data":null}`,
	"data an object":              `{"data":{}}`,
	"data spelled with an escape": `{"d\u0061ta":[{"id":1}],"row\u0073":1}`,
	"row of a number":             `{"data":[1]}`,
	"row missing between commas":  `{"data":[{},,{}]}`,
	"comma at the end of data":    `{"data":[{},]}`,
	"comma at the end of a row":   `{"data":[{"id":1,}]}`,
	"comma at the end":            `{"data":[],}`,
	"decoy before":                `{"statistics":{"data":[1],"meta":2,"rows":"data\":["},"data":[{"id":"\"data\":["}],"rows":1}`,
	"decoy object with error":     `{"x":{"error":"no","exception":"no"},"data":[]}`,
	"exception":                   `{"data":[{"id":1}],"exception":"Code: 395"}`,
	"exception null":              `{"data":[{"id":1}],"exception":null}`,
	"error":                       `{"error":"no","documentation":"https:\/\/x"}`,
	"count wrong":                 `{"data":[{}],"rows":2}`,
	"count right, quoted":         `{"data":[{}],"rows":"1","rows_before_limit_at_least":"7"}`,
	"count a fraction":            `{"data":[{}],"rows":1.0}`,
	"count negative":              `{"data":[{}],"rows":-1,"rows_before_limit_at_least":-1}`,
	"count a text":                `{"data":[],"rows":""}`,
	"count \"null\"":              `{"data":[],"rows":"null"}`,
	"count null":                  `{"data":[{}],"rows":null,"rows_before_limit_at_least":null}`,
	"before no number":            `{"data":[{}],"rows_before_limit_at_least":{}}`,
	"two answers":                 `{"data":[]}{"data":[]}`,
	"blanks behind":               "{\"data\":[]}\r\n\t ",
	"NUL behind":                  "{\"data\":[]}\x00",
	"BOM":                         "\uFEFF{\"data\":[]}",
	"broken off in a row":         `{"data":[{"id":"x`,
	"broken off after a number":   `{"data":[],"rows":0`,
	"broken off after data":       `{"data":[{"id":"x"}]`,
	"NUL in a string":             "{\"data\":[{\"id\":\"\x00\"}]}",
	"tabs":                        "{\n\t\"meta\":\n\t[\n\t\t{\n\t\t\t\"name\": \"id\",\n\t\t\t\"type\": \"Text Key\"\n\t\t}\n\t],\n\n\t\"data\":\n\t[\n\t\t{\n\t\t\t\"id\": \"a\"\n\t\t},\n\t\t{\n\t\t\t\"id\": \"b\"\n\t\t}\n\t],\n\n\t\"rows\": 2\n}\n",
	"CRLF":                        "{\r\n\"data\" :\r\n[ {\r\n\"id\"\r\n:\r\n\"a\"\r\n,\"v\":{\r\n\"x\":\r\n1}\r\n}\r\n,{\r\n\"id\"\r\n:\r\n\"b\"\r\n}\r\n]\r\n}",
	"layout with an empty tail":   `{"data":[{"id":1,"v":2}{"id":1,"v":2}]}`,
	"layout, then blanks":         `{"data":[{"id":1,"v":2},{"id": 1 , "v":  2 },{"id":1,"v":2}]}`,
	"layout of neighbours, then blanks": `{"meta":[{"name":"id","type":"Text"},{"name":"v","type":"Text"},{"name":"a name that is longer than thirty-two bytes","type":"Keep"}],"data":[` +
		strings.Repeat(`{"id":"1","v":"2","a name that is longer than thirty-two bytes":3},{"id":"1","v":`+"\n\n"+`"2","a name that is longer than thirty-two bytes": 3},`, 3) + `{}]}`,
	"long name":                         `{"meta":[{"name":"a name that is longer than thirty-two bytes","type":"Keep"}],"data":[{"a name that is longer than thirty-two bytes":3}]}`,
	"layouts by turns":                  `{"data":[` + strings.Repeat(`{"id":1,"x":0,"v":2},{"id":1,"at":"2026-01-01"},{"x":5,"id":1},{"id":3},{"id":2,"x":0,"v":3,"y":4},`, 40) + `{}]}`,
	"layout, then strangers behind one": `{"data":[{"x":1,"id":2},{"x":1,"id":2},{"x":1,"id":2,"v":3},{"x":1,"v":5}]}`,
	"layout, then blanks before values": `{"data":[{"id":1,"v":2},{"id":1,"v":` + "\n" + `2},{"id":` + "\n" + `"a","v":2},{"id":1,"v":2}]}`,
	"layout with a column twice":        `{"data":[{"id":1,"v":2,"v":3},{"id":1,"v":2,"v":3},{"id":1,"v":2},{"id":1},{"v":5,"id":7}]}`,
	"layout with fewer columns":         `{"data":[{"id":1},{"id":1,"v":2},{"id":1},{},{"id":2},{"v":1},{"id":3}]}`,
	"layout, then another order":        `{"data":[{"id":1,"at":"2026-01-01","v":2},{"v":2,"id":1},{"at":"","v":3,"id":4},{}]}`,
	"layout, then strangers":            `{"data":[{"id":1,"v":2},{"id":1,"x":5,"v":2,"y":{}},{"id":1,"x":5,"v":2,"y":{}},{"x":1,"x":1}]}`,
	"layout, then the column again":     `{"data":[{"id":1,"v":2},{"id":1,"v":2,"v":3},{"id":1,"v":2,"id":9}]}`,
	"layout, then first no comma":       `{"data":[{"id":1,"v":2},{"x":1"id":1,"v":2}]}`,
	"layout, then no comma":             `{"data":[{"id":1,"v":2},{"id":1"v":2}]}`,
	"layout, then a comma too many":     `{"data":[{"id":1,"v":2},{,"id":1,"v":2}]}`,
	"layout, then a key in escapes":     `{"data":[{"id":1,"v":2},{"\u0069d":1,"\u0076":2,"\ud800":3,"\uFFFD":4}]}`,
	"layout of a row without values":    `{"data":[{},{},{"id":1},{ }]}`,
	"raw surrogate":                     "{\"data\":[{\"id\":\"\xed\xa0\x80\"}]}",
	"overlong":                          "{\"data\":[{\"id\":\"abcdefgh\xc0\x80\"}]}",
	"invalid UTF-8 in a stranger":       "{\"data\":[{\"x\xff\":1}]}",
}

// rowTraps are single rows.
var rowTraps = map[string]string{
	"empty":                   `{}`,
	"columns twice":           `{"id":"a","id":"b","num":1,"num":"2"}`,
	"line breaks everywhere":  "{\r\n\"id\"\t:\n\"a\"\n,\n\"json\"\n:\n[\n1\n,\n{\n\"a\"\n:\n\" \"\n}\n]\n}",
	"in another order":        `{"json":{},"bool":0,"num":"nan","int":"-0","text":-0,"keep":1E+5,"at":"2026-01-01T00:00:00.1234567Z","id":"z"}`,
	"key in escapes":          `{"\u0069\u0064":"a","k\"\u00f6":5}`,
	"no key":                  `{"id":"","k\"ö":null}`,
	"other blanks":            "{\u00a0}",
	"array":                   `["id"]`,
	"colon missing":           `{"id" "a"}`,
	"number as key":           `{1:"a"}`,
	"value missing":           `{"id":}`,
	"row closed by a bracket": `{"id":"a"]`,
}

// valueTraps are single values.
var valueTraps = []string{
	`null`, `true`, `false`, `nul`, `truefalse`, `True`, `NaN`, `-`, `+1`, `.5`, `5.`, `01`, `-01`, `-0`, `0`, `1`, `2`, `1e5`, `1E+5`, `1e`, `1e+`, `0x10`,
	`-0.0`, `0.000`, `0e999999999999`, `1e999999999999`, `1e-999999999999`, `0.1234567890125`, `0.12345678901249999`, `999999999999.5`, `9999999999999999`,
	`-123456789012345678901234567890.123456789`, `0.00000000000000000000012345678901250`, `9223372036854775807`, `9223372036854775808`, `-9223372036854775808`,
	`-9223372036854775809`, `18446744073709551615`, `123456789012345678`, `1234567890123456789`, `1.0`,
	`30.00`, `3e1`, `"3E+1"`, `3.5e1`, `3.55e1`, `-3.50e2`, `300e-2`, `301e-2`, `1e18`, `1e19`, `-1e19`, `9223372036854775807.0`, `9223372036854775808.0`, `-9223372036854775808.000`, `922337203685477580.7e1`, `0.0e-5`,
	`"9223372036854775807"`, `"9223372036854775808"`, `"-9223372036854775808"`, `"1.0"`, `"01"`, `"+1"`, `" 1"`, `"1 "`, `""`, `"-"`, `"\u0031"`, `"1e5"`,
	`"` + strings.Repeat("7", 76) + `"`, `"nan"`, `"-nan"`, `"NaN"`, `"inf"`, `"-inf"`, `"+Inf"`, `"Infinity"`, `"-Infinity"`, `"nano"`, `"0"`, `"true"`, `"false"`, `"TRUE"`,
	`"abcdefgh"`, `"abcdefg"`, `"abcdefgh\"ijklmnop\\"`, `"https:\/\/x.y\/z"`, `"\b\f\n\r\t\u00e9\ud83d\ude00é😀"`, `"\ud83d"`, `"\ude00\ud83d"`, `"\ud83d\u0041"`, `"\ud83d\ud83d\ude00"`,
	`"\uD83D\uDE0"`, `"\u00"`, `"\x41"`, `"\`, `"\"`, `"a` + "\x01" + `b"`, `"a` + "\x1f" + `b"`, `"a` + "\x7f" + `b"`, `"a` + "\n" + `b"`, `"` + "\u2028\u0085" + `"`,
	`"\u0000"`, `"a\u0000b\u0000\u0000"`, `"\\u0000"`, `"\\\u0000"`, `"\\\\u0000\u0000"`, `"\ud800\u0000"`, `"` + "\xff" + `"`, `"` + "\xc3" + `"`, `"é"`, `"aaaaaaaé"`,
	`[]`, `{}`, `[ ]`, `{ }`, `[1,2]`, `[1, 2]`, `[1 2]`, `[1,]`, `[,1]`, `{"a":1,}`, `{"a" 1}`, `{a:1}`, `[1}`, `[`, `{`, `[[[[1]]]]`, "[\n\"a\nb\"]", "[\r\n\t\"a\" ,\t\" \" ]",
	`{"a":{"b":[1.5, "x \u0000 y\u0000", null, true ]},"a":"\ud800","\u0000":"\\\""}`, `["\"", "\\", "]"]`, `{"":""}`,
	strings.Repeat("[", 512) + strings.Repeat("]", 512), strings.Repeat("[", 513) + strings.Repeat("]", 513), strings.Repeat(`{"a":`, 512) + "1" + strings.Repeat("}", 512),
	`"2026-01-02 03:04:05"`, `"2026-01-02T03:04:05"`, `"2026-01-02 03:04:05.1"`, `"2026-01-02 03:04:05.123456789"`, `"2026-01-02 03:04:05."`, `"2026-01-02"`, `"2026-01-02T03:04:05Z"`,
	`"2026-01-02T03:04:05.5+05:30"`, `"2026-01-02 03:04:05-0800"`, `"2026-01-02 03:04:05+14"`, `"2026-01-02 03:04:05+24:00"`, `"2026-01-02 03:04:05+05:60"`, `"2026-01-02 03:04:05+1:00"`, `"2026-01-02 03:04:05 +01"`,
	`"2026-02-30 00:00:00"`, `"2024-02-29 00:00:00"`, `"2100-02-29 00:00:00"`, `"2000-02-29 00:00:00"`, `"2026-04-31"`, `"2026-13-01"`, `"2026-00-01"`, `"2026-01-00"`, `"2026-01-01 24:00:00"`,
	`"2026-01-01 23:60:00"`, `"2026-01-01 23:59:60"`, `"0000-01-01 00:00:00"`, `"0001-01-01 00:00:00"`, `"0001-01-01 00:30:00"`, `"9999-12-31 23:59:59.999999999"`, `"9999-12-31 23:59:59-01:00"`,
	`"10000-01-01 00:00:00"`, `"1970-01-01 00:00:00"`, `"1969-12-31 23:59:59.999999"`, `"2026-01-02 03:04"`, `"2026-01-02 03:04:05z"`, `"2026-01-02t03:04:05"`, `"2026/01/02 03:04:05"`,
	`"2026-01-02\u002003:04:05"`, `"2026-01-02 03:04:0é"`, `" 2026-01-02 03:04:05"`, `1767323045`, `"1767323045"`, `"２０２６-01-02 03:04:05"`,
}

func TestDecodeAgreesWithEncodingJSON(t *testing.T) {
	for name, body := range answers {
		t.Run("answer "+name, func(t *testing.T) { requireSame(t, []byte(body)) })
	}
	for name, row := range rowTraps {
		t.Run("row "+name, func(t *testing.T) { requireSame(t, inAnswer([]byte(row))) })
	}
	for _, value := range valueTraps {
		t.Run("value "+value[:min(len(value), 40)], func(t *testing.T) { requireSame(t, inRow([]byte(value))) })
	}
	for n := range 100 { // quoted numbers are read in a buffer of their own
		number := strings.Repeat("7", n+1)
		requireSame(t, inRow([]byte(`"`+number+`"`)))
		requireSame(t, inRow([]byte(`"`+number+`."`)))
	}
}

// Bytes are changed, left out, put in and cut off all over the traps.
func TestMutatedAnswersAgreeWithEncodingJSON(t *testing.T) {
	bodies := []string{`{"meta":[{"name":"a","type":"Text Key"},{"name":"b","type":"Time"}],"data":[{"a":"x\u0041","b":"2026-01-01 00:00:00"},` +
		`{"a":-1.5e3,"b":"2026-01-01"},{"c":[{}, "\"" ],"a":null,"b":true}],"rows":3}`}
	for _, body := range answers {
		if len(body) < 120 {
			bodies = append(bodies, body)
		}
	}
	const bytes = "\"\\{}[],:0-.eun \n\x00\xc3"
	for n, body := range bodies {
		for i := n % share; i < len(body); i += share {
			b := bytes[(i+n)%len(bytes)]
			for _, mutant := range []string{
				body[:i], body[:i] + body[i+1:], body[:i] + string([]byte{b}) + body[i:], body[:i] + string([]byte{b}) + body[i+1:],
			} {
				requireSame(t, []byte(mutant))
			}
		}
	}
}
