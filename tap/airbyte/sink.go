package airbyte

import (
	"bytes"
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
)

// heartbeat is about the longest time without a STATE while a stream is read: to the
// platform only RECORD and STATE are signs of life.
const heartbeat = 59 * time.Second

// A sink writes the Airbyte protocol: STREAM_STATUS, RECORD, STATE and
// ESTIMATE messages, one on a line. A STATE stands for one stream and counts
// the RECORD messages since the one before it.
type sink struct {
	ctx       context.Context // cuts a page between two rows
	out       *program.Outlet
	errorLine func(err error, stream string) []byte // the ERROR of a stream that failed

	// running says that every open stream's RUNNING is out.
	running atomic.Bool

	// Below: only while the outlet is locked.
	start map[string]streamState // how streams begin
	open  []*stream
}

var _ tap.Sink = (*sink)(nil)

// newSink makes a sink to out, which is the caller's to close. start
// holds the states that streams go on from. Once ctx has ended it writes no
// further rows, only STATE.
func newSink(ctx context.Context, out *program.Outlet, start map[string]streamState) *sink {
	k := &sink{ctx: ctx, out: out, start: start}
	_ = out.Append(func(b []byte) []byte { // which locks it
		out.Pending = k.overdue
		return b
	})
	return k
}

// find returns the open stream of that name, or nil.
func (k *sink) find(name string) *stream {
	for _, t := range k.open {
		if t.name == name {
			return t
		}
	}
	return nil
}

// Start writes STARTED.
func (k *sink) Start(s tap.Stream) error {
	return k.out.Append(func(b []byte) []byte {
		k.running.Store(false)
		k.open = append(k.open, newStream(s.Name, k.start[s.Name]))
		return appendStatus(b, s.Name, "STARTED", time.Time{})
	})
}

// answered writes RUNNING of the streams that are open: the API answers.
func (k *sink) answered() {
	if k.running.Load() {
		return
	}
	_ = k.out.Append(func(b []byte) []byte { // a broken output shows at the next row
		for _, t := range k.open {
			b = t.appendRunning(b)
		}
		k.running.Store(true)
		return b
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
	t := k.find(s.Name)
	for row := 0; row < len(p.Rows); {
		if err := k.ctx.Err(); err != nil {
			return err
		}
		err := k.out.Append(func(b []byte) []byte {
			b = t.appendRunning(b)
			b, row = t.appendRows(b, &p, row, k.out.Full)
			return b
		})
		if err != nil {
			return err
		}
		p.NoteWritten(row)
	}
	return k.out.Append(func(b []byte) []byte {
		b = t.appendRunning(b)
		b = t.appendEstimate(b, p.Done)
		if p.Bookmark != nil {
			t.state.bookmark = bytes.Clone(tap.Remember(p.Bookmark, t.state.bookmark, t.state.account))
			t.held = true
		}
		return t.overdue(b)
	})
}

// overdue appends states that were held back, and those that show the platform
// that a stream is alive.
func (k *sink) overdue(b []byte) []byte {
	for _, t := range k.open {
		b = t.overdue(b)
	}
	return b
}

// Wait writes RATE_LIMITED with the time at which requests go on, and a STATE.
func (k *sink) Wait(until time.Time) error {
	return k.out.Append(func(b []byte) []byte {
		for _, t := range k.open {
			b = t.appendWait(b, until)
		}
		return b
	})
}

// End writes the last STATE, and one in any case for a stream that is complete,
// then COMPLETE or, after the reason, INCOMPLETE.
func (k *sink) End(s tap.Stream, failure error) error {
	err := k.out.Append(func(b []byte) []byte {
		t := k.find(s.Name)
		for i := range k.open {
			if k.open[i] == t {
				k.open = append(k.open[:i], k.open[i+1:]...)
				break
			}
		}
		return t.appendEnd(b, failure, k.errorLine)
	})
	if err != nil {
		return err
	}
	return k.out.Flush()
}
