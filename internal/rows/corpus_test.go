package rows

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files")

// corpusPlan reads ClickHouse's types as far as the corpus needs it.
func corpusPlan(meta []Meta) (*Plan, error) {
	p := &Plan{}
	for _, m := range meta {
		c := Rule{Name: m.Name, Kind: Text}
		kind := strings.NewReplacer("Nullable(", "", "LowCardinality(", "").Replace(m.Type)
		switch word := strings.TrimRight(strings.Split(kind, "(")[0], ")"); {
		case strings.HasSuffix(word, "128"), strings.HasSuffix(word, "256"):
		case strings.HasPrefix(word, "Int"), strings.HasPrefix(word, "UInt"):
			c.Kind = Integer
		case strings.Contains(word, "Float"):
			c.Kind, c.Float = Number, true
		case word == "Decimal":
			c.Kind = Number
		case word == "Bool":
			c.Kind = Boolean
		case strings.HasPrefix(word, "Date"):
			c.Kind = Time
			if _, zone, ok := strings.Cut(kind, "'"); ok {
				where, err := time.LoadLocation(strings.Split(zone, "'")[0])
				if err != nil {
					return nil, err
				}
				c.Location = where
			}
		case word == "Variant", word == "Dynamic":
			c.Kind = Keep
		case strings.Contains("Array Tuple Map JSON Point Ring MultiPolygon", word):
			c.Kind = JSON
		}
		p.Rules = append(p.Rules, c)
	}
	return p, p.check()
}

// layoutsOf writes an answer in other ways that mean the same.
func layoutsOf(t *testing.T, body []byte) map[string][]byte {
	var compact, indented bytes.Buffer
	require.NoError(t, json.Compact(&compact, body))
	require.NoError(t, json.Indent(&indented, body, " ", "  "))
	var members struct{ Meta, Data, Rows json.RawMessage }
	require.NoError(t, json.Unmarshal(body, &members))
	return map[string][]byte{
		"as printed": body,
		"compact":    compact.Bytes(),
		"indented":   indented.Bytes(),
		"CRLF":       bytes.ReplaceAll(body, []byte("\n"), []byte("\r\n")),
		"data first": fmt.Appendf(nil, `{"data":%s,"rows":%s,"meta":%s}`, members.Data, members.Rows, members.Meta),
	}
}

func TestDecodeReadsWhatClickHousePrints(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		body, err := os.ReadFile(file)
		require.NoError(t, err)
		golden := strings.TrimSuffix(file, "json") + "golden"
		var sums []uint64
		for name, body := range layoutsOf(t, body) {
			t.Run(filepath.Base(file)+" "+name, func(t *testing.T) {
				var p Page
				d := &Decoder{Plan: corpusPlan}
				require.NoError(t, d.Decode(bytes.NewReader(body), &p))
				if *update {
					require.NoError(t, os.WriteFile(golden, describe(&p), 0o644))
				}
				want, err := os.ReadFile(golden)
				require.NoError(t, err)
				require.Equal(t, string(want), string(describe(&p)))
				requireSameBy(t, corpusPlan, body)
				for i, r := range p.Rows {
					if len(sums) < len(p.Rows) {
						sums = append(sums, r.Sum)
					}
					require.Equal(t, sums[i], r.Sum, "the sum depends on the layout")
				}
			})
		}
	}
}

// Every value of the corpus is also read as every kind of column, not only as
// its own.
func TestEveryKindTakesWhatClickHousePrints(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	require.NoError(t, err)
	for _, file := range files {
		body, err := os.ReadFile(file)
		require.NoError(t, err)
		for kind := Keep; kind <= JSON; kind++ {
			requireSameBy(t, func(meta []Meta) (*Plan, error) {
				p := &Plan{}
				for _, m := range meta {
					p.Rules = append(p.Rules, Rule{Name: m.Name, Kind: kind, Float: true})
				}
				return p, nil
			}, body)
		}
	}
}

// describe prints rows with one column a line.
func describe(p *Page) []byte {
	var out bytes.Buffer
	for i, r := range p.Rows {
		fmt.Fprintf(&out, "row %d, sum %016x\n", i, r.Sum)
		for _, m := range p.Meta {
			var row map[string]json.RawMessage
			if err := json.Unmarshal(r.JSON, &row); err != nil {
				panic(err)
			}
			fmt.Fprintf(&out, "  %-52s %s\n", m.Type, row[m.Name])
		}
	}
	for _, c := range p.Edits {
		fmt.Fprintf(&out, "changed: row %d, %s, null %t\n", c.Row, c.Column, c.Nulled)
	}
	return out.Bytes()
}
