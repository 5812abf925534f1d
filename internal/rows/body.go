package rows

import (
	"bytes"
	"fmt"
	"io"
)

// A body is the body of an answer, of which a part is in memory. That part moves
// on as its reader says what is still needed, and grows when that does not fit.
type body struct {
	r     io.Reader
	buf   []byte // the data and padding NULs
	end   int    // how much of buf is data
	base  int64  // where in the body buf begins
	limit int64
	eof   bool
	size  int // of a block; 0: bodyBlock

	// hold keeps what was read before buf, so that the body can be read again.
	// free are blocks for that.
	hold       bool
	held, free [][]byte
}

const bodyBlock = 256 << 10

// open begins a body.
func (w *body) open(r io.Reader, limit int64) {
	w.release()
	w.limit, w.hold = limit, true
	w.begin(r)
}

// begin starts with an empty buf at the beginning of r.
func (w *body) begin(r io.Reader) {
	if w.size == 0 {
		w.size = bodyBlock
	}
	if w.buf == nil || cap(w.buf) > 4*w.size {
		w.buf = w.block(w.size)
	}
	w.r, w.end, w.base, w.eof = r, 0, 0, false
	clear(w.buf[:padding])
}

// more moves on so that buf begins with the byte at keep, and reads until buf is
// full. It returns io.EOF if the body holds no more.
func (w *body) more(keep int) error {
	if w.eof {
		return io.EOF
	}
	// Something unfinished that takes half of buf asks for a larger one. Else it
	// would be begun again and again.
	size := w.size
	for w.end-keep+padding > size/2 {
		size *= 2
	}
	if size > len(w.buf) || w.hold && keep > 0 {
		w.leave(keep, w.block(size))
	} else {
		w.move(keep)
	}
	return w.fill()
}

// move forgets what is before keep.
func (w *body) move(keep int) {
	copy(w.buf, w.buf[keep:w.end])
	w.end, w.base = w.end-keep, w.base+int64(keep)
}

// leave goes on in the block next with what begins at keep.
func (w *body) leave(keep int, next []byte) {
	copy(next, w.buf[keep:w.end])
	if w.hold && keep > 0 {
		w.held = append(w.held, w.buf[:keep])
	}
	w.buf, w.end, w.base = next, w.end-keep, w.base+int64(keep)
}

func (w *body) block(size int) []byte {
	if last := len(w.free) - 1; last >= 0 && size == w.size {
		b := w.free[last]
		w.free = w.free[:last]
		return b
	}
	return make([]byte, size)
}

// fill reads until buf is nearly full or the body ends. It does not ask for the
// last bytes: readers with a buffer would copy small pieces for them.
func (w *body) fill() error {
	full, stalls := len(w.buf)-padding, 0
	for enough := full - len(w.buf)/8; w.end < enough && !w.eof; {
		n, err := w.r.Read(w.buf[w.end:full])
		w.end += n
		if stalls++; n > 0 {
			stalls = 0
		}
		switch {
		case err == io.EOF:
			w.eof = true
		case err == nil && stalls == 100:
			err = io.ErrNoProgress
			fallthrough
		case err != nil:
			return fmt.Errorf("read answer after %d bytes: %w", w.base+int64(w.end), err)
		}
		if w.base+int64(w.end) > w.limit {
			return &EnvelopeError{TooLarge, fmt.Sprintf("more than %d bytes", w.limit), w.base + int64(w.end)}
		}
	}
	clear(w.buf[w.end : w.end+padding])
	return nil
}

// release forgets what was held.
func (w *body) release() {
	w.hold = false
	for _, b := range w.held {
		if cap(b) == w.size {
			w.free = append(w.free, b[:w.size])
		}
	}
	w.held = w.held[:0]
}

// replay begins the held body again. It is not held once more.
func (w *body) replay() {
	parts := make([]io.Reader, 0, len(w.held)+1)
	for _, b := range append(w.held, w.buf[:w.end]) {
		parts = append(parts, bytes.NewReader(b))
	}
	w.buf, w.hold = nil, false
	w.begin(io.MultiReader(parts...))
}
