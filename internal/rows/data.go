package rows

import "fmt"

// data reads the rows at i and returns the position behind them.
func (a *answer) data(i int) (int, error) {
	a.rowsSeen = true
	if err := a.begin(); err != nil {
		return 0, err
	}
	if a.form.Single {
		if a.body.buf[i] != a.form.opening() {
			return 0, a.noRow(i, i)
		}
		return a.row(i)
	}
	if a.body.buf[i] != '[' {
		return 0, a.syntax(i, a.form.name()+" is no array")
	}
	i, err := a.next(i + 1)
	if err == nil && a.body.buf[i] == ']' {
		return i + 1, nil
	}
	for ; err == nil; i, err = a.next(i + 1) {
		if a.body.buf[i] != a.form.opening() {
			return 0, a.noRow(i, i)
		}
		if i, err = a.row(i); err != nil {
			return 0, err
		}
		if i, err = a.next(i); err != nil {
			return 0, err
		}
		if a.body.buf[i] == ']' {
			return i + 1, nil
		}
		if a.body.buf[i] != ',' {
			return 0, a.syntax(i, fmt.Sprintf("no comma after row %d", a.found-1))
		}
	}
	return 0, err
}

// begin finds the program for the rows to come.
func (a *answer) begin() error {
	switch {
	case !a.columnsSeen && a.form.Arrays && !a.second:
		a.program = nil // the values cannot be told apart yet
	case a.columnsSeen:
		var err error
		a.meta = a.page.Meta
		if a.program, err = a.decoder.program(a.meta); err != nil {
			return err
		}
	}
	if a.program != nil {
		a.layout.start(a.program)
		a.layout.arrange(a.form.Arrays, a.meta)
		a.emitter.start(a.program, a.page)
	}
	return nil
}

// row reads the row at i and returns the position behind it.
func (a *answer) row(i int) (int, error) {
	if a.program != nil && a.layout.sure {
		if end := a.emitter.predicted(a.body.buf, i, &a.layout); end > 0 {
			a.found++
			return end, nil
		}
	}
	for {
		end, ok := a.scan(i)
		if ok {
			a.found++
			if a.program != nil {
				a.emitter.row(a.body.buf, &a.layout, end-i)
			}
			return end, nil
		}
		if end < a.body.end {
			return 0, a.noRow(i, end)
		}
		if err := a.more(i); err != nil {
			return 0, err
		}
		i = 0
	}
}

// noRow is the error that the byte at i makes the row that begins at start no row.
func (a *answer) noRow(start, i int) error {
	if nesting(a.body.buf[start:i+1]) > maxDepth {
		return &EnvelopeError{TooDeep, fmt.Sprintf("row %d nests deeper than %d levels", a.found, maxDepth), a.body.base + int64(i)}
	}
	if a.form.Arrays && a.program != nil {
		return a.syntax(i, fmt.Sprintf("row %d is no array of %d valid values", a.found, len(a.layout.places)))
	}
	return a.syntax(i, fmt.Sprintf("row %d is no object of valid values", a.found))
}

// nesting is how many arrays and objects are open at the end of b.
func nesting(b []byte) (depth int) {
	quoted := false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		}
	}
	return depth
}

func (a *answer) scan(i int) (int, bool) {
	if a.program != nil {
		return a.layout.scan(a.body.buf, i)
	}
	end, c := scanValue(a.body.buf, i, maxDepth+1)
	return end, c != 0
}
