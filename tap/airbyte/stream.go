package airbyte

import (
	"strconv"
	"time"

	"tap-reprise/internal/object"
	"tap-reprise/tap"
)

// estimateGap is the least time between two estimates.
const estimateGap = 10 * time.Second

// A stream is one that is being written.
type stream struct {
	name   string
	before []byte // of a RECORD, up to its row
	state  streamState

	rows    int64     // RECORD messages since the last STATE
	held    bool      // the state moved since its last STATE
	written bool      // there was a STATE
	last    time.Time // when the last STATE was written, or the stream began
	running bool      // RUNNING is out
	until   time.Time // the end of the pause that was announced

	total, bytes int64 // in all
	estimate     int64 // the last that was written
	estimated    time.Time
}

func newStream(name string, from streamState) *stream {
	return &stream{
		name: name, state: from, last: time.Now(),
		before: []byte(`{"type":"RECORD","record":{"stream":` + string(object.Encode(name)) + `,"data":`),
	}
}

func (t *stream) appendRunning(b []byte) []byte {
	if t.running {
		return b
	}
	t.running = true
	return appendStatus(b, t.name, "RUNNING", time.Time{})
}

// appendRows appends the rows of p from row on until b is full, and returns the
// row to go on from.
func (t *stream) appendRows(b []byte, p *tap.Page, row int, full func(b []byte) bool) ([]byte, int) {
	after := strconv.AppendInt([]byte(`,"emitted_at":`), time.Now().UnixMilli(), 10)
	changes := p.Changes
	for len(changes) > 0 && changes[0].Row < row {
		changes = changes[1:]
	}
	for row < len(p.Rows) && !full(b) {
		b = append(append(append(b, t.before...), p.Rows[row]...), after...)
		n := 0
		for n < len(changes) && changes[n].Row == row {
			n++
		}
		b = appendChanges(b, changes[:n])
		b = append(b, "}}\n"...)
		t.bytes += int64(len(p.Rows[row]))
		changes = changes[n:]
		row++
		t.rows++
		t.total++
	}
	return b, row
}

// appendChanges appends which values of a row are not what the API sent.
func appendChanges(b []byte, changes []tap.Change) []byte {
	if len(changes) == 0 {
		return b
	}
	b = append(b, `,"meta":{"changes":[`...)
	for i, c := range changes {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"field":`...)
		b = append(b, object.Encode(c.Field)...)
		// The protocol knows two kinds; a repaired text lost some characters.
		kind := "TRUNCATED"
		if c.Nulled {
			kind = "NULLED"
		}
		b = append(b, `,"change":"`...)
		b = append(b, kind...)
		b = append(b, `","reason":"SOURCE_SERIALIZATION_ERROR"}`...)
	}
	return append(b, "]}"...)
}

// overdue appends the STATE if it moved and the last one is a second old, or if
// none came for a minute.
func (t *stream) overdue(b []byte) []byte {
	since := time.Since(t.last)
	if t.held && since >= tap.StateGap || since >= heartbeat {
		return t.appendState(b)
	}
	return b
}

func (t *stream) appendState(b []byte) []byte {
	b = appendState(b, t.name, t.state.text(), t.rows)
	t.rows, t.held, t.written, t.last = 0, false, true, time.Now()
	return b
}

// appendWait announces a pause, once a second at most.
func (t *stream) appendWait(b []byte, until time.Time) []byte {
	if until.Sub(t.until) < time.Second {
		return b
	}
	t.until, t.running = until, true
	b = appendStatus(b, t.name, "RUNNING", until)
	if time.Since(t.last) >= tap.StateGap {
		b = t.appendState(b)
	}
	return b
}

// appendEstimate says how many rows there will be if the rest is like what is
// done, where that is news.
func (t *stream) appendEstimate(b []byte, done float64) []byte {
	if done <= 0 || done > 1 || t.total == 0 {
		return b
	}
	rows := int64(float64(t.total)/done + 0.5)
	news := max(rows, t.estimate) - min(rows, t.estimate)
	if news*100 <= rows || t.estimate > 0 && time.Since(t.estimated) < estimateGap {
		return b
	}
	t.estimate, t.estimated = rows, time.Now()
	return appendEstimate(b, t.name, rows, int64(float64(t.bytes)/done+0.5))
}

// appendEnd appends what closes the stream. errorLine is the ERROR of a failure.
func (t *stream) appendEnd(b []byte, failure error, errorLine func(error, string) []byte) []byte {
	if failure != nil {
		if t.held || t.rows > 0 {
			b = t.appendState(b)
		}
		b = append(b, errorLine(failure, t.name)...)
		return appendStatus(b, t.name, "INCOMPLETE", time.Time{})
	}
	b = t.appendRunning(b)
	if t.estimate > 0 && t.estimate != t.total {
		b = appendEstimate(b, t.name, t.total, t.bytes)
	}
	if moved := t.state.end(); moved || t.held || t.rows > 0 || !t.written {
		b = t.appendState(b)
	}
	return appendStatus(b, t.name, "COMPLETE", time.Time{})
}
