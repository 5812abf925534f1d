package singer

import (
	"context"
	"fmt"
	"io"
	"time"

	"tap-reprise/internal/object"
	"tap-reprise/internal/program"
	"tap-reprise/tap"
)

// A sink writes the Singer protocol: SCHEMA, RECORD and STATE messages,
// one on a line. The first line is the state that came in.
type sink struct {
	ctx   context.Context // cuts a page between two rows
	out   *program.Outlet
	state *State

	// Below: only while the outlet is locked.
	held  bool      // the state moved since its last line
	naked bool      // the last line is no STATE
	last  time.Time // when the last STATE line was written
}

var _ tap.Sink = (*sink)(nil)

// newSink makes a sink to w that starts with st; close it to flush. Once
// ctx has ended it writes no further rows, only STATE.
func newSink(ctx context.Context, w io.Writer, st *State) *sink {
	k := &sink{ctx: ctx, out: program.NewOutlet(w), state: st}
	k.out.Pending = k.overdue
	k.out.Start(k.stateLine(nil))
	return k
}

// stateLine appends the state as it stands.
func (k *sink) stateLine(b []byte) []byte {
	b = append(b, `{"type":"STATE","value":`...)
	b = k.state.append(b)
	b = append(b, "}\n"...)
	k.held, k.naked, k.last = false, false, time.Now()
	return b
}

// overdue appends a state that was held back because the last one was too
// recent.
func (k *sink) overdue(b []byte) []byte {
	if k.held && time.Since(k.last) >= tap.StateGap {
		return k.stateLine(b)
	}
	return b
}

// Start writes the stream's SCHEMA; none of a broken one, where a guess of the
// columns would change the loader's table.
func (k *sink) Start(s tap.Stream) error {
	if s.Broken != nil {
		return nil
	}
	return k.out.Append(func(b []byte) []byte {
		k.naked = true
		return appendSchema(b, s)
	})
}

// Write writes the page's rows, then a STATE with its bookmark unless the last
// one is less than a second old: then it follows within that second. If the
// context ends it stops between two rows, without the bookmark.
func (k *sink) Write(s tap.Stream, p tap.Page) error {
	if p.Bookmark != nil {
		if err := tap.CheckBookmark(p.Bookmark); err != nil {
			return fmt.Errorf("stream %s: %w", s.Name, err)
		}
	}
	before := []byte(`{"type":"RECORD","stream":` + string(object.Encode(s.Name)) + `,"record":`)
	after := []byte(`,"time_extracted":"` + time.Now().UTC().Format("2006-01-02T15:04:05.000000Z") + "\"}\n")
	for rows := p.Rows; len(rows) > 0; {
		if err := k.ctx.Err(); err != nil {
			return err
		}
		err := k.out.Append(func(b []byte) []byte {
			for len(rows) > 0 && !k.out.Full(b) {
				b = append(append(append(b, before...), rows[0]...), after...)
				rows = rows[1:]
			}
			k.naked = true
			return b
		})
		if err != nil {
			return err
		}
		p.NoteWritten(len(p.Rows) - len(rows))
	}
	if p.Bookmark == nil {
		return nil
	}
	return k.out.Append(func(b []byte) []byte {
		k.state.Set(s.Name, p.Bookmark)
		k.held = true
		return k.overdue(b)
	})
}

// Wait lets out what was written so far; Singer has no message for a pause.
func (k *sink) Wait(until time.Time) error {
	return nil // the outlet empties itself each second
}

// End writes the last valid STATE, even if it is a repetition: target-jsonl
// keeps a state only if no record follows it.
func (k *sink) End(tap.Stream, error) error {
	err := k.out.Append(func(b []byte) []byte {
		if k.held || k.naked {
			return k.stateLine(b)
		}
		return b
	})
	if err != nil {
		return err
	}
	return k.out.Flush()
}

// close flushes. Nothing may be written after it.
func (k *sink) close() error { return k.out.Close() }
