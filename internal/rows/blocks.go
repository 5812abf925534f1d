package rows

import (
	"slices"
	"sync"
	"time"
)

// Blocks is memory for the rows of pages. What one page no longer needs, the next
// one takes. The zero value is ready for use, by several goroutines.
type Blocks struct {
	mu       sync.Mutex
	free     [][]byte
	large    [][]byte      // for rows that need one of their own
	size     int           // bytes of large
	expected int           // pages that are being written
	back     chan struct{} // closed when a block comes back, or none will; nil: nobody waits
}

// arenaBlock is the size of the blocks that are shared. The one given back last
// is taken first: most of it is still in the processor's cache.
const arenaBlock = 256 << 10

// largeKeep is how much memory is kept for rows that need more than a block.
const largeKeep = 64 << 20

// Expect says that a page is being written and will give its blocks back. Until
// done is called, pages that need a block wait for one, for Patience at most.
func (s *Blocks) Expect() (done func()) {
	s.expect(1)
	return sync.OnceFunc(func() { s.expect(-1) })
}

func (s *Blocks) expect(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expected += n
	s.wake()
}

// wake lets those who wait look again.
func (s *Blocks) wake() {
	if s.back != nil {
		close(s.back)
		s.back = nil
	}
}

// take returns a block of at least n bytes, and how long it waited for it. It does
// not wait longer than patience.
func (s *Blocks) take(n int, patience time.Duration) (block []byte, waited time.Duration) {
	if n > arenaBlock {
		return s.takeLarge(n), 0
	}
	block, back := s.try(patience <= 0)
	if block != nil {
		return block, 0
	}
	began, late := time.Now(), time.NewTimer(patience)
	defer late.Stop()
	for block == nil {
		select {
		case <-back:
			block, back = s.try(false)
		case <-late.C:
			block, _ = s.try(true)
		}
	}
	return block, time.Since(began)
}

// try returns a block: one that came back, or a new one if it must or if none is
// expected back. Else it returns what is closed when it is time to try again.
func (s *Blocks) try(must bool) ([]byte, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := len(s.free) - 1; last >= 0 {
		b := s.free[last]
		s.free = s.free[:last]
		return b, nil
	}
	if must || s.expected == 0 {
		return make([]byte, arenaBlock), nil
	}
	if s.back == nil {
		s.back = make(chan struct{})
	}
	return nil, s.back
}

// takeLarge returns a block of at least n bytes. It does not wait.
func (s *Blocks) takeLarge(n int) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, b := range s.large {
		if len(b) >= n {
			s.large, s.size = slices.Delete(s.large, i, i+1), s.size-len(b)
			return b
		}
	}
	const step = 64 << 10 // so that it is of use for more than this row
	return make([]byte, (n+step-1)/step*step)
}

// put takes a block back, and reports whether it is going to be used again.
func (s *Blocks) put(b []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(b) == arenaBlock {
		s.free = append(s.free, b)
		s.wake()
		return true
	}
	if s.size+len(b) > largeKeep {
		return false
	}
	s.large, s.size = append(s.large, b), s.size+len(b)
	return true
}
