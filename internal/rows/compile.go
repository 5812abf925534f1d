package rows

import "encoding/binary"

// A program is a Plan made ready: what is the same for all rows is done once. It
// never changes, so all goroutines share it.
type program struct {
	columns []Rule
	written []written
	derived []derived
	tail    []byte   // Constant and the closing brace
	clock   int      // the clock column where it is not written as a Time, else -1
	fixed   int      // the bytes of a row that are not values, and some more
	table   []int16  // see index
	noted   []bool   // of columns: its value is looked at again
	keys    []string // of columns: what is written before its value
}

// A written column.
type written struct {
	key    []byte         // what stands before the value: `,"name":`
	size   int            // of key
	room   int            // for key or short
	short  [shortKey]byte // how key begins
	column int            // which of program.columns
	asks   class          // values of these classes need a look, others are copied
	float  bool
	moment bool // a Time that is not rewritten
}

// A derived column.
type derived struct {
	key   []byte
	from  int
	value func(dst, text []byte, null bool) []byte
}

// asks says for each Kind which classes of value cannot be copied as they are.
var asks = [...]class{
	Keep:    isBroken | isSpaced,
	Text:    isBroken | isSpaced | isNested | isNumber | isTrue | isFalse,
	Time:    ^isNull,
	Integer: ^(isNull | isNumber),
	Number:  ^(isNull | isNumber | isFraction | isExponent | isLong),
	Boolean: ^(isNull | isTrue | isFalse),
	JSON:    ^(isNull | isNested),
}

// compile makes a checked plan ready.
func compile(p *Plan) *program {
	g := &program{clock: -1, columns: p.Rules}
	opening := "{"
	g.fixed = padding
	member := func(name string) []byte {
		key := append(appendQuoted([]byte(opening), []byte(name)), ':')
		opening = ","
		g.fixed += len(key) + len("null")
		return key
	}
	g.noted, g.keys = make([]bool, len(p.Rules)), make([]string, len(p.Rules))
	for i, c := range p.Rules {
		if c.Clock && (c.Drop || c.Rewrite != nil) {
			g.clock, g.noted[i] = i, true
		}
		if c.Drop {
			continue
		}
		w := written{key: member(c.Name), column: i, asks: asks[c.Kind], float: c.Float}
		if c.Rewrite != nil {
			w.asks = ^isNull
		}
		if c.Key {
			w.asks |= isNull | isEmpty
		}
		if c.Needed {
			w.asks |= isNull
		}
		copy(w.short[:], w.key)
		w.size = len(w.key)
		g.keys[i] = string(w.key)
		w.room = max(w.size, shortKey) + 1
		w.moment = c.Kind == Time && c.Rewrite == nil
		g.written = append(g.written, w)
	}
	for _, d := range p.Derived {
		g.noted[p.index(d.From)] = true
		g.derived = append(g.derived, derived{member(d.Name), p.index(d.From), d.Value})
	}
	if len(p.Constant) > 0 {
		g.tail = append([]byte(opening), p.Constant...)
		opening = ","
	}
	if opening == "{" {
		g.tail = []byte("{")
	}
	g.tail = append(g.tail, '}')
	g.fixed += len(g.tail)
	g.index()
	return g
}

// index fills the table by which columns are found. It has four places a column.
// If a place is taken, the next one is used. 0 is an empty place.
func (g *program) index() {
	size := 8
	for size < 4*len(g.columns) {
		size *= 2
	}
	g.table = make([]int16, size)
	for i := range g.columns {
		name := append([]byte(g.columns[i].Name), make([]byte, padding)...)
		at := hash(name, 0, len(g.columns[i].Name)) & (size - 1)
		for g.table[at] != 0 {
			at = (at + 1) & (size - 1)
		}
		g.table[at] = int16(i + 1)
	}
}

// find returns the column named by b[i:end], or -1.
func (g *program) find(b []byte, i, end int) int {
	mask := len(g.table) - 1
	for at := hash(b, i, end) & mask; g.table[at] != 0; at = (at + 1) & mask {
		if n := int(g.table[at]) - 1; g.columns[n].Name == string(b[i:end]) {
			return n
		}
	}
	return -1
}

// hash mixes the length, the first eight and the last byte of b[i:end], behind
// which padding bytes can be read.
func hash(b []byte, i, end int) int {
	w := binary.LittleEndian.Uint64(b[i:])
	n := uint64(end - i)
	if n < 8 {
		w &= 1<<(8*n) - 1
	}
	if n > 0 {
		n |= uint64(b[end-1]) << 8
	}
	return int((w ^ n<<40 ^ n) * 0x9E3779B97F4A7C15 >> 40)
}
