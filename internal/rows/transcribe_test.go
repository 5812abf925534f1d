package rows

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRowsAtTheEndOfABlock fills a block with rows of one size. Only the last row has
// another size, and ends before the block does, with it, or behind it. Rows read alone
// are never transcribed.
func TestRowsAtTheEndOfABlock(t *testing.T) {
	row := func(id int) string {
		return fmt.Sprintf(`{"id":"%s","at":"2026-01-02 03:04:05.678","keep":1,"num":1.5,"a name that is longer than thirty-two bytes":"2026-01-02 03:04:05","upper":"%040d"}`,
			strings.Repeat("a", id), id)
	}
	answer := func(rows ...string) []byte {
		return fmt.Appendf(nil, `{"meta":[{"name":"id","type":"Text Key"},{"name":"at","type":"Time Clock"},{"name":"keep","type":"Keep"},{"name":"num","type":"Number Float"},`+
			`{"name":"a name that is longer than thirty-two bytes","type":"Time"},{"name":"upper","type":"Keep Upper"}],"data":[%s]}`, strings.Join(rows, ","))
	}
	read := func(body []byte) *Page {
		p := &Page{}
		require.NoError(t, (&Decoder{Plan: testPlan}).Decode(bytes.NewReader(body), p))
		return p
	}
	const long = 4000
	size := len(read(answer(row(long))).Rows[0].JSON)
	before := make([]string, arenaBlock/size-1)
	for i := range before {
		before[i] = row(long)
	}
	room := arenaBlock - len(before)*size
	for id := room - (size - long) - 150; id < room+150; id += 3 {
		got := read(answer(append(before, row(id), row(long))...)).Rows
		for i, alone := range []string{row(id), row(long)} {
			want := read(answer(alone)).Rows[0]
			require.Equal(t, string(want.JSON), string(got[len(before)+i].JSON), "id of %d", id)
			require.Equal(t, want.Sum, got[len(before)+i].Sum)
		}
	}
}

// TestJoinedColumns has rows that hold between their values just what is written there,
// or nearly that. Each row follows one that looks as predicted.
func TestJoinedColumns(t *testing.T) {
	columns := []string{`"id":"a"`, `"at":"2026-01-02 03:04:05"`, `"keep":"k"`, `"text":"x"`, `"int":1`, `"num":1.5`, `"bool":true`, `"json":[1]`, `"there":null`, `"gone":"g"`, `"upper":"u"`, `"k\"ö":1`}
	others := [][]string{
		{`"id":"\/\u00e9"`, `"at":null`, `"keep":[ 1]`, `"text":5`, `"int":"7"`, `"num":"nan"`, `"bool":1`, `"json":"s"`, `"there":"2026-10-25 02:30:00"`, `"gone":null`, `"upper":null`, `"k\"ö":"1"`},
		{`"id":null`, `"at":"2026-01-02"`, `"keep":"\ud800"`, `"text":"\u0000"`, `"int":1.5`, `"num":"x"`, `"bool":"1"`, `"json":[ 2]`, `"there":5`, `"gone":{}`, `"upper":5`, `"k\"ö":null`},
		{`"id":""`, `"at":"2026-01-02 03:04:05.1234567"`, `"keep":null`, `"text":{"a": 1}`, `"int":null`, `"num":null`, `"bool":null`, `"json":null`, `"there":"x"`, `"gone":[ 1]`, `"upper":[]`, `"k\"ö":"x"`},
	}
	line := func(values []string) string { return "{" + strings.Join(values, ",") + "}" }
	plain := line(columns)
	for _, other := range others {
		for i := range columns {
			for j := i % share; j < len(columns); j += share {
				changed := append([]string(nil), columns...)
				changed[i], changed[j] = other[i], other[j]
				spaced := strings.Replace(plain, ","+columns[j], " ,"+columns[j], 1)
				requireSame(t, fmt.Appendf(nil, "{\"meta\":%s,\"data\":[%s]}", everyKind,
					strings.Join([]string{plain, line(changed), plain, spaced, plain, line(changed)}, ",")))
			}
		}
	}
}

// TestLongNamesThatBeginAlike has steps that differ beyond what is compared at
// once.
func TestLongNamesThatBeginAlike(t *testing.T) {
	name := strings.Repeat("n", 40)
	row := func(first, second string) string {
		return fmt.Sprintf(`{"%s%s":"1","%s%s":"2"}`, name, first, name, second)
	}
	requireSame(t, fmt.Appendf(nil, `{"meta":[{"name":"%sa","type":"Text"},{"name":"%sb","type":"Keep"}],"data":[%s]}`, name, name,
		strings.Join([]string{row("a", "b"), row("a", "b"), row("b", "a"), row("a", "b"), row("a", "c"), row("a", "b")}, ",")))
}

// tooManyNames are members that no plan names, one more than are remembered.
func tooManyNames() string {
	var many []string
	for i := range manyNames + 1 {
		many = append(many, fmt.Sprintf(`"x%d":0`, i))
	}
	return strings.Join(many, ",")
}

// TestForgottenNames reads on with a layout whose strangers have lost their numbers:
// there had been too many.
func TestForgottenNames(t *testing.T) {
	const meta = `{"meta":[{"name":"id","type":"Text"}],"data":[`
	row := `{"id":"a",` + tooManyNames() + `}`
	d, p := &Decoder{Plan: testPlan}, &Page{}
	for range 2 {
		require.NoError(t, d.Decode(strings.NewReader(meta+strings.Join([]string{row, row, row}, ",")+`]}`), p))
		require.Len(t, p.Unknown, manyNames+1)
		require.Equal(t, 3, p.Unknown["x7"])
	}
}

// TestForgottenValues: the last row before names are forgotten is read as predicted, but
// not transcribed.
func TestForgottenValues(t *testing.T) {
	const meta = `{"meta":[{"name":"id","type":"Text"},{"name":"v","type":"Keep"}],"data":[`
	row := `{"id":"a","v":"of the page before",` + tooManyNames() + `}`
	scanned := strings.Replace(row, `"v":`, `"v": `, 1)
	d, p := &Decoder{Plan: testPlan}, &Page{}
	require.NoError(t, d.Decode(strings.NewReader(meta+strings.Join([]string{row, row, scanned}, ",")+`]}`), p))
	require.NoError(t, d.Decode(strings.NewReader(meta+`{"id":"b"}]}`), p))
	require.Equal(t, `{"id":"b","v":null}`, string(p.Rows[0].JSON))
}

// TestRewriteThatMovesTheRow gives a column a Rewrite that takes more room than
// it fills.
func TestRewriteThatMovesTheRow(t *testing.T) {
	plan := func([]Meta) (*Plan, error) {
		return &Plan{Rules: []Rule{{Name: "id"}, {Name: "v", Rewrite: func(dst, text []byte) []byte {
			n := len(dst)
			dst = append(dst, make([]byte, 6*len(text)+2)...)
			return append(append(append(dst[:n], '"'), text...), '"')
		}}, {Name: "w"}}}, nil
	}
	var all []string
	for i := range 4000 {
		all = append(all, fmt.Sprintf(`{"id":"%06d","v":"%s","w":%d}`, i, strings.Repeat("x", 100), i))
	}
	p := &Page{}
	require.NoError(t, (&Decoder{Plan: plan}).Decode(strings.NewReader(`{"meta":[],"data":[`+strings.Join(all, ",")+`]}`), p))
	for i := range all {
		require.Equal(t, all[i], string(p.Rows[i].JSON))
	}
}

// TestMemoryStaysNearTheRows has rows that fit into a block without what follows their
// columns, and huge rows between small ones.
func TestMemoryStaysNearTheRows(t *testing.T) {
	derived := func(dst, text []byte, _ bool) []byte { return append(append(append(dst, '"'), text...), '"') }
	plan := func([]Meta) (*Plan, error) {
		return &Plan{Rules: []Rule{{Name: "id"}, {Name: "v", Drop: true}}, Derived: []Derived{{Name: "d", From: "v", Value: derived}}}, nil
	}
	for name, size := range map[string]func(i int) int{
		"one":         func(i int) int { return 100 + i/3900*135_000*(1-min(1, i%3900)) },
		"every other": func(i int) int { return 100 + i%2*(1-min(1, i/20))*5_000_000 },
	} {
		var all []string
		for i := range 4000 {
			all = append(all, fmt.Sprintf(`{"id":"%06d","v":"%s"}`, i, strings.Repeat("x", size(i))))
		}
		p := pageOf(16 << 20)
		require.NoError(t, (&Decoder{Plan: plan}).Decode(strings.NewReader(`{"meta":[],"data":[`+strings.Join(all, ",")+`]}`), p))
		held, filled := 0, 0
		for _, b := range p.work.emitter.arena.blocks {
			held += len(b.bytes)
		}
		for _, r := range p.Rows {
			filled += len(r.JSON)
		}
		require.Less(t, float64(held), 1.4*float64(filled)+2*arenaBlock, name)
	}
}
