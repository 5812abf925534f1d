package stretch

import "sync"

// The sizes of an endpoint are what its pages in this run show of it.
type sizes struct {
	mu      sync.Mutex
	longest int // rows of the longest page
	cap     int // rows that a silent limit cut a page to; 0: none seen
	each    int // bytes of a row, by the last page that had any
}

// learn takes a page.
func (s *sizes) learn(p *Sheet) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.longest = max(s.longest, len(p.Rows)); s.longest > s.cap {
		s.cap = 0 // it was a replica that lagged behind, not a limit
	}
	if n := len(p.Rows); n > 0 {
		s.each = int(p.Bytes)/n + 1
	}
}

// seen is the length of the longest page so far.
func (s *sizes) seen() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.longest
}

// cutTo notes that a silent limit cut a page to n rows.
func (s *sizes) cutTo(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cap = n
}

// isFull reports whether a page of n rows ends at its limit, or at a silent limit
// that was seen before.
func (s *sizes) isFull(n, limit int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return n >= limit || s.cap > 0 && n >= s.cap
}

// rows is how many rows a page has at most: most, which a request asks for, or fewer
// where the API was seen to cut.
func (s *sizes) rows(most int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cap > 0 {
		return min(s.cap, most)
	}
	return most
}

// larger is a limit beyond the given one, as far as memory reaches. Not ok: there is
// none, or the API was seen to cut pages.
func (s *sizes) larger(limit, most int) (next int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next = min(4*limit, 16*most, largeBytes/(s.each+rowBytes))
	return next, s.cap == 0 && next > limit
}
