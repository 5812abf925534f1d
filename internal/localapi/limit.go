package localapi

import (
	"strconv"
	"time"
)

// A Limit is how many requests an API takes in a span of its clock's time. A
// request that is refused by one limit is counted by none.
type Limit struct {
	Name  string        // says which limit it was, in a Refusal and a Left
	Count int           // so many requests, at least one …
	Per   time.Duration // … in so long, above zero
	How   Counting

	// Key says with which other requests a request is counted: a token, an
	// address, an endpoint. "" leaves it uncounted. Nil counts all requests
	// that have a Name together.
	Key func(c *Call) string
}

// Counting is how an API counts the requests of a Limit.
type Counting int

const (
	// Sliding takes Count requests in any span of Per.
	Sliding Counting = iota

	// Fixed starts anew whenever the clock enters another multiple of Per
	// since the zero time: at every full minute for a Per of a minute.
	Fixed

	// Bucket holds Count requests and gets one back every Per/Count. What goes
	// beyond a whole request when one comes is forgotten, the strictest
	// reading: a client that asks slightly too fast gets half of its pace.
	Bucket

	// Quiet starts anew only when none was taken for Per: a steady client is
	// stopped after Count requests, however slowly it asks.
	Quiet
)

// A Refusal says which limit a request went beyond and how long it takes until
// one more is taken, above zero.
type Refusal struct {
	Limit Limit
	Wait  time.Duration
}

// Seconds is the wait in whole seconds, rounded up, as Retry-After names it.
func (r Refusal) Seconds() string {
	return strconv.FormatInt(int64((r.Wait+time.Second-1)/time.Second), 10)
}

// A Left is what a limit still takes, for the headers that tell a client.
type Left struct {
	Limit     Limit
	Remaining int           // requests that would be taken now
	Wait      time.Duration // until one more than that is taken; 0 with Remaining at Count
}

// Left is what each limit that counts c still takes once c is counted, in the
// order of Limits.
func (s *Server) Left(c *Call) []Left {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Left
	for i, t := range s.counting(c) {
		if t != nil {
			remaining, wait := t.room(s.Limits[i])
			list = append(list, Left{s.Limits[i], remaining, wait})
		}
	}
	return list
}

// count counts c if all limits take it, else says which does not. The longest
// wait counts where several do not.
func (s *Server) count(c *Call) (refusal Refusal, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	tallies := s.counting(c)
	ok = true
	for i, t := range tallies {
		if t == nil {
			continue
		}
		if remaining, wait := t.room(s.Limits[i]); remaining == 0 {
			ok = false
			if wait > refusal.Wait {
				refusal = Refusal{s.Limits[i], wait}
			}
		}
	}
	for i, t := range tallies {
		if ok && t != nil {
			t.take(s.Limits[i])
		}
	}
	return refusal, ok
}

type tallyKey struct {
	limit int
	key   string
}

// counting are the tallies of c by limit, brought up to the clock; nil where a
// limit does not count it. The caller holds the lock.
func (s *Server) counting(c *Call) []*tally {
	list := make([]*tally, len(s.Limits))
	now := s.Now()
	for i, limit := range s.Limits {
		key := c.Name
		if limit.Key != nil {
			key = limit.Key(c)
		} else if key != "" {
			key = "all"
		}
		if key == "" {
			continue
		}
		if s.tallies == nil {
			s.tallies = map[tallyKey]*tally{}
		}
		t := s.tallies[tallyKey{i, key}]
		if t == nil {
			t = &tally{left: limit.Count, filled: now}
			s.tallies[tallyKey{i, key}] = t
		}
		t.move(limit, now)
		list[i] = t
	}
	return list
}
