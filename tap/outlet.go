package tap

import (
	"errors"
	"io"
	"sync"
	"syscall"
	"time"
)

// Sizes of an outlet's buffers: handing over less than bufferSize costs system
// calls; a buffer that one huge row has grown past bufferKeep is dropped, so
// that memory stays flat.
const (
	bufferSize = 256 << 10
	bufferKeep = 4 << 20
)

// An outletError is a failure of the output itself: no stream can go on.
type outletError struct{ err error }

func (e outletError) Error() string { return "write output: " + e.err.Error() }
func (e outletError) Unwrap() error { return e.err }

// readerGone reports whether err is that nobody reads the output any more.
func readerGone(err error) bool {
	var out outletError
	return errors.As(err, &out) && errors.Is(out, syscall.EPIPE)
}

// An outlet carries whole lines to a writer that may be slow, blocked or gone.
// Lines are collected in one buffer while the writer is busy with another; if
// both are full, the caller waits. What was collected leaves at least every
// second. Its methods may be called from several goroutines.
type outlet struct {
	// pending appends lines that were held back, if any; it runs with the
	// outlet locked, each second before the buffer leaves. Set it before use.
	pending func(b []byte) []byte

	w io.Writer

	// lock holds a value while the outlet is locked. It is no mutex since
	// synctest's clock stands still while a goroutine waits for one.
	lock chan struct{}

	buf    []byte
	full   chan parcel // to the writing goroutine
	spare  chan []byte // back from it
	broken chan struct{}
	err    error // why broken is closed
	closed bool
	stop   chan struct{}
	ended  sync.WaitGroup
}

// A parcel is a buffer on its way out; written is closed behind it.
type parcel struct {
	b       []byte
	written chan struct{}
}

// newOutlet makes an outlet to w. Nothing leaves before start; close ends it.
func newOutlet(w io.Writer) *outlet {
	o := &outlet{
		w:      w,
		lock:   make(chan struct{}, 1),
		buf:    make([]byte, 0, bufferSize+bufferSize/8),
		full:   make(chan parcel),
		spare:  make(chan []byte, 1),
		broken: make(chan struct{}),
		stop:   make(chan struct{}),
	}
	o.spare <- make([]byte, 0, bufferSize+bufferSize/8)
	return o
}

// start lets lines out, the given ones first.
func (o *outlet) start(lines []byte) {
	o.buf = append(o.buf, lines...)
	o.ended.Go(o.write)
	o.ended.Go(o.tick)
}

// write is the goroutine that alone touches w.
func (o *outlet) write() {
	for p := range o.full {
		if len(p.b) > 0 {
			if _, err := o.w.Write(p.b); err != nil {
				o.err = outletError{err}
				close(o.broken)
				return
			}
		}
		if p.b != nil {
			if cap(p.b) > bufferKeep {
				p.b = make([]byte, 0, bufferSize)
			}
			o.spare <- p.b[:0]
		}
		if p.written != nil {
			close(p.written)
		}
	}
}

// tick lets out each second what was collected since.
func (o *outlet) tick() {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			o.letOut()
		case <-o.stop:
			return
		case <-o.broken:
			return
		}
	}
}

func (o *outlet) unlock() { <-o.lock }

// letOut hands over what was collected or held back.
func (o *outlet) letOut() {
	o.lock <- struct{}{}
	defer o.unlock()
	if o.closed {
		return
	}
	if o.pending != nil {
		o.buf = o.pending(o.buf)
	}
	if len(o.buf) > 0 {
		_ = o.handOver() // whoever writes next gets the error
	}
}

// handOver gives the buffer to the writing goroutine and takes the spare one.
// The outlet is locked.
func (o *outlet) handOver() error {
	select {
	case o.full <- parcel{b: o.buf}:
		o.buf = <-o.spare
		return nil
	case <-o.broken:
		return o.err
	}
}

// append adds what add appends to the buffer: whole lines. It waits while the
// writer is behind.
func (o *outlet) append(add func(b []byte) []byte) error {
	o.lock <- struct{}{}
	defer o.unlock()
	o.buf = add(o.buf)
	if len(o.buf) < bufferSize {
		return nil
	}
	return o.handOver()
}

// flush returns when everything appended so far has been written.
func (o *outlet) flush() error {
	o.lock <- struct{}{}
	defer o.unlock()
	if err := o.handOver(); err != nil {
		return err
	}
	p := parcel{written: make(chan struct{})}
	select {
	case o.full <- p:
	case <-o.broken:
		return o.err
	}
	<-p.written
	return nil
}

// close flushes and ends the goroutines. The outlet must not be used after it.
func (o *outlet) close() error {
	err := o.flush()
	o.lock <- struct{}{}
	o.closed = true
	o.unlock()
	close(o.stop)
	close(o.full)
	o.ended.Wait()
	return err
}
