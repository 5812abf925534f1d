package rows

import "fmt"

// data reads the array of rows whose bracket is at i and returns the position
// behind it.
func (a *answer) data(i int) (int, error) {
	if a.window.buf[i] != '[' {
		return 0, a.syntax(i, "data is no array")
	}
	if err := a.begin(); err != nil {
		return 0, err
	}
	i, err := a.next(i + 1)
	if err == nil && a.window.buf[i] == ']' {
		return i + 1, nil
	}
	for ; err == nil; i, err = a.next(i + 1) {
		if a.window.buf[i] != '{' {
			return 0, a.syntax(i, fmt.Sprintf("row %d is no object", a.found))
		}
		if i, err = a.row(i); err != nil {
			return 0, err
		}
		if i, err = a.next(i); err != nil {
			return 0, err
		}
		if a.window.buf[i] == ']' {
			return i + 1, nil
		}
		if a.window.buf[i] != ',' {
			return 0, a.syntax(i, fmt.Sprintf("no comma after row %d", a.found-1))
		}
	}
	return 0, err
}

// begin finds the program for the rows to come.
func (a *answer) begin() error {
	if a.seen["meta"] {
		var err error
		a.meta = a.page.Meta
		if a.program, err = a.decoder.program(a.meta); err != nil {
			return err
		}
	}
	if a.program != nil {
		a.layout.start(a.program)
		a.emitter.start(a.program, a.page)
	}
	return nil
}

// row reads the row at i and returns the position behind it.
func (a *answer) row(i int) (int, error) {
	if a.program != nil && a.layout.sure {
		if end := a.emitter.predicted(a.window.buf, i, &a.layout); end > 0 {
			a.found++
			return end, nil
		}
	}
	for {
		end, ok := a.scan(i)
		if ok {
			a.found++
			if a.program != nil {
				a.emitter.row(a.window.buf, &a.layout, end-i)
			}
			return end, nil
		}
		if end < a.window.end {
			return 0, a.syntax(end, fmt.Sprintf("row %d is no object of valid values", a.found))
		}
		if err := a.more(i); err != nil {
			return 0, err
		}
		i = 0
	}
}

func (a *answer) scan(i int) (int, bool) {
	if a.program != nil {
		return a.layout.scan(a.window.buf, i)
	}
	end, c := scanValue(a.window.buf, i, maxDepth+1)
	return end, c != 0
}
