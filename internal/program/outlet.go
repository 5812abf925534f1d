package program

import (
	"errors"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Sizes of what an outlet writes at once. mostWrite, with an ordinary row behind
// it, fits into a wide pipe that the loader has emptied: the write does not wait,
// and the next rows are read while the loader takes it. Once a write has taken
// longer than slowWrite, only leastWrite is written at once: a last STATE shall not
// wait behind a megabyte. A buffer that one huge row made larger than bufferKeep is
// dropped, so that memory stays flat.
const (
	widePipe   = 1 << 20 // the most that an ordinary Linux user may have
	leastWrite = 128 << 10
	mostWrite  = widePipe - 64<<10
	slowWrite  = 100 * time.Millisecond
	bufferKeep = 4 << 20
)

// An OutputError is a failure of the output itself: no stream can go on.
type OutputError struct{ err error }

func (e OutputError) Error() string { return "write output: " + e.err.Error() }
func (e OutputError) Unwrap() error { return e.err }

// ErrNowhere is why a sync with a closed stdout does not begin.
var ErrNowhere = OutputError{&Error{Code: ExitRetry, Err: errors.New("stdout is closed"),
	Hint: "send it to a loader or a file; to drop every row, write >/dev/null"}}

// ReaderGone reports whether err is that nobody reads the output any more.
func ReaderGone(err error) bool {
	var out OutputError
	return errors.As(err, &out) && errors.Is(out, syscall.EPIPE)
}

// An Outlet carries whole lines to a writer that may be slow, blocked or gone.
// They are collected in a buffer; whoever fills it writes it. What was collected
// leaves at least every second. Its methods may be called from several
// goroutines.
type Outlet struct {
	// Pending appends lines that were held back, if any; it runs with the
	// outlet locked, each second before the buffer leaves. Set it before use.
	Pending func(b []byte) []byte

	w io.Writer

	// lock holds a value while the outlet is locked. It is no mutex since
	// synctest's clock stands still while a goroutine waits for one.
	lock chan struct{}

	// writing is when the write began that has not returned yet, in nanoseconds
	// since 1970; 0: there is none.
	writing atomic.Int64

	// Below: only while the outlet is locked.
	buf    []byte
	size   int   // of buf, when it is written
	err    error // of w: nothing more can leave
	closed bool

	stop  chan struct{}
	ended sync.WaitGroup
}

// NewOutlet makes an outlet to w. Nothing leaves before Start; Close ends it.
func NewOutlet(w io.Writer) *Outlet {
	return &Outlet{w: w, lock: make(chan struct{}, 1), buf: newBuffer(), size: leastWrite, stop: make(chan struct{})}
}

func newBuffer() []byte { return make([]byte, 0, mostWrite+mostWrite/32) }

// Start lets lines out, the given ones first.
func (o *Outlet) Start(lines []byte) {
	o.buf = append(o.buf, lines...)
	o.ended.Go(o.tick)
}

// tick lets out each second what was collected since.
func (o *Outlet) tick() {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			o.letOut()
		case <-o.stop:
			return
		}
	}
}

func (o *Outlet) unlock() { <-o.lock }

// letOut hands over what was collected or held back.
func (o *Outlet) letOut() {
	o.lock <- struct{}{}
	defer o.unlock()
	if o.closed {
		return
	}
	if o.Pending != nil {
		o.buf = o.Pending(o.buf)
	}
	_ = o.write() // whoever writes next gets the error
}

// write empties the buffer. The outlet is locked.
func (o *Outlet) write() error {
	if o.err != nil || len(o.buf) == 0 {
		return o.err
	}
	began := time.Now()
	o.writing.Store(began.UnixNano())
	defer o.writing.Store(0)
	if _, err := o.w.Write(o.buf); err != nil {
		o.err = OutputError{err}
	}
	took := time.Since(began)
	// On one core, what has come meanwhile would have to wait until this
	// goroutine has nothing left to write.
	runtime.Gosched()
	switch {
	case took > slowWrite:
		o.size = leastWrite
	case o.Full(o.buf):
		o.size = min(2*o.size, mostWrite)
	}
	if o.buf = o.buf[:0]; cap(o.buf) > bufferKeep {
		o.buf = newBuffer()
	}
	return o.err
}

// blocked is for how long the reader has not taken what is being written; 0:
// nothing is. It may be called while the outlet is locked.
func (o *Outlet) blocked() time.Duration {
	began := o.writing.Load()
	if began == 0 {
		return 0
	}
	return time.Since(time.Unix(0, began))
}

// Full reports whether b, the buffer that Append gives, is large enough to be
// written.
func (o *Outlet) Full(b []byte) bool { return len(b) >= o.size }

// Append adds what add appends to the buffer: whole lines. It waits while
// something is written. After an error the outlet is of no more use.
func (o *Outlet) Append(add func(b []byte) []byte) error {
	o.lock <- struct{}{}
	defer o.unlock()
	o.buf = add(o.buf)
	if o.Full(o.buf) {
		return o.write()
	}
	return o.err
}

// Flush returns when everything appended so far has been written.
func (o *Outlet) Flush() error {
	o.lock <- struct{}{}
	defer o.unlock()
	return o.write()
}

// Close flushes and ends the goroutine. The outlet must not be used after it.
func (o *Outlet) Close() error {
	o.lock <- struct{}{}
	err := o.write()
	o.closed = true
	o.unlock()
	close(o.stop)
	o.ended.Wait()
	return err
}
