package rows

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// envelopes are the forms in which APIs send rows.
var envelopes = map[string]Envelope{
	"list with a cursor": {Rows: []string{"results"}, Keep: []string{"has_next", "next_cursor"}},
	"data alone":         {Rows: []string{"data"}, Keep: []string{"cursor"}},
	"nested list":        {Rows: []string{"data", "events"}, Keep: []string{"pagination", "session"}},
	"bare list":          {Rows: []string{}},
	"one object":         {Rows: []string{}, Single: true},
	"one nested object":  {Rows: []string{"data", "session"}, Single: true},
	"arrays": {Rows: []string{"data", "rows"}, Columns: "columns", Type: "data_type", Arrays: true, Count: "row_count",
		Keep: []string{"execution_time_ms"}},
}

// envelopeTraps are answers of every form, good and bad.
var envelopeTraps = []string{
	`{"results":[{"id":"a","v":1},{"v":{"b" : [1 ,2]},"id":null}],"has_next":true,"next_cursor":"abc","version":4}`,
	`{"has_next": false ,"results" : [ ] }`,
	`{"results":[],"results":[]}`, `{"results":null}`, `{"results":{}}`, `{"results":[[]]}`, `{}`, `[]`, `[{}]`, `null`, ``, `{"results":[`,
	`{"error":"no","results":[]}`, `{"error":null,"results":[{"id":"x"}]}`, `{"results":[{"error":"not the top"}]}`,
	`{"data":[{"id":"a","at":"2026-01-02 03:04:05","v":"\u0000"}],"cursor":{"hasMore":true, "oldestTimestamp":"x"}}`,
	`{"data":{"session":{"id":"s","v":[1]},"events":[{"id":"e","x":2}],"pagination":{"total":1}}}`,
	`{"data":{"events":[{"id":"e"}],"session":{"id":"s"},"events":[]}}`, `{"data":{"events":[],"error":"inside"}}`,
	`{"data":{},"data":{"events":[]}}`, `{"data":null}`, `{"data":[],"events":[]}`, `{"events":[{"id":"e"}]}`,
	`[{"id":"a"},{"id":"b","v":null}]`, `[ {"id":"a"} , {"id":"b"} ]x`, `{"id":"a","error":"a column","v":1}`, `[{"id":"a"},1]`,
	`{"data":{"columns":[{"name":"id","data_type":"Text Key"},{"name":"v","data_type":"Keep","nullable":true}],"rows":[["a",1],[ "b" , {"x" : 1} ],[null,2]],"row_count":3,"execution_time_ms":7}}`,
	`{"data":{"row_count":1,"columns":[{"name":"v","data_type":"Integer"},{"name":"z","data_type":"Keep Skip"},{"name":"id","data_type":"Text Key"}],"rows":[["1","stranger","a"]]}}`,
	`{"data":{"columns":[{"name":"id","data_type":"Text"},{"name":"z","data_type":"Skip"},{"name":"v","data_type":"Keep"}],"rows":[["a",0,1],["b", 0,2],["c" ,0,3],["d",0 ,4]]}}`,
	`{"data":{"columns":[{"name":"id","data_type":"Text"},{"name":"id","data_type":"Text"}],"rows":[["a","b"],["c","d"]]}}`,
	`{"data":{"rows":[["a",1],["b",2]],"columns":[{"name":"id","data_type":"Text"},{"name":"v","data_type":"Keep"}]}}`,
	`{"data":{"columns":[{"name":"id","data_type":"Text"},{"name":"v","data_type":"Keep"}],"rows":[["a"]]}}`,
	`{"data":{"columns":[{"name":"id","data_type":"Text"},{"name":"v","data_type":"Keep"}],"rows":[["a",1],["a",1,2]]}}`,
	`{"data":{"columns":[{"name":"id","data_type":"Text"},{"name":"v","data_type":"Keep"}],"rows":[["a",1],["b",2},["c",3]]}}`,
	`{"data":{"columns":[{"name":"id","data_type":"Text"},{"name":"v","data_type":"Keep"}],"rows":[[]]}}`,
	`{"data":{"columns":[],"rows":[],"row_count":0,"execution_time_ms":1}}`, `{"data":{"columns":[],"rows":[[]],"row_count":1}}`,
	`{"data":{"columns":[{"name":"id"}],"rows":[]}}`, `{"data":{"columns":{},"rows":[]}}`, `{"data":{"columns":null,"rows":[]}}`,
	`{"data":{"rows":[["a"]]}}`, `{"data":{"columns":[{"name":"id","data_type":"Text"}],"rows":[{"id":"a"}]}}`,
	`{"data":{"columns":[{"name":"id","data_type":"Text"}],"rows":[["a"]],"row_count":2}}`,
	`{"data":{"columns":[{"name":"id","data_type":"Text"}],"rows":[["a"]],"row_count":"x"}}`,
	`{"data":{"columns":[{"name":"id","data_type":"Text"}],"columns":[{"name":"id","data_type":"Text"}],"rows":[["a"]]}}`,
}

func TestEnvelopes(t *testing.T) {
	for name, e := range envelopes {
		t.Run(name, func(t *testing.T) {
			for _, body := range envelopeTraps {
				requireSameEnvelope(t, e, []byte(body))
			}
		})
	}
}

// FuzzEnvelope compares answers of every form.
func FuzzEnvelope(f *testing.F) {
	for _, body := range envelopeTraps {
		for which := range len(envelopes) {
			f.Add([]byte(body), uint8(which))
		}
	}
	names := slices.Sorted(maps.Keys(envelopes))
	f.Fuzz(func(t *testing.T, body []byte, which uint8) {
		requireSameEnvelope(t, envelopes[names[int(which)%len(names)]], body)
	})
}

// requireSameEnvelope is requireSame for any envelope.
func requireSameEnvelope(t *testing.T, e Envelope, body []byte) {
	t.Helper()
	n := newNaive(body)
	wantErr := envelopeError(n.unwrap(e, body), body)
	d := &Decoder{Plan: testPlan, Envelope: e}
	small := pageOf(2*padding + 1)
	for _, p := range []*Page{{}, small, small} {
		err := d.Decode(iotest.OneByteReader(bytes.NewReader(body)), p)
		if !utf8.Valid(body) {
			require.Error(t, err, "invalid UTF-8 accepted:\n%q", body)
			continue
		}
		require.Equal(t, wantErr == nil, err == nil, "%+v: naive %v, Decode %v\n%s", e, wantErr, err, body)
		if err != nil {
			continue
		}
		requireSameRows(t, n.page, p, string(body))
		require.Equal(t, n.page.Edits, append([]Edit(nil), p.Edits...), "%s", body)
		require.Equal(t, n.page.Unknown, p.Unknown, "%s", body)
		require.Equal(t, n.page.Beside, p.Beside, "%s", body)
		require.Equal(t, n.page.Count, p.Count, "%s", body)
		if e.Columns == "" {
			require.Empty(t, append(p.work.body.held, p.work.body.free...), "nothing is held where no list can follow")
		}
	}
}

// unwrap finds the rows of e and reads them as those of the usual envelope.
func (n *naive) unwrap(e Envelope, body []byte) error {
	if err := json.Unmarshal(body, new(json.RawMessage)); err != nil {
		return err
	}
	value := json.RawMessage(bytes.Trim(body, " \t\r\n"))
	beside := map[string]json.RawMessage{}
	for level, want := range e.Rows {
		members, err := membersOf(value)
		if err != nil {
			return err
		}
		beside = map[string]json.RawMessage{}
		value = nil
		for _, m := range members {
			switch {
			case m.name == want && value != nil, m.name == e.Columns && e.Columns != "" && beside[m.name] != nil:
				return wrong("twice")
			case m.name == want:
				value = m.value
				continue
			case depth(m.value) > 512:
				return wrong("too deep")
			case level == 0 && (m.name == "error" || m.name == "exception") && string(m.value) != "null":
				return wrong("an error")
			}
			for _, kept := range e.Keep {
				if kept != m.name {
					continue
				}
				if n.page.Beside == nil {
					n.page.Beside = map[string]string{}
				}
				n.page.Beside[kept] = string(m.value)
			}
			if m.name == e.Count && string(m.value) == "null" {
				continue
			}
			beside[m.name] = m.value
		}
		if value == nil {
			return wrong("no " + want)
		}
	}
	if string(value) == "null" {
		return wrong("no rows")
	}
	if e.Single {
		value = fmt.Appendf(nil, "[%s]", value)
	}
	return n.rewrapped(e, value, beside)
}

func (n *naive) rewrapped(e Envelope, data json.RawMessage, beside map[string]json.RawMessage) error {
	var meta json.RawMessage
	if n.typeKey = e.Type; n.typeKey == "" {
		n.typeKey = "type"
	}
	if e.Columns != "" && string(beside[e.Columns]) != "null" {
		meta = beside[e.Columns]
	}
	var count *string
	if c, ok := beside[e.Count]; ok && e.Count != "" {
		t := string(text(c))
		count = &t
	}
	if e.Arrays {
		var err error
		if data, err = asObjects(data, meta); err != nil {
			return err
		}
	}
	return n.finish(data, meta, count, testPlan)
}

// asObjects writes rows that are arrays as objects.
func asObjects(data, meta json.RawMessage) (json.RawMessage, error) {
	var columns []struct{ Name string }
	var rows []json.RawMessage
	if json.Unmarshal(data, &rows) != nil || rows == nil {
		return nil, wrong("no array")
	}
	if meta != nil && json.Unmarshal(meta, &columns) != nil {
		return nil, wrong("no columns")
	}
	var out []string
	for _, row := range rows {
		var values []json.RawMessage
		if json.Unmarshal(row, &values) != nil || row[0] != '[' || len(values) != len(columns) {
			return nil, wrong("not as many values as columns")
		}
		var members []string
		for i, v := range values {
			members = append(members, string(quote([]byte(columns[i].Name)))+":"+string(v))
		}
		out = append(out, "{"+strings.Join(members, ",")+"}")
	}
	return json.RawMessage("[" + strings.Join(out, ",") + "]"), nil
}

// Columns that are listed behind the rows may be others than those of the answer
// before.
func TestColumnsBehindArrays(t *testing.T) {
	d, p := &Decoder{Plan: testPlan, Envelope: envelopes["arrays"]}, &Page{}
	for _, body := range []string{
		`{"data":{"columns":[{"name":"id","data_type":"Text"},{"name":"v","data_type":"Keep"}],"rows":[["a",1]]}}`,
		`{"data":{"rows":[["x","a",1]],"columns":[{"name":"w","data_type":"Keep"},{"name":"id","data_type":"Text"},{"name":"v","data_type":"Keep"}]}}`,
		`{"data":{"rows":[[1,"a"]],"columns":[{"name":"v","data_type":"Keep"},{"name":"id","data_type":"Text"}]}}`,
	} {
		require.NoError(t, d.Decode(strings.NewReader(body), p))
		var row struct {
			ID string
			V  int
		}
		require.NoError(t, json.Unmarshal(p.Rows[0].JSON, &row))
		require.Equal(t, "a", row.ID)
		require.Equal(t, 1, row.V)
	}
}

type namedValue struct {
	name  string
	value json.RawMessage
}

// membersOf reads an object, members in their order.
func membersOf(raw json.RawMessage) (list []namedValue, err error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, wrong("no object")
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, err
		}
		list = append(list, namedValue{key.(string), value})
	}
	return list, nil
}

// The same values give the same rows and sums in every form.
func TestEveryEnvelopeGivesTheSameRows(t *testing.T) {
	want := &Page{}
	require.NoError(t, (&Decoder{Plan: benchPlan}).Decode(bytes.NewReader(benchPage("compact")), want))
	for _, form := range forms {
		body, e := formPage(form)
		d, p := &Decoder{Plan: benchPlan, Envelope: e}, &Page{}
		for range 2 {
			require.NoError(t, d.Decode(bytes.NewReader(body), p), form)
			require.Len(t, p.Rows, benchRows, form)
		}
		for i := range p.Rows {
			if want, got := want.Rows[i], p.Rows[i]; string(got.JSON) != string(want.JSON) || got.Sum != want.Sum {
				t.Fatalf("%s: row %d is %s, should be %s", form, i, got.JSON, want.JSON)
			}
		}
	}
}

var forms = []string{"list", "list with a cursor", "arrays", "arrays in order"}

// formPage writes the rows of benchPage in another form.
func formPage(form string) ([]byte, Envelope) {
	r := rand.New(rand.NewPCG(1, 2))
	var data, names bytes.Buffer
	order := rand.New(rand.NewPCG(3, 4)).Perm(len(benchMeta))
	if form == "arrays in order" {
		for i := range order {
			order[i] = i
		}
	}
	for n := range benchRows {
		values := benchValues(r, n)
		r.Perm(len(benchMeta)) // as benchPage draws it
		data.WriteString(separator(n))
		if strings.HasPrefix(form, "arrays") {
			for i, k := range order {
				data.WriteString([]string{"[", ","}[min(i, 1)] + values[k])
			}
			data.WriteByte(']')
			continue
		}
		for i := range values {
			fmt.Fprintf(&data, "%s%q:%s", []string{"{", ","}[min(i, 1)], benchMeta[i].Name, values[i])
		}
		data.WriteByte('}')
	}
	switch form {
	case "list":
		return fmt.Appendf(nil, `{"data":[%s]}`, data.Bytes()), Envelope{Rows: []string{"data"}}
	case "list with a cursor":
		return fmt.Appendf(nil, `{"results":[%s],"has_next":true,"next_cursor":"abc"}`, data.Bytes()),
			Envelope{Rows: []string{"results"}, Keep: []string{"has_next", "next_cursor"}}
	}
	for i, k := range order {
		fmt.Fprintf(&names, `%s{"name":%q,"data_type":"string","nullable":true}`, separator(i), benchMeta[k].Name)
	}
	return fmt.Appendf(nil, `{"data":{"columns":[%s],"rows":[%s],"row_count":%d}}`, names.Bytes(), data.Bytes(), benchRows),
		envelopes["arrays"]
}

// BenchmarkForms is the transform for each form of an answer.
func BenchmarkForms(b *testing.B) {
	for _, form := range forms {
		b.Run(form, func(b *testing.B) {
			body, e := formPage(form)
			d, p := &Decoder{Plan: benchPlan, Envelope: e}, &Page{}
			benchmark(b, body, benchRows, func(page []byte) { require.NoError(b, d.Decode(bytes.NewReader(page), p)) })
			require.Len(b, p.Rows, benchRows)
		})
	}
}
