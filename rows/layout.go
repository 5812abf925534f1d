package rows

// A span is a scanned value: b[start:end]. Class 0 means that the row had none.
type span struct {
	start, end int
	class      class
}

// A layout predicts how the next row is written, see the package's
// documentation. It finds the values of a row.
type layout struct {
	program *program
	steps   []step
	place   []int // where in steps each column comes, or -1
	learn   bool  // the next row makes the steps new
	budget  int   // how often steps may still be made new

	// joined tells of a column, when a row is as predicted, that the row holds
	// what is to be written between it and the column before it in the plan.
	joined []bool

	spans     []span // the values of the last row, by column
	asJoined  bool   // the last row was as predicted
	strangers []int  // its members that the plan does not name
	unknown   unknown
}

// relearn is how often an answer may make a layout think again. Rows that keep
// changing are better read without prediction.
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
		*l = layout{program: g, learn: true, spans: make([]span, n), place: make([]int, n), joined: make([]bool, n)}
	}
	if l.unknown.start() {
		l.learn = true
	}
	l.budget = relearn
}

// scan reads the row whose brace is b[i] into spans and strangers. It reports
// where the row ends, or false and the byte that is wrong. Only a whole row
// changes what is predicted.
func (l *layout) scan(b []byte, i int) (int, bool) {
	clear(l.spans)
	l.strangers = l.strangers[:0]
	if l.learn {
		l.forget()
	}
	i++
	for first, last, next, missed := i, i, 0, false; ; last = i {
		column := 0
		if next < len(l.steps) && l.steps[next].before(b, i) {
			i, column = i+l.steps[next].size, l.steps[next].column
			next++
		} else {
			i, column = l.member(b, i, i == first)
			if column >= rowEnds {
				return i, column == rowEnds && l.learned(missed || next < len(l.steps))
			}
			if l.learn {
				l.note(string(b[last:i]), column)
				next++
			} else {
				missed, next = true, l.behind(column, next)
			}
		}
		if b[i] <= ' ' {
			i = skipBlanks(b, i)
		}
		var end int
		var c class
		if b[i] == '"' {
			end, c = scanString(b, i+1)
		} else {
			end, c = scanValue(b, i, maxDepth)
		}
		if c == 0 {
			return end, false
		}
		if column >= 0 {
			l.spans[column] = span{i, end, c}
		} else {
			l.strangers = append(l.strangers, ^column)
		}
		i = end
	}
}

// member reads what stands between two values: comma, key and colon, or the
// end of the row. It returns the position behind it, and whose value follows.
func (l *layout) member(b []byte, i int, first bool) (int, int) {
	i = skipBlanks(b, i)
	if b[i] == '}' {
		return i + 1, rowEnds
	}
	if !first {
		if b[i] != ',' {
			return i, rowWrong
		}
		i = skipBlanks(b, i+1)
	}
	if b[i] != '"' {
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

// forget drops all steps.
func (l *layout) forget() {
	l.steps = l.steps[:0]
	for i := range l.place {
		l.place[i] = -1
	}
}

// note adds a step.
func (l *layout) note(before string, column int) {
	if column >= 0 {
		l.place[column] = len(l.steps)
		after := l.program.after[column]
		l.joined[column] = after.key == before && l.steps[len(l.steps)-1].column == after.column
	}
	l.steps = append(l.steps, newStep(before, column))
}

// behind is the step to expect after a column that was not the predicted one.
// It is never the first one, before which there is no comma.
func (l *layout) behind(column, next int) int {
	if column >= 0 && l.place[column] >= 0 {
		return l.place[column] + 1
	}
	return max(next, 1)
}

// learned ends a row; missed: it was not as predicted. It returns true.
func (l *layout) learned(missed bool) bool {
	l.asJoined = !missed && !l.learn
	l.learn = missed && !l.learn && l.budget > 0
	if l.learn {
		l.budget--
	}
	for _, n := range l.strangers {
		l.unknown.counts[n]++
	}
	return true
}
