package acceptance

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// A message is one line of the Singer protocol.
type message struct {
	Type   string          `json:"type"`
	Stream string          `json:"stream"`
	Record json.RawMessage `json:"record"`
	Value  json.RawMessage `json:"value"`
}

// messagesOf parses every line of a file; a line that is no message ends the
// script.
func messagesOf(ts *testscript.TestScript, file string) []message {
	var out []message
	for i, line := range lines(ts, file) {
		var m message
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			ts.Fatalf("%s, line %d: %v", file, i+1, err)
		}
		out = append(out, m)
	}
	return out
}

func cmdMessages(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: messages FILE [STREAM]...")
	}
	all := messagesOf(ts, args[0])
	if len(all) == 0 || all[0].Type != "STATE" || all[len(all)-1].Type != "STATE" {
		ts.Fatalf("%s does not begin and end with a STATE", args[0])
	}
	announced, records := map[string]bool{}, map[string]bool{}
	for i, m := range all {
		switch m.Type {
		case "SCHEMA":
			announced[m.Stream] = true
		case "RECORD":
			if !announced[m.Stream] {
				ts.Fatalf("%s, line %d: RECORD of %q before its SCHEMA", args[0], i+1, m.Stream)
			}
			records[m.Stream] = true
		case "STATE":
		default:
			ts.Fatalf("%s, line %d: type %q", args[0], i+1, m.Type)
		}
	}
	for _, stream := range args[1:] {
		if !records[stream] {
			ts.Fatalf("%s has no RECORD of %s", args[0], stream)
		}
	}
}

func cmdState(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: state FILE")
	}
	for _, line := range slices.Backward(lines(ts, "stdout")) {
		var m message
		ts.Check(json.Unmarshal([]byte(line), &m))
		if m.Type == "STATE" {
			ts.Check(os.WriteFile(ts.MkAbs(args[0]), m.Value, 0o600))
			return
		}
	}
	ts.Fatalf("there is no STATE on stdout")
}

// cmdCovered compares rows by stream and text; with "!", a row must be missing.
func cmdCovered(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: [!] covered FILE FILE...")
	}
	have := rowsOf(ts, args[1:]...)
	missing := ""
	for row := range rowsOf(ts, args[0]) {
		if !have[row] {
			missing = row
		}
	}
	switch {
	case missing != "" && !neg:
		ts.Fatalf("missing: %s", missing)
	case missing == "" && neg:
		ts.Fatalf("every row of %s is there", args[0])
	}
}

func cmdDisjoint(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: disjoint FILE FILE")
	}
	other := rowsOf(ts, args[1])
	for row := range rowsOf(ts, args[0]) {
		if other[row] {
			ts.Fatalf("in both: %s", row)
		}
	}
}

// rowsOf is the rows of some files, as stream and text. Having none at all
// ends the script: a comparison would prove nothing.
func rowsOf(ts *testscript.TestScript, files ...string) map[string]bool {
	rows := map[string]bool{}
	for _, file := range files {
		for _, m := range messagesOf(ts, file) {
			if m.Type == "RECORD" {
				rows[m.Stream+" "+string(m.Record)] = true
			}
		}
	}
	if len(rows) == 0 {
		ts.Fatalf("%s: no rows", strings.Join(files, ", "))
	}
	return rows
}

// cmdJSON follows a path such as .streams.0.schema. Without VALUE the path must
// lead somewhere, or with "!" nowhere.
func cmdJSON(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: [!] json FILE PATH [VALUE]")
	}
	text := ts.ReadFile(args[0])
	if !json.Valid([]byte(text)) {
		all := lines(ts, args[0])
		text = all[len(all)-1]
	}
	got, found := follow([]byte(text), strings.Split(strings.TrimPrefix(args[1], "."), "."))
	switch {
	case len(args) == 2 && found == neg:
		ts.Fatalf("%s of %s: found %t", args[1], args[0], found)
	case len(args) == 3 && !found:
		ts.Fatalf("%s has no %s", args[0], args[1])
	case len(args) == 3 && sameJSON(got, []byte(args[2])) == neg:
		ts.Fatalf("%s of %s is %s, want %s", args[1], args[0], got, args[2])
	}
}

// follow is the value at path.
func follow(doc json.RawMessage, path []string) (json.RawMessage, bool) {
	for _, step := range path {
		var object map[string]json.RawMessage
		var list []json.RawMessage
		if json.Unmarshal(doc, &object) == nil && object != nil {
			value, ok := object[step]
			if !ok {
				return nil, false
			}
			doc = value
			continue
		}
		i, err := strconv.Atoi(step)
		if err != nil || json.Unmarshal(doc, &list) != nil || i >= len(list) {
			return nil, false
		}
		doc = list[i]
	}
	return doc, true
}

// sameJSON compares two documents, whatever their blanks and order of keys;
// numbers as they are written.
func sameJSON(a, b []byte) bool {
	read := func(text []byte) (v any) {
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		if d.Decode(&v) != nil {
			return nil
		}
		return v
	}
	return reflect.DeepEqual(read(a), read(b))
}
