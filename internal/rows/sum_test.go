package rows

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zeebo/xxh3"
)

const sumMeta = `"meta":[{"name":"id","type":"Keep Key"},{"name":"f","type":"Keep Float"},{"name":"v","type":"Text"}],`

func sums(t *testing.T, rows ...string) (all []uint64) {
	for _, r := range decode(t, `{`+sumMeta+`"data":[`+strings.Join(rows, ",")+`]}`).Rows {
		all = append(all, r.Sum)
	}
	return all
}

func TestRowsThatHaveTheSameSum(t *testing.T) {
	for name, rows := range map[string][]string{
		"order of columns":      {`{"id":"a","f":1,"v":"x"}`, `{"v":"x","f":1,"id":"a"}`},
		"blanks":                {`{"id":"a","f":[1,{"a":2}],"v":"x"}`, "{\n\"id\" : \"a\", \"f\":[ 1,\n{\"a\" : 2}],\"v\":\"x\"}"},
		"columns not planned":   {`{"id":"a","f":1,"v":"x"}`, `{"id":"a","f":1,"v":"x","w":1}`},
		"missing and null":      {`{"id":"a"}`, `{"id":"a","f":null,"v":null}`},
		"13th digit of a float": {`{"id":"a","f":0.1234567890121}`, `{"id":"a","f":0.12345678901214}`},
		"spelling of a float":   {`{"id":"a","f":1500}`, `{"id":"a","f":1.5e3}`, `{"id":"a","f":15.00E+2}`},
		"rounded up":            {`{"id":"a","f":0.9999999999999}`, `{"id":"a","f":1}`},
		"zero":                  {`{"id":"a","f":0}`, `{"id":"a","f":-0.0}`, `{"id":"a","f":0e5}`},
		"floats in arrays":      {`{"id":"a","f":[0.1,{"k":0.30000000000000004}]}`, `{"id":"a","f":[0.1,{"k":0.3}]}`},
		"text of a number":      {`{"id":"a","v":5}`, `{"id":"a","v":"5"}`},
	} {
		t.Run(name, func(t *testing.T) {
			all := sums(t, rows...)
			for _, sum := range all {
				require.Equal(t, all[0], sum)
			}
		})
	}
}

func TestRowsThatHaveAnotherSum(t *testing.T) {
	for name, rows := range map[string][]string{
		"12th digit of a float":          {`{"id":"a","f":0.123456789012}`, `{"id":"a","f":0.123456789013}`},
		"sign":                           {`{"id":"a","f":1}`, `{"id":"a","f":-1}`},
		"size":                           {`{"id":"a","f":1}`, `{"id":"a","f":10}`, `{"id":"a","f":0.1}`},
		"digits of what is no float":     {`{"id":"a","v":0.1234567890121}`, `{"id":"a","v":0.12345678901214}`},
		"digits inside a float's string": {`{"id":"a","f":"0.1234567890121"}`, `{"id":"a","f":"0.12345678901214"}`},
		"null and the text null":         {`{"id":"a","v":null}`, `{"id":"a","v":"null"}`},
	} {
		t.Run(name, func(t *testing.T) {
			seen := map[uint64]bool{}
			for _, sum := range sums(t, rows...) {
				require.False(t, seen[sum])
				seen[sum] = true
			}
		})
	}
}

func TestSumIsTheHashOfTheRowAsWritten(t *testing.T) {
	r := decode(t, `{"meta":[{"name":"id","type":"Keep"}],"data":[{"id":1.50}]}`).Rows[0]
	require.Equal(t, xxh3.HashString(`{"id":1.50}`), r.Sum)
	r = decode(t, `{"meta":[{"name":"id","type":"Keep Float"}],"data":[{"id":1.50}]}`).Rows[0]
	require.Equal(t, around(`{"id":`, "1.50000000000e0", `}`), r.Sum)
}

// TestSumOfARewrittenFloat: it is what is written that enters the sum, rounded.
func TestSumOfARewrittenFloat(t *testing.T) {
	d := Decoder{Plan: func([]Meta) (*Plan, error) {
		return &Plan{Rules: []Rule{{Name: "v", Float: true, Rewrite: func(dst, text []byte) []byte {
			return append(append(dst, text...), "e3"...)
		}}}}, nil
	}}
	p := &Page{}
	require.NoError(t, d.Decode(strings.NewReader(`{"meta":[],"data":[{"v":1.5},{"v":1.50},{"v":"1.5"}]}`), p))
	for _, r := range p.Rows {
		require.Equal(t, around(`{"v":`, "1.50000000000e3", `}`), r.Sum, "%s", r.JSON)
	}
}

// around is the sum of a row with one float.
func around(before, float, behind string) uint64 {
	text := append(binary.LittleEndian.AppendUint64(nil, xxh3.HashString(before)), float...)
	return xxh3.Hash(binary.LittleEndian.AppendUint64(text, xxh3.HashString(behind)))
}

func TestKeysThatAreNotThere(t *testing.T) {
	p := decode(t, `{"meta":[{"name":"id","type":"Text Key"},{"name":"at","type":"Time Key"},{"name":"v","type":"Keep Float"}],"data":[
		{"id":null,"at":"2026-01-01","v":1},{"v":1,"id":"","at":"2026-01-01 00:00:00"},{"at":"2026-01-01T00:00:00Z","v":1.00000000000004},
		{"id":"\u0000","at":"2026-01-01","v":1},{"id":null,"at":"2026-02-30","v":1},{"id":"a","at":"2026-01-01","v":1}]}`)
	hash := around(`{"id":null,"at":"2026-01-01T00:00:00.000000Z","v":`, "1.00000000000e0", "}")
	for _, r := range p.Rows[:4] {
		require.True(t, strings.HasPrefix(string(r.JSON), fmt.Sprintf(`{"id":"~%016x","at":"2026-01-01T00:00:00.000000Z","v":1`, hash)), "%s", r.JSON)
		require.Equal(t, p.Rows[0].Sum, r.Sum)
	}
	both := fmt.Sprintf(`"~%016x"`, around(`{"id":null,"at":null,"v":`, "1.00000000000e0", "}"))
	require.Equal(t, `{"id":`+both+`,"at":`+both+`,"v":1}`, string(p.Rows[4].JSON))
	require.Equal(t, `{"id":"a","at":"2026-01-01T00:00:00.000000Z","v":1}`, string(p.Rows[5].JSON))
	require.Equal(t, []Edit{{0, "id", false, false}, {1, "id", false, false}, {2, "id", false, false}, {3, "id", false, false}, {4, "id", false, false}, {4, "at", false, false}}, p.Edits)
}

func TestTheClockMayBeDropped(t *testing.T) {
	p := decode(t, `{"meta":[{"name":"id","type":"Text"},{"name":"at","type":"Time Clock Drop Berlin"}],"data":[
		{"id":"a","at":"1970-01-01 01:00:00.000001"},{"id":"b","at":"1970-01-01 00:00:00Z"},{"id":"c","at":"1969-12-31 23:59:59.9999999-00:30"},{"id":"d","at":"?"},{"id":"e"}]}`)
	var at []any
	for _, r := range p.Rows {
		at = append(at, r.At, r.HasAt)
	}
	require.Equal(t, []any{int64(1), true, int64(0), true, int64(1799999999), true, int64(0), false, int64(0), false}, at)
	require.Equal(t, `{"id":"a"}`, string(p.Rows[0].JSON))
	require.Empty(t, p.Edits)
}
