package localapi

import (
	"context"
	"io"
	"time"
)

// DripBytes is how much of a body a Fault's Drip lets out between two pauses.
const DripBytes = 4 << 10

// A wire passes the plain body on, as broken as the fault wants it.
type wire struct {
	ctx  context.Context
	out  io.Writer
	f    *Fault
	sent int
	push func() // hands what was written to the client
}

// errCut says that the connection is to be broken here.
type errCut struct{}

func (errCut) Error() string { return "connection cut" }

func (w *wire) Write(p []byte) (n int, err error) {
	for len(p) > 0 {
		part := p[:w.room(len(p))]
		k, err := w.out.Write(part)
		n, w.sent, p = n+k, w.sent+k, p[k:]
		if err != nil {
			return n, err
		}
		if err := w.stop(); err != nil {
			return n, err
		}
	}
	return n, nil
}

// room is how many of n bytes go out before the next thing happens.
func (w *wire) room(n int) int {
	for _, stop := range []int{w.f.CutAt, w.f.StallAt} {
		if stop > w.sent {
			n = min(n, stop-w.sent)
		}
	}
	if w.f.Drip > 0 {
		n = min(n, DripBytes-w.sent%DripBytes)
	}
	return n
}

func (w *wire) stop() error {
	if w.f.CutAt > 0 && w.sent >= w.f.CutAt {
		return errCut{}
	}
	var d time.Duration
	if w.f.StallAt > 0 && w.sent == w.f.StallAt {
		d += w.f.Stall
	}
	if w.f.Drip > 0 && w.sent%DripBytes == 0 {
		d += w.f.Drip
	}
	if d == 0 {
		return nil
	}
	w.push()
	if !pause(w.ctx, d) {
		return errCut{}
	}
	return nil
}

// A capped writer drops what goes beyond the length that the headers name, as
// a client does.
type capped struct {
	out  io.Writer
	left int64
}

func (c *capped) Write(p []byte) (int, error) {
	part := p[:min(int64(len(p)), c.left)]
	n, err := c.out.Write(part)
	c.left -= int64(n)
	if err != nil {
		return n, err
	}
	return len(p), nil
}
