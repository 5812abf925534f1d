package rows

import (
	"encoding/binary"
	"strings"

	"github.com/zeebo/xxh3"
)

// An emitter writes rows into a page.
type emitter struct {
	program *program
	page    *Page
	arena   arena

	at      int64 // moment of the row's clock
	hasAt   bool
	twice   bool
	standIn string   // what is written for a key that is not there
	lacking bool     // a key is not there
	floats  []extent // where in the row the values of Float columns are
	last    int      // bytes of the row before, a guess for the next one

	// Scratch.
	moment        moment
	text, rounded []byte
}

// null is written where there is no value.
const null = "null"

// start prepares for the rows of one answer.
func (e *emitter) start(g *program, p *Page) {
	e.program, e.page, e.standIn = g, p, null
	e.arena.reset()
}

// row writes the row whose values are the extents of b; its text has size bytes.
func (e *emitter) row(b []byte, l *layout, size int) {
	changes := len(e.page.Edits)
	row := e.write(e.arena.room(e.program.fixed+size), b, l)
	sum := e.sum(row)
	if e.lacking {
		var quoted [19]byte
		e.standIn = string(appendStandIn(quoted[:0], sum))
		e.page.Edits = e.page.Edits[:changes]
		row = e.write(row[:0], b, l)
		sum = e.sum(row)
		e.standIn = null
	}
	e.keep(row, e.program.fixed+size, sum)
}

// keep makes row one of the page. Room for size bytes had been asked for it.
func (e *emitter) keep(row []byte, size int, sum uint64) {
	e.arena.keep(row, size)
	e.last = len(row)
	e.page.Rows = append(e.page.Rows, Row{JSON: row, At: e.at, HasAt: e.hasAt, Twice: e.twice, Sum: sum})
}

// predicted writes the row whose brace is b[i] if transcribe can, and returns
// the position behind it, or 0.
func (e *emitter) predicted(b []byte, i int, l *layout) int {
	changes, size := len(e.page.Edits), e.program.fixed+min(e.last, arenaBlock/4)
	dst := e.arena.room(size)
	row, end := e.transcribe(dst[:cap(dst)], b, i, l)
	if end == 0 {
		e.page.Edits = e.page.Edits[:changes]
		return 0
	}
	e.keep(row, size, e.sum(row))
	return end
}

// begin forgets what was noted about the row before.
func (e *emitter) begin() {
	e.at, e.hasAt, e.twice, e.lacking, e.floats = 0, false, false, false, e.floats[:0]
}

// write appends the row.
func (e *emitter) write(dst, b []byte, l *layout) []byte {
	e.begin()
	g := e.program
	for i := range g.written {
		w := &g.written[i]
		v := &l.extents[w.column]
		start := len(dst) + w.size
		switch {
		case w.plain(v.class):
			dst = w.append(dst, b, v)
		case w.moment && v.class == isString && e.clock(b[v.start+1:v.end-1], &g.columns[w.column]):
			dst = e.moment.append(append(dst, w.key...))
		default:
			dst = e.value(append(dst, w.key...), &g.columns[w.column], b, *v)
		}
		if w.float {
			e.floats = append(e.floats, w.place(start, len(dst), v.class))
		}
	}
	return e.rest(dst, b, l)
}

// rest appends what follows the columns.
func (e *emitter) rest(dst, b []byte, l *layout) []byte {
	g := e.program
	for _, d := range g.derived {
		v := l.extents[d.from]
		none := v.class == 0 || v.class&isNull != 0
		dst = d.value(append(dst, d.key...), e.decoded(b, v), none)
	}
	if g.clock >= 0 {
		if v := l.extents[g.clock]; v.class&isString != 0 {
			e.clock(e.decoded(b, v), &g.columns[g.clock])
		}
	}
	return append(dst, g.tail...)
}

// value appends one value that cannot simply be copied, and notes it in Page.Edits
// if it is not what was sent.
func (e *emitter) value(dst []byte, c *Rule, b []byte, v extent) []byte {
	start, change := len(dst), none
	switch {
	case v.class == 0 || v.class&isNull != 0:
		dst = append(dst, null...)
	case c.Padded && isPadding(b[v.start:v.end]):
		dst = append(dst, `""`...)
	default:
		dst, change = e.convert(dst, c, b, v)
	}
	if w := dst[start:]; c.Key && (string(w) == null || !c.Blank && (string(w) == `""` || v.class&isEmpty != 0)) {
		dst, change = append(dst[:start], e.standIn...), repaired
		e.lacking = true
	}
	if c.Needed && string(dst[start:]) == null {
		change = misfit
	}
	if change != none {
		e.page.Edits = append(e.page.Edits, Edit{len(e.page.Rows), c.Name, change >= nulled, change == misfit})
	}
	return dst
}

// isPadding reports whether a string holds nothing but NULs.
func isPadding(raw []byte) bool {
	const nul = `\u0000`
	text := string(raw)
	return len(text) > 2 && len(text)%len(nul) == 2 && text == `"`+strings.Repeat(nul, len(text)/len(nul))+`"`
}

// decoded is the text of a value as Rewrite and Derived see it, good until the
// next call.
func (e *emitter) decoded(b []byte, v extent) []byte {
	raw := b[v.start:v.end]
	switch {
	case v.class == 0 || v.class&isNull != 0:
		return nil
	case v.class&isEscaped != 0:
		e.text = appendDecoded(e.text[:0], raw)
		return e.text
	case v.class&isString != 0:
		return raw[1 : len(raw)-1]
	case v.class&isSpaced != 0:
		e.text = appendCompact(e.text[:0], raw, v.class&^isBroken)
		return e.text
	}
	return raw
}

// sum hashes a row as it was written, with Floats rounded. What stands between
// Floats enters by its own hash: to copy it would take longer than to hash it.
func (e *emitter) sum(row []byte) uint64 {
	if len(e.floats) == 0 {
		return xxh3.Hash(row)
	}
	text, last := e.rounded[:0], 0
	for _, f := range e.floats {
		text = binary.LittleEndian.AppendUint64(text, xxh3.Hash(row[last:f.start]))
		text = appendRounded(text, row[f.start:f.end], f.class)
		last = f.end
	}
	e.rounded = binary.LittleEndian.AppendUint64(text, xxh3.Hash(row[last:]))
	return xxh3.Hash(e.rounded)
}

// appendStandIn appends the text that stands for a missing key.
func appendStandIn(dst []byte, sum uint64) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"', '~')
	for shift := 60; shift >= 0; shift -= 4 {
		dst = append(dst, hex[sum>>shift&15])
	}
	return append(dst, '"')
}
