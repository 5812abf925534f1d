package emulator

import (
	"fmt"
	"io"
	"strconv"
)

// Response envelope.
//
// Behaviour: meta, data, rows, rows_before_limit_at_least and statistics, in
// the order in which ClickHouse's FORMAT JSON prints them and with its tabs;
// arrays are spread over lines. The dialect changes order and layout, never
// the values.
//
// Source: Reprise Data API, section 2 "Response envelope"; the layout is that
// of ClickHouse.

// An envelope prints a page.
type envelope struct {
	table  *table
	layout layout
	d      *Dialect
	f      Broken
	before int // rows_before_limit_at_least, negative if absent
}

// chunk is about how much is printed before it is handed on.
const chunk = 32 << 10

// pageWriter collects what is printed and hands it on in chunks.
type pageWriter struct {
	w   io.Writer
	b   []byte
	n   int
	err error
}

func (w *pageWriter) spill() {
	if w.err == nil {
		_, w.err = w.w.Write(w.b)
	}
	w.n += len(w.b)
	w.b = w.b[:0]
}

// write prints the page to w.
func (e *envelope) write(w io.Writer) error {
	out := &pageWriter{w: w, b: make([]byte, 0, chunk+4<<10)}
	e.print(out)
	return out.err
}

// size is the length of the page.
func (e *envelope) size() int {
	out := &pageWriter{w: io.Discard}
	e.print(out)
	return out.n
}

func (e *envelope) print(out *pageWriter) {
	l := e.layout
	out.b = append(out.b, '{')
	rows := e.table.rows
	if e.f.Exception || e.f.RawException {
		rows = rows[:len(rows)/2]
	}
	if !e.d.MetaLast {
		e.meta(out)
		out.b = append(append(out.b, ','), l.gap...)
	}
	if !e.data(out, rows) {
		return
	}
	out.b = append(append(out.b, ','), l.gap...)
	if e.d.MetaLast {
		e.meta(out)
		out.b = append(append(out.b, ','), l.gap...)
	}
	e.tail(out, len(rows))
	out.spill()
}

func (e *envelope) meta(out *pageWriter) {
	l := e.layout
	out.b = e.section(out.b, "meta", "[")
	for i, c := range e.table.columns {
		if i > 0 {
			out.b = append(out.b, ',')
		}
		out.b = l.indent(out.b, 2)
		out.b = append(out.b, '{')
		out.b = l.name(l.indent(out.b, 3), "name")
		out.b = append(strconv.AppendQuote(out.b, c.name), ',')
		out.b = l.name(l.indent(out.b, 3), "type")
		out.b = printer{d: e.d}.text(out.b, c.typ)
		out.b = append(l.indent(out.b, 2), '}')
	}
	out.b = append(l.indent(out.b, 1), ']')
}

// data prints the rows and reports whether the page goes on behind them.
func (e *envelope) data(out *pageWriter, rows []int32) bool {
	l := e.layout
	out.b = e.section(out.b, "data", "[")
	prefixes := e.prefixes()
	for i, row := range rows {
		if i > 0 {
			out.b = append(out.b, ',')
		}
		out.b = append(l.indent(out.b, 2), '{')
		e.table.seek(row)
		for j, c := range e.table.columns {
			out.b = append(out.b, prefixes[j]...)
			at := len(out.b)
			out.b = c.print(out.b)
			if out.b[at] == '[' && l.line != "" {
				out.b = l.spread(out.b, at)
			}
		}
		out.b = append(l.indent(out.b, 2), '}')
		if len(out.b) >= chunk {
			if out.spill(); out.err != nil {
				return false
			}
		}
	}
	if e.f.RawException {
		out.b = append(append(l.indent(append(out.b, ','), 2), '{'), l.line...)
		out.b = append(out.b, exceptionText+"\n"...)
		out.spill()
		return false
	}
	if len(rows) == 0 {
		out.b = append(out.b, l.line...)
	}
	out.b = append(l.indent(out.b, 1), ']')
	return true
}

// prefixes is what stands before each value of a row.
func (e *envelope) prefixes() [][]byte {
	list := make([][]byte, len(e.table.columns))
	for i, c := range e.table.columns {
		if i > 0 {
			list[i] = append(list[i], ',')
		}
		list[i] = e.layout.name(e.layout.indent(list[i], 3), c.name)
	}
	return list
}

func (e *envelope) tail(out *pageWriter, rows int) {
	l := e.layout
	number := func(name string, n int) {
		out.b = strconv.AppendInt(l.name(l.indent(out.b, 1), name), int64(n), 10)
		out.b = append(append(out.b, ','), l.gap...)
	}
	number("rows", rows+e.f.MoreRows)
	if e.before >= 0 {
		number("rows_before_limit_at_least", e.before)
	}
	out.b = e.section(out.b, "statistics", "{")
	for i, s := range []string{
		fmt.Sprintf("elapsed%s0.%09d", quoteColon(l), 1_200_000+230*e.table.scanned%900_000_000),
		fmt.Sprintf("rows_read%s%d", quoteColon(l), e.table.scanned),
		fmt.Sprintf("bytes_read%s%d", quoteColon(l), 412*e.table.scanned),
	} {
		if i > 0 {
			out.b = append(out.b, ',')
		}
		out.b = append(append(l.indent(out.b, 2), '"'), s...)
	}
	out.b = append(l.indent(out.b, 1), '}')
	if e.f.Exception {
		out.b = append(append(out.b, ','), l.gap...)
		out.b = printer{d: e.d}.text(l.name(l.indent(out.b, 1), "exception"), exceptionText)
	}
	out.b = append(append(out.b, l.line...), '}')
	out.b = append(out.b, l.line...)
}

func quoteColon(l layout) string { return `"` + l.colon }

// section prints a section's name and the bracket that opens it.
func (e *envelope) section(b []byte, name, bracket string) []byte {
	b = append(append(e.layout.indent(b, 1), '"'), name...)
	b = append(b, `":`...)
	return append(e.layout.indent(b, 1), bracket...)
}
