package rows

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// pageOf is a page whose bodies are read in blocks of the given size.
func pageOf(size int) *Page { return &Page{work: &answer{body: body{size: size}}} }

func decode(t *testing.T, body string) *Page {
	t.Helper()
	p := &Page{}
	require.NoError(t, (&Decoder{Plan: testPlan}).Decode(strings.NewReader(body), p))
	return p
}

func TestDecodeReadsAnAnswer(t *testing.T) {
	p := decode(t, `{"meta":[{"name":"id","type":"Text Key"},{"name":"at","type":"Time Clock"},{"name":"n","type":"Integer Constant"}],"data":[
		{"at":"2026-01-02 03:04:05.678","n":"18446744073709551615","id":"a","x":{}}, {"id":null}],"rows":2,"rows_before_limit_at_least":9}`)
	require.Equal(t, `{"id":"a","at":"2026-01-02T03:04:05.678000Z","n":null,"period":"day"}`, string(p.Rows[0].JSON))
	require.Equal(t, fmt.Sprintf(`{"id":"~%s","at":null,"n":null,"period":"day"}`, p.Rows[1].JSON[8:24]), string(p.Rows[1].JSON))
	require.Equal(t, []Edit{{0, "n", true, false}, {1, "id", false, false}}, p.Edits)
	require.Equal(t, map[string]int{"x": 1}, p.Unknown)
	require.Equal(t, []Meta{{"id", "Text Key"}, {"at", "Time Clock"}, {"n", "Integer Constant"}}, p.Meta)
	require.Equal(t, []int64{2, 9}, []int64{int64(p.Count), p.Before})
	require.Equal(t, Row{JSON: p.Rows[0].JSON, At: 1767323045678000, HasAt: true, Sum: p.Rows[0].Sum}, p.Rows[0])
	require.Equal(t, Row{JSON: p.Rows[1].JSON, Sum: p.Rows[1].Sum}, p.Rows[1])
}

func TestAnswersThatAreNotWhole(t *testing.T) {
	const secret = "ann@example.com"
	row := `{"id":"` + secret + `","v":1}`
	tests := map[string]struct {
		body   string
		kind   ErrorKind
		offset int
		text   string
	}{
		"nothing":                       {body: "", kind: Truncated, offset: 0},
		"plain text":                    {body: "Rate limited", kind: Syntax, offset: 0},
		"cut inside a row":              {body: `{"data":[` + row[:20], kind: Truncated, offset: 29},
		"cut behind a row":              {body: `{"data":[` + row, kind: Truncated, offset: 39},
		"cut behind data":               {body: `{"data":[` + row + `]`, kind: Truncated, offset: 40},
		"a control byte in a string":    {body: `{"data":[{"id":"` + secret + "\n", kind: Syntax, offset: 31},
		"no data":                       {body: `{"meta":[],"rows":0}`, kind: Syntax, offset: 20},
		"two answers":                   {body: `{"data":[]} {"data":[]}`, kind: Syntax, offset: 12},
		"fewer rows than it says":       {body: `{"data":[` + row + `],"rows":2}`, kind: CountMismatch, offset: 50},
		"more rows than it says":        {body: `{"rows":0,"data":[` + row + `]}`, kind: CountMismatch, offset: 50},
		"an error":                      {body: `{"error":"[Error] no access","documentation":"x"}`, kind: Exception, offset: 9, text: "[Error] no access"},
		"an error that is no string":    {body: `{"error":{"code": 1}}`, kind: Exception, offset: 9, text: `{"code":1}`},
		"an exception behind rows":      {body: `{"data":[` + row + `],"exception":"Code: 159. TIMEOUT"}`, kind: Exception, offset: 53, text: "Code: 159. TIMEOUT"},
		"an exception, then cut":        {body: `{"data":[],"exception":"Code: 159","ro`, kind: Exception, offset: 23, text: "Code: 159"},
		"an exception in plain text":    {body: `{"data":[` + row + ",\n__exception__\r\nabc\r\nCode: 241. DB::Exception: Memory limit. (MEMORY_LIMIT_EXCEEDED)\r\n88 abc\r\n", kind: Exception, offset: 41, text: "Code: 241. DB::Exception: Memory limit. (MEMORY_LIMIT_EXCEEDED)"},
		"plain text inside a string":    {body: `{"data":[` + row[:12] + "Code: 159. DB::Exception: Timeout. (TIMEOUT_EXCEEDED)", kind: Exception, offset: 74, text: "Code: 159. DB::Exception: Timeout. (TIMEOUT_EXCEEDED)"},
		"plain text that ends a string": {body: `{"data":[` + row[:12] + "\nCode: 159. DB::Exception: Timeout", kind: Exception, offset: 21, text: "Code: 159. DB::Exception: Timeout"},
		"too large":                     {body: `{"data":[` + strings.Repeat(row+",", 20) + row + `]}`, kind: TooLarge, offset: 513},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for _, size := range []int{bodyBlock, 4 * padding} {
				p := pageOf(size)
				err := (&Decoder{Plan: testPlan, Limit: 512}).Decode(iotest.OneByteReader(strings.NewReader(tt.body)), p)
				var e *EnvelopeError
				require.ErrorAs(t, err, &e)
				require.Equal(t, tt.kind, e.Kind, err)
				require.EqualValues(t, tt.offset, e.Offset, err)
				if tt.kind == Exception {
					require.Equal(t, tt.text, e.Text)
				}
				require.NotContains(t, err.Error(), secret)
				require.NotContains(t, err.Error(), "\n")
				require.NoError(t, (&Decoder{Plan: testPlan}).Decode(strings.NewReader(`{"data":[]}`), p), "the page is good for the next answer")
			}
		})
	}
}

// What an earlier answer left in the buffer must not complete a later one.
func TestEveryTruncationIsNoticed(t *testing.T) {
	d := &Decoder{Plan: testPlan}
	for _, body := range []string{
		`{"data":[{"id":"a","v":[1,{"b":null}]},{"id":"b","v":-1.5e3}],"rows":2}`, `{"meta":[{"name":"id","type":"Text"}],"rows":0,"data":[]}`,
	} {
		for i := range body {
			p := pageOf(4 * padding)
			require.NoError(t, d.Decode(strings.NewReader(body), p))
			var e *EnvelopeError
			require.ErrorAs(t, d.Decode(strings.NewReader(body[:i]), p), &e, body[:i])
			require.Equal(t, Truncated, e.Kind, body[:i])
		}
	}
}

func TestANumberMayCrossTheWindow(t *testing.T) {
	for blanks := range 3 * padding {
		p := pageOf(2*padding + 1)
		err := (&Decoder{Plan: testPlan}).Decode(strings.NewReader(`{"data":[],`+strings.Repeat(" ", blanks)+`"rows":12345678}`), p)
		require.EqualError(t, err, "answer is not usable: rows says 12345678, but there are 0")
	}
}

func TestReadErrorsAreWrapped(t *testing.T) {
	for _, broken := range []error{io.ErrUnexpectedEOF, errors.New("connection reset")} {
		r := io.MultiReader(strings.NewReader(`{"data":[{"id":"a"`), iotest.ErrReader(broken))
		err := (&Decoder{Plan: testPlan}).Decode(r, &Page{})
		require.ErrorIs(t, err, broken)
		require.EqualError(t, err, "read answer after 18 bytes: "+broken.Error())
	}
	stuck := readerFunc(func([]byte) (int, error) { return 0, nil })
	require.ErrorIs(t, (&Decoder{Plan: testPlan}).Decode(stuck, &Page{}), io.ErrNoProgress)
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func TestPlanIsAskedOncePerMeta(t *testing.T) {
	var asked [][]Meta
	d := &Decoder{Plan: func(meta []Meta) (*Plan, error) {
		asked = append(asked, meta)
		return testPlan(meta)
	}}
	const a, b = `"meta":[{"name":"id","type":"Text"}]`, `"meta":[{"name":"id","type":"Integer"}]`
	for _, body := range []string{
		`{` + a + `,"data":[]}`, `{ "meta" : [ { "type" : "Text", "name" : "id" } ] ,"data":[]}`, `{"data":[],` + a + `}`, `{"data":[],` + b + `}`,
		`{` + a + `,"data":[]}`, `{"data":[]}`, `{"data":[],"meta":[]}`, `{"data":[],` + b + `}`, `{"data":[],"meta":null}`,
	} {
		require.NoError(t, d.Decode(strings.NewReader(body), &Page{}), body)
	}
	require.Equal(t, [][]Meta{{{"id", "Text"}}, {{"id", "Integer"}}, nil, {}}, asked)
}

func TestPlansThatCannotBeCarriedOut(t *testing.T) {
	value := func(dst, _ []byte, _ bool) []byte { return dst }
	for name, plan := range map[string]*Plan{
		"no plan":                      nil,
		"a column twice":               {Rules: []Rule{{Name: "a"}, {Name: "a"}}},
		"two clocks":                   {Rules: []Rule{{Name: "a", Kind: Time, Clock: true}, {Name: "b", Kind: Time, Clock: true}}},
		"a clock that is no time":      {Rules: []Rule{{Name: "a", Clock: true}}},
		"a kind that does not exist":   {Rules: []Rule{{Name: "a", Kind: JSON + 1}}},
		"derived from nothing":         {Derived: []Derived{{Name: "b", From: "a", Value: value}}},
		"derived without a function":   {Rules: []Rule{{Name: "a"}}, Derived: []Derived{{Name: "b", From: "a"}}},
		"derived with a column's name": {Rules: []Rule{{Name: "a"}}, Derived: []Derived{{Name: "a", From: "a", Value: value}}},
	} {
		t.Run(name, func(t *testing.T) {
			err := (&Decoder{Plan: func([]Meta) (*Plan, error) { return plan, nil }}).Decode(strings.NewReader(`{"data":[]}`), &Page{})
			require.ErrorContains(t, err, "plan for an answer of 0 columns: ")
		})
	}
	no := errors.New("no such stream")
	err := (&Decoder{Plan: func([]Meta) (*Plan, error) { return nil, no }}).Decode(strings.NewReader(`{"meta":[],"data":[]}`), &Page{})
	require.ErrorIs(t, err, no)
}

// A page of many blocks, with meta behind data that asks for another plan than the one
// before.
func TestMetaAfterDataMayChangeThePlan(t *testing.T) {
	var data strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&data, `,{"id":"%d","v":"%d%s"}`, i, i, strings.Repeat("x", i%50))
	}
	const meta = `[{"name":"v","type":"Text Drop Source"},{"name":"id","type":"Integer Key"}]`
	first, after := &Page{}, &Page{}
	require.NoError(t, (&Decoder{Plan: testPlan}).Decode(strings.NewReader(`{"meta":`+meta+`,"data":[`+data.String()[1:]+`],"rows":20000}`), first))
	d := &Decoder{Plan: testPlan}
	for range 3 {
		require.NoError(t, d.Decode(strings.NewReader(`{"data":[{"id":1,"w":2}],"meta":[{"name":"w","type":"Text"}]}`), after))
		require.Equal(t, `{"w":"2"}`, string(after.Rows[0].JSON))
		require.NoError(t, d.Decode(strings.NewReader(`{"data":[`+data.String()[1:]+`],"rows":20000,"meta":`+meta+`}`), after))
		requireSameRows(t, first, after, "meta after data")
		require.Equal(t, first.Meta, after.Meta)
		require.Nil(t, after.Unknown)
	}
	require.Equal(t, `{"id":7,"from_v":"7xxxxxxx"}`, string(after.Rows[7].JSON))
}

func TestSeveralGoroutinesShareADecoder(t *testing.T) {
	d, pages := &Decoder{Plan: testPlan}, make([]Page, 4)
	var all sync.WaitGroup
	for i := range pages {
		all.Go(func() {
			for n := range 50 {
				body := fmt.Sprintf(`{"data":[{"id":"%d"}],"meta":[{"name":"id","type":"Text"},{"name":"c%d","type":"Text"}]}`, i, n%3)
				if err := d.Decode(strings.NewReader(body), &pages[i]); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	for i := range pages {
		require.Equal(t, fmt.Sprintf(`{"id":"%d","c1":null}`, i), string(pages[i].Rows[0].JSON))
	}
}

func TestARowMayBeLargerThanTheWindow(t *testing.T) {
	long := strings.Repeat("abc ", 1<<20)
	row := `{"id":"` + long + `","v":["` + long + `"]}`
	p := decode(t, `{"data":[`+row+`,{"id":"b"},`+row+`,{"id":"c"}],"meta":[{"name":"id","type":"Text"},{"name":"v","type":"Text"}],"rows":4}`)
	require.Equal(t, `{"id":"`+long+`","v":"[\"`+long+`\"]"}`, string(p.Rows[2].JSON))
	require.Equal(t, `{"id":"c","v":null}`, string(p.Rows[3].JSON))
	require.Equal(t, p.Rows[0].Sum, p.Rows[2].Sum)
}

func TestDecodeDoesNotAllocatePerRow(t *testing.T) {
	for _, layout := range layouts {
		page := benchPage(layout)
		d, p := &Decoder{Plan: benchPlan}, &Page{}
		perRow := testing.AllocsPerRun(3, func() { require.NoError(t, d.Decode(bytes.NewReader(page), p)) }) / benchRows
		require.Less(t, perRow, 0.05, layout)
	}
	long := bytes.Repeat([]byte("long "), 1000)
	d, p := &Decoder{Plan: func([]Meta) (*Plan, error) {
		return &Plan{Rules: []Rule{{Name: "id", Rewrite: func(dst, _ []byte) []byte { return append(append(append(dst, '"'), long...), '"') }}}}, nil
	}}, &Page{}
	page := []byte(`{"data":[` + strings.Repeat(`{"id":1},`, 999) + `{"id":1}]}`)
	require.Less(t, testing.AllocsPerRun(3, func() { require.NoError(t, d.Decode(bytes.NewReader(page), p)) })/1000, 0.05, "rows that outgrow their room")
}
