package taptest

import (
	"strings"
	"sync"
	"time"
)

// A Watch keeps what was written, with the time of each write.
type Watch struct {
	Began  time.Time
	Writes []Write

	mu sync.Mutex
}

// A Write is one write, so long after the watch began.
type Write struct {
	After time.Duration
	Text  string
}

// Write keeps b.
func (w *Watch) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.Writes = append(w.Writes, Write{time.Since(w.Began), string(b)})
	return len(b), nil
}

// All is everything that was written.
func (w *Watch) All() Output {
	var b strings.Builder
	for _, p := range w.Writes {
		b.WriteString(p.Text)
	}
	return Output{Stdout: b.String()}
}

// A Broken writer takes some bytes and then fails.
type Broken struct {
	Room int
	Err  error
}

// Write takes what there is room for.
func (w *Broken) Write(b []byte) (int, error) {
	if len(b) <= w.Room {
		w.Room -= len(b)
		return len(b), nil
	}
	n := w.Room
	w.Room = 0
	return n, w.Err
}

// A Blocked writer takes nothing until it is opened.
type Blocked struct{ Opened chan struct{} }

// Write waits until w is opened.
func (w *Blocked) Write(b []byte) (int, error) {
	<-w.Opened
	return len(b), nil
}

// What a program promises of its output: how long it takes to end once it is
// interrupted, how much it hands over at once, at most and at first, and how it
// clears a terminal's line.
const (
	EndsWithin = 5 * time.Second
	PipeHolds  = 1 << 20
	FirstWrite = 128 << 10
	EraseLine  = "\r\x1b[K"
)
