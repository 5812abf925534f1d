package rows

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	jsoniter "github.com/json-iterator/go"
	"github.com/stretchr/testify/require"
)

const benchRows = 10_000

// benchMeta is a stream of 16 columns as the API describes it.
var benchMeta = []Meta{
	{"activity_id", "String"}, {"activity_type", "LowCardinality(String)"}, {"create_at", "DateTime64(3)"}, {"session_id", "String"},
	{"session_created_at", "DateTime"}, {"visitor_name", "Nullable(String)"}, {"visitor_email", "Nullable(String)"}, {"link_id", "String"},
	{"link_title", "String"}, {"link_url", "String"}, {"published_replay_id", "String"}, {"published_replay_title", "String"},
	{"distinct_user", "String"}, {"sequence", "UInt64"}, {"score", "Float64"}, {"tags", "Array(String)"},
}

// benchPlan drops two columns and rewrites two dates.
func benchPlan([]Meta) (*Plan, error) {
	p := &Plan{}
	for _, m := range benchMeta {
		c := Rule{Name: m.Name, Kind: Text}
		switch m.Type {
		case "DateTime64(3)", "DateTime":
			c.Kind = Time
		case "UInt64":
			c.Kind = Keep
		case "Float64":
			c.Kind, c.Float = Number, true
		case "Array(String)":
			c.Kind = JSON
		}
		c.Key = m.Name == "activity_id"
		c.Clock = m.Name == "session_created_at"
		c.Drop = m.Name == "visitor_name" || m.Name == "visitor_email"
		p.Rules = append(p.Rules, c)
	}
	return p, nil
}

// benchValues makes the values of one row.
func benchValues(r *rand.Rand, n int) []string {
	hex := func() string {
		return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", r.Uint32(), r.Uint32()>>16, r.Uint32()>>20, r.Uint32()>>20, r.Uint64()>>16)
	}
	words := strings.Fields("Product overview for the enterprise team with live data café 日本語 onboarding and pricing")
	title := func(k int) string {
		var s []string
		for range k {
			s = append(s, words[r.IntN(len(words))])
		}
		return strings.Join(s, " ")
	}
	q := func(s string) string { return `"` + strings.ReplaceAll(s, "/", `\/`) + `"` }
	return []string{
		q(hex()), q([]string{"snapshot view", "guide step", "guide button click", "url view"}[r.IntN(4)]),
		fmt.Sprintf(`"2026-%02d-%02d %02d:%02d:%02d.%03d"`, 1+n%12, 1+n%28, n%24, n%60, n/60%60, n%1000), q(hex()),
		fmt.Sprintf(`"2026-%02d-%02d %02d:%02d:%02d"`, 1+n%12, 1+n%28, n%24, n%60, n/60%60), q(title(2)), q(strings.ToLower(words[r.IntN(5)]) + "@example.com"), q(hex()),
		q(title(4)), q("https://app.getreprise.com/launch/" + hex()[:13] + "/"), q(hex()), q(title(5)),
		q(hex()), fmt.Sprint(1<<62 + r.Uint64()>>2), fmt.Sprint(r.Float64()), fmt.Sprintf(`[%s,%s]`, q(words[r.IntN(5)]), q(words[r.IntN(5)])),
	}
}

// benchPage makes an answer: as FORMAT JSON prints it, or on one line with data first,
// or with the members of each row in an order of its own.
func benchPage(layout string) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	var meta, data bytes.Buffer
	for i, m := range benchMeta {
		fmt.Fprintf(&meta, "%s\n\t\t{\n\t\t\t\"name\": %q,\n\t\t\t\"type\": %q\n\t\t}", separator(i), m.Name, m.Type)
	}
	for n := range benchRows {
		values, order := benchValues(r, n), r.Perm(len(benchMeta))
		before, between, behind, colon := "\n\t\t{\n\t\t\t", ",\n\t\t\t", "\n\t\t}", ": "
		if layout == "compact" {
			before, between, behind, colon = "{", ",", "}", ":"
		}
		data.WriteString(separator(n))
		for i := range values {
			k := i
			if layout == "shuffled" {
				k = order[i]
			}
			data.WriteString(before)
			fmt.Fprintf(&data, "%q%s%s", benchMeta[k].Name, colon, values[k])
			before = between
		}
		data.WriteString(behind)
	}
	if layout == "compact" {
		var m bytes.Buffer
		json.Compact(&m, []byte("["+meta.String()+"]"))
		return fmt.Appendf(nil, `{"data":[%s],"meta":%s,"rows":%d}`, data.Bytes(), m.Bytes(), benchRows)
	}
	return fmt.Appendf(nil, "{\n\t\"meta\":\n\t[%s\n\t],\n\n\t\"data\":\n\t[%s\n\t],\n\n\t\"rows\": %d\n}\n", meta.Bytes(), data.Bytes(), benchRows)
}

// benchmark reports CPU per row and per byte, and allocations per page.
func benchmark(b *testing.B, page []byte, rows int, read func([]byte)) {
	read(page)
	b.ReportAllocs()
	began := cpuTime()
	for b.Loop() {
		read(page)
	}
	each := float64((cpuTime() - began).Nanoseconds()) / float64(b.N)
	b.ReportMetric(each/float64(rows), "cpu-ns/row")
	b.ReportMetric(each/float64(len(page)), "cpu-ns/byte")
}

var layouts = []string{"pretty", "compact", "shuffled"}

func BenchmarkTransform(b *testing.B) {
	for _, layout := range layouts {
		b.Run(layout, func(b *testing.B) {
			d, p := &Decoder{Plan: benchPlan}, &Page{}
			benchmark(b, benchPage(layout), benchRows, func(page []byte) { require.NoError(b, d.Decode(bytes.NewReader(page), p)) })
			require.Len(b, p.Rows, benchRows)
		})
	}
}

// BenchmarkSkip reads and validates the same bytes, and does nothing with them.
func BenchmarkSkip(b *testing.B) {
	for _, layout := range layouts[:2] {
		b.Run(layout, func(b *testing.B) {
			a := &answer{page: &Page{}}
			benchmark(b, benchPage(layout), benchRows, func(page []byte) {
				data := bytes.Index(page, []byte(`"data":`)) + len(`"data":`)
				a.body.open(bytes.NewReader(page[data:]), 1<<30)
				a.body.release()
				i, err := a.next(0)
				for n := 0; err == nil && n < benchRows; n++ {
					i, err = skipRow(a, i+1)
				}
				require.NoError(b, err)
				require.Equal(b, byte(']'), a.body.buf[i])
			})
		})
	}
}

// skipRow returns the position of what follows the row.
func skipRow(a *answer, i int) (int, error) {
	i, err := a.next(i)
	if err != nil {
		return 0, err
	}
	row, err := a.value(i)
	if err != nil {
		return 0, err
	}
	return a.next(row.end)
}

// BenchmarkMap is what the same row work costs on encoding/json's maps.
func BenchmarkMap(b *testing.B) {
	for _, layout := range layouts[:2] {
		b.Run(layout, func(b *testing.B) {
			benchmark(b, benchPage(layout), benchRows, func(page []byte) {
				dec := json.NewDecoder(bytes.NewReader(page))
				dec.UseNumber()
				var body struct{ Data []map[string]any }
				require.NoError(b, dec.Decode(&body))
				enc := json.NewEncoder(io.Discard)
				enc.SetEscapeHTML(false)
				for _, row := range body.Data {
					mapRow(row)
					require.NoError(b, enc.Encode(row))
				}
			})
		})
	}
}

// BenchmarkJSONIterator is the same on json-iterator's maps.
func BenchmarkJSONIterator(b *testing.B) {
	api := jsoniter.Config{UseNumber: true}.Froze()
	for _, layout := range layouts[:2] {
		b.Run(layout, func(b *testing.B) {
			benchmark(b, benchPage(layout), benchRows, func(page []byte) {
				var body struct {
					Data []map[string]any `json:"data"`
				}
				require.NoError(b, api.Unmarshal(page, &body))
				enc := api.NewEncoder(io.Discard)
				for _, row := range body.Data {
					mapRow(row)
					require.NoError(b, enc.Encode(row))
				}
			})
		})
	}
}

func mapRow(row map[string]any) {
	delete(row, "visitor_name")
	delete(row, "visitor_email")
	for _, c := range []string{"create_at", "session_created_at"} {
		s := row[c].(string)
		row[c] = s[:10] + "T" + s[11:] + "Z"
	}
}

// BenchmarkShapes shows how cost grows with the bytes of a row.
func BenchmarkShapes(b *testing.B) {
	for name, shape := range map[string]struct{ columns, length int }{
		"narrow": {3, 12}, "wide": {100, 12}, "long": {5, 4000},
	} {
		b.Run(name, func(b *testing.B) {
			value := strings.Repeat("some text ", shape.length/10+1)[:shape.length]
			plan := &Plan{}
			var row, page bytes.Buffer
			for c := range shape.columns {
				plan.Rules = append(plan.Rules, Rule{Name: fmt.Sprint("column_", c), Kind: Text})
				fmt.Fprintf(&row, "%s\n\t\t\t\"column_%d\": \"%s\"", separator(c), c, value)
			}
			rows := 0
			for ; page.Len() < 4<<20; rows++ {
				fmt.Fprintf(&page, "%s\n\t\t{%s\n\t\t}", separator(page.Len()), row.Bytes())
			}
			body := fmt.Appendf(nil, "{\"meta\":[],\n\t\"data\":\n\t[%s\n\t]\n}\n", page.Bytes())
			d, p := &Decoder{Plan: func([]Meta) (*Plan, error) { return plan, nil }}, &Page{}
			benchmark(b, body, rows, func(body []byte) { require.NoError(b, d.Decode(bytes.NewReader(body), p)) })
		})
	}
}
