package rows

// An extent is a scanned value: b[start:end]. Class 0 means that the row had none.
type extent struct {
	start, end int
	class      class
}

// A layout finds the values of a row. It predicts how the next row is written: see
// the package's documentation.
type layout struct {
	program *program
	steps   []step
	place   []int // where in steps each column comes, or -1
	learn   bool  // the next row makes the steps new
	budget  int   // how often steps may still be made new
	twice   bool  // a column has two steps, which cannot be followed
	strange bool  // a step is a stranger's

	// ordered: the steps have all columns that are written, in the plan's
	// order. sure: and the next row is expected to be as predicted.
	ordered, sure bool

	// places are the columns, or strangers, of the values of a row that is an
	// array, in their order; nil: rows are objects. closing ends a row.
	places  []int
	closing byte

	// What the last row was like: its values by column, and one more for its
	// strangers, the members that the plan does not name; and whether it was as
	// predicted.
	extents   []extent
	strangers []int
	asLearned bool
	unknown   unknown
}

// relearn is how often a layout learns anew in one answer. Rows that keep changing
// are better read without prediction.
const relearn = 32

// What member returns instead of a column.
const (
	rowEnds  = 1 << 30
	rowWrong = 1<<30 + 1
)

// start prepares for the rows of one answer.
func (l *layout) start(g *program) {
	if l.program != g {
		n := len(g.columns)
		*l = layout{program: g, learn: true, extents: make([]extent, n+1), place: make([]int, n)}
	}
	if l.unknown.start() {
		l.learn, l.sure, l.asLearned = true, false, false
	}
	l.budget = relearn
}

// scan reads the row whose brace is b[i] into extents and strangers. It reports
// where the row ends, or false and the byte that is wrong. Only a whole row
// changes what is predicted.
func (l *layout) scan(b []byte, i int) (int, bool) {
	if l.learn {
		l.forget()
	}
	if !l.asLearned {
		clear(l.extents)
	}
	first := i + 1
	i, next, ok := l.follow(b, first)
	if !ok {
		l.asLearned = false
		return i, false
	}
	if end := skipBlanks(b, i); b[end] == l.closing && next == len(l.steps) && next > 0 {
		l.asLearned, l.sure = true, l.ordered
		l.count(l.steps)
		return end + 1, true
	}
	l.asLearned, l.sure = false, false
	l.unsee(next)
	return l.explore(b, i, first, next)
}

// follow reads values as long as they come as predicted. It returns the
// position behind the last one and the step that failed.
func (l *layout) follow(b []byte, i int) (int, int, bool) {
	steps := l.steps
	for next := range steps {
		s := &steps[next]
		// This is s.at, which is too large for the compiler to inline.
		if t := b[i : i+2*halfBytes]; s.head.differs((*[halfBytes]byte)(t))|s.tail.differs((*[halfBytes]byte)(t[halfBytes:])) != 0 || s.rest != "" && !s.at(b, i) {
			return i, next, true
		}
		end, c := 0, class(0)
		if i += s.size; b[i] == '"' {
			end, c = scanString(b, i+1)
		} else {
			if b[i] <= ' ' {
				i = skipBlanks(b, i)
			}
			end, c = scanValue(b, i, maxDepth)
		}
		if c == 0 {
			return end, next, false
		}
		l.extents[s.slot] = extent{i, end, c}
		i = end
	}
	return i, len(l.steps), true
}

// explore reads the rest of a row that is not as predicted. The position is
// where the values of steps before next end.
func (l *layout) explore(b []byte, i, first, next int) (int, bool) {
	l.strangers = l.strangers[:0]
	for before, n := next, next; ; n++ {
		last, column := i, 0
		if next < len(l.steps) && l.steps[next].at(b, i) {
			i, column = i+l.steps[next].size, l.steps[next].column
			next++
		} else {
			i, column = l.member(b, i, n, i == first)
			if column >= rowEnds {
				return i, column == rowEnds && l.learned(before)
			}
			if next = l.behind(column, next, b[last:i]); l.places != nil {
				next = n + 1 // all steps look alike here, so the place alone tells
			}
		}
		i = skipBlanks(b, i)
		end, c := scanValue(b, i, maxDepth)
		if c == 0 {
			return end, false
		}
		if column >= 0 {
			l.extents[column] = extent{i, end, c}
		} else {
			l.strangers = append(l.strangers, ^column)
		}
		i = end
	}
}

// member reads what stands between two values: comma, key and colon, or the
// end of the row. n is the number of values before it. It returns the position
// behind it, and whose value follows.
func (l *layout) member(b []byte, i, n int, first bool) (int, int) {
	i = skipBlanks(b, i)
	if b[i] == l.closing && (l.places == nil || n == len(l.places)) {
		return i + 1, rowEnds
	}
	if !first {
		if b[i] != ',' {
			return i, rowWrong
		}
		i = skipBlanks(b, i+1)
	}
	switch {
	case l.places != nil && n == len(l.places):
		return i, rowWrong
	case l.places != nil:
		return i, l.places[n]
	case b[i] != '"':
		return i, rowWrong
	}
	end, c := scanString(b, i+1)
	if c == 0 {
		return end, rowWrong
	}
	column := l.named(b, i, end, c)
	i = skipBlanks(b, end)
	if b[i] != ':' {
		return i, rowWrong
	}
	return skipBlanks(b, i+1), column
}

// named finds the column or stranger with the key b[i:end], quotes included.
func (l *layout) named(b []byte, i, end int, c class) int {
	i, end = i+1, end-1
	if c&isEscaped != 0 {
		key := appendDecoded(nil, b[i-1:end+1])
		b, i, end = append(key, make([]byte, padding)...), 0, len(key)
	}
	if column := l.program.find(b, i, end); column >= 0 {
		return column
	}
	return ^l.unknown.number(b[i:end])
}
